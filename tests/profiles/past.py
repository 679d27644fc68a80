"""Histories for the tests of it: signals and scores of days, by the services that write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from profiles.models import Profile
from scoring.formula import Facts, PostCounts, pack, summarise
from scoring.models import AccountSignals, LinkedAccount, ScoreDay, SignalsDay
from scoring.services.rescoring import rescore
from tests.cast import NOW, make_linked_account


def facts(*, likes: int = 4, posts: int = 12, **told: Any) -> Facts:
    counts = [PostCounts(likes + n % 5, 2, 1) for n in range(posts)]
    known = {"followers": 200, "following": 50, "listed": 3, "responders": 20.0}
    return Facts(posts=counts, selectivity=1.0, newest=20000, **{**known, **told})


def read(account: LinkedAccount, *, ago: int = 0, **told: Any) -> None:
    """What the account's network told so many days ago, and the score of that day."""
    at = NOW - timedelta(days=ago)
    packed = pack(summarise(facts(**told)))
    AccountSignals.objects.update_or_create(
        account=account,
        defaults={
            "user_id": account.user_id,
            "network": account.network,
            "packed": packed,
            "day": at.date(),
        },
    )
    _note(account, packed, at)
    rescore(account.user_id, at=at)


def disconnect(account: LinkedAccount, *, ago: int = 0) -> None:
    at = NOW - timedelta(days=ago)
    _note(account, b"", at)
    user_id = account.user_id
    account.delete()
    rescore(user_id, at=at)


def _note(account: LinkedAccount, packed: bytes, at: datetime) -> None:
    SignalsDay.objects.update_or_create(
        user_id=account.user_id,
        account_number=account.pk,
        day=at.date(),
        defaults={"network": account.network, "packed": packed},
    )


def second_account(owner: Profile, network: str = "bluesky") -> LinkedAccount:
    return make_linked_account(
        owner, f"{owner.handle}2", network=network, host=f"{network}.example.org"
    )


def store_days(owner: Profile, days: dict[int, int], *, formula: int = 2) -> None:
    """Scores in tenths by how many days ago; their signals are not kept."""
    ScoreDay.objects.bulk_create(
        ScoreDay(
            user=owner.user,
            day=NOW.date() - timedelta(days=ago),
            tenths=tenths,
            low=max(10, tenths - 20),
            high=min(1000, tenths + 20),
            formula=formula,
        )
        for ago, tenths in days.items()
    )


def path_of(handle: str, ago: int) -> str:
    return f"/@{handle}/history/{(NOW - timedelta(days=ago)).date().isoformat()}/"
