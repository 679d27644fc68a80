"""From readings to the score of the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from scoring.formula import Part, PostCounts, Score, Signals, fingerprint, score
from scoring.models import LinkedAccount, Reading, ScoreDay
from scoring.networks import barred


def rescore(user_id: int, *, at: datetime) -> ScoreDay | None:
    """Does today's sum again from the newest reading of each account, and stores it.

    None, and no score of today, where nothing has been read (any more). The caller holds the
    locks of the person's accounts, so that two collections can't overwrite each other's sum.
    """
    readings = newest_readings(user_id)
    if not readings:
        ScoreDay.objects.filter(user_id=user_id, day=at.date()).delete()
        return None
    signals = [signals_of(reading) for reading in readings]
    accounts = [reading.account for reading in readings]
    day, _ = ScoreDay.objects.update_or_create(
        user_id=user_id,
        day=at.date(),
        defaults=columns(score(signals), accounts, signals, at=at),
    )
    return day


def forget_handle(account: LinkedAccount) -> None:
    """Days that an account counted in stay; the name that it had goes."""
    named = [{"account": account.pk}]
    days = list(ScoreDay.objects.filter(user_id=account.user_id, parts__contains=named))
    for day in days:
        for part in day.parts:
            part["handle"] = "" if part["account"] == account.pk else part["handle"]
    ScoreDay.objects.bulk_update(days, ["parts"], batch_size=100)


def newest_readings(user_id: int) -> list[Reading]:
    """One for each account that may be in the score; what the network itself said comes before
    what an archive said."""
    return list(
        Reading.objects.filter(account__user_id=user_id)
        .exclude(account__network__in=barred())
        .annotate(is_archived=ExpressionWrapper(Q(archive__isnull=False), BooleanField()))
        .order_by("account_id", "is_archived", "-taken_at", "-id")
        .distinct("account_id")
        .select_related("account")
    )


def signals_of(reading: Reading) -> Signals:
    return Signals(
        followers=reading.followers,
        responders=reading.responders,
        posts=tuple(PostCounts(*counts) for counts in reading.posts),
        from_archive=reading.archive_id is not None,
    )


def columns(
    result: Score, accounts: list[LinkedAccount], signals: list[Signals], *, at: datetime
) -> dict[str, Any]:
    """All of a ScoreDay but whose it is and of which day. `accounts` go with `signals`."""
    low, high = result.interval or (None, None)
    return {
        "tenths": result.tenths,
        "low_tenths": low,
        "high_tenths": high,
        "parts": [_row(part, accounts, signals) for part in result.parts],
        "posts_counted": result.posts_counted,
        "formula_version": result.version,
        "inputs_hash": fingerprint(
            (f"{a.network}:{a.host}:{a.uid}", s) for a, s in zip(accounts, signals, strict=True)
        ),
        "computed_at": at,
    }


def _row(part: Part, accounts: list[LinkedAccount], signals: list[Signals]) -> dict[str, Any]:
    account = None if part.account is None else accounts[part.account]
    seen = None if part.account is None else signals[part.account]
    return {
        "account": account and account.pk,
        "network": account.network if account else "",
        "handle": account.handle if account else "",
        "key": part.key,
        "tenths": part.tenths,
        "value": part.value,
        "raw": part.raw,
        **({"posts": len(seen.posts)} if seen else {}),
        **({"archive": True} if seen and seen.from_archive else {}),
    }
