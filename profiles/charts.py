"""Geometry of score charts. Pure: days and tenths in, coordinates out; drawn by templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH, HEIGHT = 640, 220
# Room for the strokes only: the labels stand beside the drawing (components/chart.css).
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 12, 12
SMALLEST_SPAN: Final = 100  # tenths: a quiet month must not look like a storm
MOST_POINTS: Final = 190  # more than these, no screen shows and no thumb hits
LONGEST_GAP: Final = 21  # days; where nothing was stored for longer, nothing is drawn
FLAG_WIDTH: Final = 0.05  # of the chart: events that are nearer share a flag
LABEL_HEIGHT: Final = 18


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    tenths: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, in words."""

    day: date
    label: str


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
class Flag:
    """Where something happened; `percent` is the place of its number, from the left."""

    x: float
    percent: float
    number: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates within `width` x `height`. `line` and `band` are paths; `band` is "" where no
    interval is known. `points` may be fewer than `days_shown`, which has every day."""

    width: int
    height: int
    points: tuple[Point, ...]
    days_shown: tuple[Day, ...]
    line: str
    band: str
    grid: tuple[Grid, ...]
    flags: tuple[Flag, ...]
    first: date
    last: date
    lowest: float
    highest: float

    @property
    def days(self) -> int:
        """How many days the axis spans."""
        return (self.last - self.first).days + 1

    @property
    def is_thinned(self) -> bool:
        return len(self.points) < len(self.days_shown)


@dataclass(frozen=True, slots=True)
class Line:
    """One of two people: a path, and where its name stands beside the end of it."""

    path: str
    band: str
    label_y: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people on the same axes; a line is None where a person has no day in them."""

    width: int
    height: int
    grid: tuple[Grid, ...]
    lines: tuple[Line | None, Line | None]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Axes:
    first: date
    last: date
    bottom: int
    top: int

    def x(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        return round(LEFT + (day - self.first).days / span * (WIDTH - LEFT - RIGHT), 1)

    def y(self, tenths: int) -> float:
        share = (self.top - tenths) / (self.top - self.bottom)
        return round(TOP + share * (HEIGHT - TOP - BOTTOM), 1)

    def grid(self) -> tuple[Grid, ...]:
        steps = range(self.bottom, self.top + 1, _step(self.top - self.bottom))
        return tuple(Grid(self.y(tenths), tenths // 10) for tenths in steps)


def draw(
    days: Sequence[Day], *, first: date, last: date, marks: Iterable[Mark] = ()
) -> Chart | None:
    """A chart from `first` to `last` (inclusive) of days in order; None without any."""
    if not days:
        return None
    axes = _Axes(first, last, *_range(days))
    shown = thin(days)
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        points=tuple(_point(day, axes) for day in shown),
        days_shown=tuple(days),
        line=_line(shown, axes),
        band=_band(shown, axes),
        grid=axes.grid(),
        flags=_flags(marks, axes),
        first=first,
        last=last,
        lowest=min(d.tenths for d in days) / 10,
        highest=max(d.tenths for d in days) / 10,
    )


def draw_pair(one: Sequence[Day], other: Sequence[Day], *, first: date, last: date) -> Pair | None:
    """Two people's days on the same axes; None without any."""
    if not one and not other:
        return None
    axes = _Axes(first, last, *_range([*one, *other]))
    people = (thin(one), thin(other))
    ends = _apart([axes.y(days[-1].tenths) if days else None for days in people])
    lines = [
        Line(_line(days, axes), _band(days, axes), end) if days and end is not None else None
        for days, end in zip(people, ends, strict=True)
    ]
    return Pair(WIDTH, HEIGHT, axes.grid(), (lines[0], lines[1]), first, last)


def thin(days: Sequence[Day], *, most: int = MOST_POINTS) -> tuple[Day, ...]:
    """The last day of each of at most so many stretches, the first day, the best and the worst."""
    if len(days) <= most:
        return tuple(days)
    last = days[-1].day
    length = -(-((last - days[0].day).days + 1) // most)
    kept = {(last - day.day).days // length: day.day for day in days}
    ends = {days[0].day, best(days).day, worst(days).day, *kept.values()}
    return tuple(day for day in days if day.day in ends)


def best(days: Sequence[Day]) -> Day:
    """Of the same score the newest."""
    return max(days, key=lambda day: (day.tenths, day.day))


def worst(days: Sequence[Day]) -> Day:
    return min(days, key=lambda day: (day.tenths, -day.day.toordinal()))


def _range(days: Sequence[Day]) -> tuple[int, int]:
    """Bottom and top of the axis in tenths: whole tens of points, at least ten points apart."""
    low = min(d.tenths if d.low is None else d.low for d in days)
    high = max(d.tenths if d.high is None else d.high for d in days)
    middle = (low + high) // 2
    low, high = min(low, middle - SMALLEST_SPAN // 2), max(high, middle + SMALLEST_SPAN // 2)
    return max(0, low // 50 * 50), min(1000, -(-high // 50) * 50)


def _step(span: int) -> int:
    return next((step for step in (50, 100, 200) if span / step <= 5), 250)


def _point(day: Day, axes: _Axes) -> Point:
    return Point(
        x=axes.x(day.day),
        y=axes.y(day.tenths),
        day=day.day,
        points=day.tenths / 10,
        low=None if day.low is None else day.low / 10,
        high=None if day.high is None else day.high / 10,
    )


def _line(days: Sequence[Day], axes: _Axes) -> str:
    stretches = (((axes.x(d.day), axes.y(d.tenths)) for d in run) for run in _runs(days))
    return "".join(_path(corners) for corners in stretches)


def _band(days: Sequence[Day], axes: _Axes) -> str:
    known = [day for day in days if day.low is not None and day.high is not None]
    return "".join(_around(run, axes) + "z" for run in _runs(known))


def _around(run: Sequence[Day], axes: _Axes) -> str:
    upper = [(axes.x(d.day), axes.y(d.high)) for d in run if d.high is not None]
    lower = [(axes.x(d.day), axes.y(d.low)) for d in reversed(run) if d.low is not None]
    return _path(upper + lower)


def _runs(days: Sequence[Day]) -> list[list[Day]]:
    """Stretches without a long gap."""
    runs: list[list[Day]] = []
    for day in days:
        if runs and (day.day - runs[-1][-1].day).days <= LONGEST_GAP:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _path(corners: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in corners)


def _flags(marks: Iterable[Mark], axes: _Axes) -> tuple[Flag, ...]:
    """In order of days. A flag stands at the first of those that share it."""
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: mark.day):
        if not axes.first <= mark.day <= axes.last:
            continue
        x = axes.x(mark.day)
        if groups and x - axes.x(groups[-1][0].day) < FLAG_WIDTH * WIDTH:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return tuple(_flag(number, group, axes) for number, group in enumerate(groups, start=1))


def _flag(number: int, marks: Sequence[Mark], axes: _Axes) -> Flag:
    x = axes.x(marks[0].day)
    return Flag(x, round(x / WIDTH * 100, 1), number, tuple(marks))


def _apart(ends: Sequence[float | None]) -> list[float | None]:
    """Two names that would lie over each other, moved apart."""
    one, other = ends
    if one is None or other is None or abs(one - other) >= LABEL_HEIGHT:
        return [one, other]
    middle = min(max((one + other) / 2, TOP + LABEL_HEIGHT / 2), HEIGHT - BOTTOM)
    shift = LABEL_HEIGHT / 2 if one >= other else -LABEL_HEIGHT / 2
    return [round(middle + shift, 1), round(middle - shift, 1)]
