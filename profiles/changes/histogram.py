"""By how much a new formula moves people: bars from counts that a task has stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

# Fewer people than this are no crowd: each bar would be somebody.
FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    people: int
    percent: float  # of all
    length: float  # of the longest bar, in percent


@dataclass(frozen=True, slots=True)
class Spread:
    """`people` were computed both ways; of so many on the site one stands here."""

    bars: tuple[Bar, ...]
    people: int
    one_of: int
    median: float
    day: date
    gained: int  # a number for the first time
    lost: int

    @property
    def signed_median(self) -> str:
        return signed(self.median)


def signed(points: float) -> str:
    """With a sign that is as wide as a plus; none for nothing."""
    return f"{points:+.1f}".replace("-", "−") if round(points, 1) else "0.0"


def spread_of(deltas: Mapping[str, Any]) -> Spread | None:
    """From FormulaRelease.deltas; None where it is empty, or would tell of single people."""
    if not deltas or deltas["people"] < FEWEST:
        return None
    counts: Sequence[int] = deltas["counts"]
    return Spread(
        bars=tuple(_bars(deltas["edges"], counts)),
        people=deltas["people"],
        one_of=deltas["one_of"],
        median=deltas["median"],
        day=date.fromisoformat(deltas["day"]),
        gained=deltas["gained"],
        lost=deltas["lost"],
    )


def _bars(edges: Sequence[float], counts: Sequence[int]) -> list[Bar]:
    labels = [_label(low, high) for low, high in zip([None, *edges], [*edges, None], strict=True)]
    most, everybody = max(counts), sum(counts)
    return [
        Bar(label, people, round(100 * people / everybody, 1), round(100 * people / most, 1))
        for label, people in zip(labels, counts, strict=True)
    ]


def _label(low: float | None, high: float | None) -> str:
    """Edges are points: the lowest bar has none below, the highest none above."""
    if low is None:
        return _("more than %(points)g lower") % {"points": -(high or 0)}
    if high is None:
        return _("more than %(points)g higher") % {"points": low}
    if low < 0 < high:
        return _("at most %(points)g either way") % {"points": high}
    words = _("%(less)g to %(more)g higher") if low > 0 else _("%(less)g to %(more)g lower")
    less, more = sorted((abs(low), abs(high)))
    return words % {"less": less, "more": more}
