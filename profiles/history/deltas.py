"""How far the score went in a week, a month and a quarter. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scoring.selectors import Day

SPANS: Final = (7, 30, 90)
# Where nothing was stored on the day itself, the nearest before it counts, but not last year's.
AT_MOST_BEFORE: Final = 31


@dataclass(frozen=True, slots=True)
class Delta:
    """`since` is the stored day that is compared with, at least `days` ago. In tenths."""

    days: int
    since: date
    tenths: int
    # Each of the two numbers could as well be the other's, given how sure we are of them.
    is_within: bool

    @property
    def points(self) -> float:
        return self.tenths / 10


def deltas(days: Sequence[Day], *, today: date) -> tuple[Delta, ...]:
    """Of the newest stored day, for each span that the history reaches back; days in order."""
    found = ((span, nearest(days, today - timedelta(days=span))) for span in SPANS)
    return tuple(_delta(span, before, days[-1]) for span, before in found if before)


def nearest(days: Sequence[Day], wanted: date) -> Day | None:
    """The stored day, or the last one before it."""
    found = next((day for day in reversed(days) if day.day <= wanted), None)
    if found is None or (wanted - found.day).days > AT_MOST_BEFORE:
        return None
    return found


def is_within(before: Day, after: Day) -> bool:
    """One of the two lies inside the other's interval."""
    return before.low <= after.tenths <= before.high or after.low <= before.tenths <= after.high


def latest_change(days: Sequence[Day]) -> tuple[Day, Day] | None:
    """The newest two stored days after each other that differ."""
    pairs = zip(reversed(days[:-1]), reversed(days[1:]), strict=True)
    return next(((a, b) for a, b in pairs if a.tenths != b.tenths), None)


def _delta(span: int, before: Day, now: Day) -> Delta:
    return Delta(span, before.day, now.tenths - before.tenths, is_within(before, now))
