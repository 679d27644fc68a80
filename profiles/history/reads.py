"""Reads of somebody's history, for the pages that show it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from profiles import charts
from profiles.history import deltas, events, reasons
from profiles.history.deltas import Delta
from profiles.history.reasons import Why
from scoring import selectors as scoring
from scoring.selectors import Day

SPANS: Final = (30, 90, 365, 730)
USUAL: Final = 90
NARROWEST_DAYS: Final = 14  # a young history fills its chart, but two days are not stretched
EARLIEST: Final = date(2000, 1, 1)  # nothing can be stored before
NEAR: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Extreme:
    day: date
    points: float


@dataclass(frozen=True, slots=True)
class History:
    """`latest` is the newest stored day that differs from the one before, and why."""

    span: int
    chart: charts.Chart | None
    deltas: tuple[Delta, ...]
    best: Extreme | None
    worst: Extreme | None
    latest: Why | None


def history(
    user_id: int, *, today: date, span: int = USUAL, hidden: Collection[str] = ()
) -> History:
    """`hidden`: networks of which only the points may be shown to who looks."""
    reach = max(span, deltas.SPANS[-1] + 1) + deltas.AT_MOST_BEFORE
    stored = scoring.score_history(user_id, until=today, days=reach)
    since = today - timedelta(days=span - 1)
    shown = [day for day in stored if day.day >= since]
    pair = deltas.latest_change(stored)
    return History(
        span=span,
        chart=_chart(user_id, shown, today),
        deltas=deltas.deltas(stored, today=today) if stored else (),
        best=_extreme(charts.best(_drawn(shown))) if shown else None,
        worst=_extreme(charts.worst(_drawn(shown))) if shown else None,
        latest=reasons.why(user_id, *pair, hidden=hidden) if pair else None,
    )


@dataclass(frozen=True, slots=True)
class DayPage:
    """One stored day; `why` is None on the first, which differs from nothing."""

    day: Day
    why: Why | None
    before: date | None
    after: date | None

    @property
    def points(self) -> float:
        return self.day.tenths / 10


def day_page(
    user_id: int, day: date, *, today: date, hidden: Collection[str] = ()
) -> DayPage | None:
    """None where nothing was stored on that day."""
    if not EARLIEST <= day <= today:
        return None
    near = scoring.score_history(user_id, until=min(day + NEAR, today), days=2 * NEAR.days + 1)
    found = next((one for one in near if one.day == day), None)
    if found is None:
        return None
    before = _last(near, day) or _last(_all_until(user_id, day), day)
    after = _first(near, day) or _first(
        scoring.score_history(user_id, until=today, days=(today - day).days + 1), day
    )
    return DayPage(
        day=found,
        why=reasons.why(user_id, before, found, hidden=hidden) if before else None,
        before=before.day if before else None,
        after=after.day if after else None,
    )


def drawn(user_id: int, *, today: date, span: int = USUAL) -> list[charts.Day]:
    """The stored days of a span as a chart takes them."""
    return _drawn(scoring.score_history(user_id, until=today, days=span))


def axis_from(days: Sequence[charts.Day], *, today: date) -> date:
    """Where the axis of a chart begins that has these days and ends today."""
    return min(days[0].day, today - timedelta(days=NARROWEST_DAYS - 1))


def _chart(user_id: int, days: Sequence[Day], today: date) -> charts.Chart | None:
    if not days:
        return None
    shown = _drawn(days)
    first = axis_from(shown, today=today)
    marks = events.marks(user_id, days, since=first)
    return charts.draw(shown, first=first, last=today, marks=marks)


def _drawn(days: Sequence[Day]) -> list[charts.Day]:
    return [charts.Day(day.day, day.tenths, day.low, day.high) for day in days]


def _extreme(day: charts.Day) -> Extreme:
    return Extreme(day.day, day.tenths / 10)


def _all_until(user_id: int, day: date) -> list[Day]:
    return scoring.score_history(user_id, until=day, days=(day - EARLIEST).days + 1)


def _last(days: Sequence[Day], day: date) -> Day | None:
    return next((one for one in reversed(days) if one.day < day), None)


def _first(days: Sequence[Day], day: date) -> Day | None:
    return next((one for one in days if one.day > day), None)
