"""Geometry of the score chart. Pure: days and tenths in, coordinates out; drawn by a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH, HEIGHT = 640, 220
# Room for the strokes only: the labels stand beside the drawing (components/chart.css).
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 12, 12
SMALLEST_SPAN: Final = 100  # tenths: a quiet month must not look like a storm


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    tenths: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    day: date
    points: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Grid:
    y: float
    label: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates within `width` x `height`. `band` is "" where no interval is known."""

    width: int
    height: int
    points: tuple[Point, ...]
    line: str
    band: str
    grid: tuple[Grid, ...]
    first: date
    last: date
    lowest: float
    highest: float

    @property
    def days(self) -> int:
        """How many days the axis spans."""
        return (self.last - self.first).days + 1


def draw(days: Sequence[Day], *, first: date, last: date) -> Chart | None:
    """A chart from `first` to `last` (inclusive) of days in order; None without any."""
    if not days:
        return None
    bottom, top = _range(days)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT), 1)

    def y(tenths: int) -> float:
        return round(TOP + (top - tenths) / (top - bottom) * (HEIGHT - TOP - BOTTOM), 1)

    points = tuple(_point(day, x(day.day), y(day.tenths)) for day in days)
    known = [d for d in days if d.low is not None and d.high is not None]
    upper = [(x(d.day), y(d.high)) for d in known if d.high is not None]
    lower = [(x(d.day), y(d.low)) for d in reversed(known) if d.low is not None]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        points=points,
        line=" ".join(f"{p.x},{p.y}" for p in points),
        band=" ".join(f"{a},{b}" for a, b in upper + lower),
        grid=tuple(Grid(y(t), t // 10) for t in range(bottom, top + 1, _step(top - bottom))),
        first=first,
        last=last,
        lowest=min(d.tenths for d in days) / 10,
        highest=max(d.tenths for d in days) / 10,
    )


def _range(days: Sequence[Day]) -> tuple[int, int]:
    """Bottom and top of the axis in tenths: whole tens of points, at least ten points apart."""
    low = min(d.tenths if d.low is None else d.low for d in days)
    high = max(d.tenths if d.high is None else d.high for d in days)
    middle = (low + high) // 2
    low, high = min(low, middle - SMALLEST_SPAN // 2), max(high, middle + SMALLEST_SPAN // 2)
    return max(0, low // 50 * 50), min(1000, -(-high // 50) * 50)


def _step(span: int) -> int:
    return next((step for step in (50, 100, 200) if span / step <= 5), 250)


def _point(day: Day, x: float, y: float) -> Point:
    return Point(
        x=x,
        y=y,
        day=day.day,
        points=day.tenths / 10,
        low=None if day.low is None else day.low / 10,
        high=None if day.high is None else day.high / 10,
    )
