"""What the score is and was, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from scoring.formula import NEWEST, Explained, explain, unpack
from scoring.formula.signals import Row, days_since_1970
from scoring.models import (
    AccountSignals,
    CurrentScore,
    FormulaRelease,
    LinkedAccount,
    Reading,
    ScoreDay,
    ScoreMonth,
    SignalsDay,
)
from scoring.networks import barred


@dataclass(frozen=True, slots=True)
class Day:
    """One stored day. Points in tenths."""

    day: date
    tenths: int
    low: int
    high: int
    formula: str


def current_score(user_id: int) -> CurrentScore | None:
    """None where nothing was read (any more); `tenths` is None on too few posts."""
    return CurrentScore.objects.filter(user_id=user_id).first()


def score_history(user_id: int, *, until: date, days: int) -> list[Day]:
    """Stored days in the window, oldest first. Days without a refresh have none."""
    since = until - timedelta(days=days - 1)
    open_days = ScoreDay.objects.filter(user_id=user_id, day__gte=since, day__lte=until)
    found = {
        row[0]: Day(*row[:4], formula=str(row[4]))
        for row in open_days.values_list("day", "tenths", "low", "high", "formula")
    }
    closed = ScoreMonth.objects.filter(
        user_id=user_id, month__gte=since.replace(day=1), month__lte=until
    )
    for month, *columns in closed.values_list("month", "tenths", "low", "high", "formula"):
        for offset, (tenths, low, high, formula) in enumerate(zip(*columns, strict=True)):
            day = month + timedelta(days=offset)
            if tenths is not None and since <= day <= until:
                found.setdefault(day, Day(day, tenths, low, high, str(formula)))
    return [found[day] for day in sorted(found)]


def days_kept(user_id: int) -> int:
    """How many days of somebody's score are stored."""
    closed = ScoreMonth.objects.filter(user_id=user_id).values_list("tenths", flat=True)
    days = sum(tenths is not None for month in closed for tenths in month)
    return days + ScoreDay.objects.filter(user_id=user_id).count()


def signals_of(user_id: int) -> dict[int, Row]:
    """The newest signals by account, of networks that may be in the score."""
    rows = AccountSignals.objects.filter(user_id=user_id).exclude(network__in=barred())
    return _unpacked(dict(rows.values_list("account_id", "packed")))


def signals_on(user_id: int, day: date) -> dict[int, Row]:
    """The signals that were valid at the end of a day, by account number."""
    rows = (
        SignalsDay.objects.filter(user_id=user_id, day__lte=day)
        .exclude(network__in=barred())
        .order_by("account_number", "-day")
        .distinct("account_number")
    )
    told = dict(rows.values_list("account_number", "packed"))
    return _unpacked({number: packed for number, packed in told.items() if packed})


@dataclass(frozen=True, slots=True)
class ToScore:
    """What a person's score of a day is made from. `unpacked`: accounts that were read and have
    no signals, as after an upgrade from version 1."""

    version: str
    rows: Mapping[int, Row]
    unpacked: Sequence[int]


def to_score(user_id: int, *, day: date) -> ToScore:
    """One query: it is asked at every refresh."""
    own = LinkedAccount.objects.filter(user_id=user_id).order_by()
    read = Reading.objects.filter(account=OuterRef("pk"))
    release = Subquery(_releases(day).values("version")[:1])
    found = list(
        own.annotate(release=release).values_list(
            "pk", "network", "signals__packed", "release", Exists(read)
        )
    )
    kept_out = barred()
    packed = {pk: row for pk, network, row, *_ in found if row and network not in kept_out}
    unpacked = [pk for pk, _, row, _, is_read in found if row is None and is_read]
    return ToScore(_name(found[0][3] if found else None), _unpacked(packed), unpacked)


def explained(user_id: int, *, version: str | None = None) -> Explained | None:
    """The score as it stands, taken apart by account id.

    None where there is nothing to score, or nothing is packed yet after an upgrade.

    `version`: another formula than the one that the stored score names.
    """
    now = current_score(user_id)
    rows = signals_of(user_id) if now else {}
    if now is None or not rows:
        return None
    return explain(
        rows,
        version=version or str(now.formula),
        day=days_since_1970(now.day),
    )


def formula_on(day: date) -> str:
    """The version that counts on a day: before the first release, already that one."""
    return _name(_releases(day).values_list("version", flat=True).first())


def _releases(day: date) -> QuerySet[FormulaRelease]:
    return FormulaRelease.objects.filter(effective_on__lte=day)


def _name(version: int | None) -> str:
    if version is None:
        oldest = FormulaRelease.objects.order_by("effective_on", "version")
        version = oldest.values_list("version", flat=True).first()
    return NEWEST if version is None else str(version)


def _unpacked(packed: Mapping[int, bytes | memoryview]) -> dict[int, Row]:
    rows = unpack(bytes(one) for one in packed.values())
    return dict(zip(packed, rows, strict=True))
