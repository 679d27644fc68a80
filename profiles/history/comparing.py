"""Two people beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Final

from profiles import charts
from profiles.history import reads
from profiles.models import Profile
from scoring import selectors as scoring
from scoring.formula import Explained
from scoring.formula.constants import load
from scoring.wording import TERMS, Term

# The version whose points are odds: its S was fitted on which of two people was picked.
FITTED: Final = "2"
LONGEST_LABEL: Final = 11  # letters that fit beside a chart on a phone


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. points None: not enough posts yet, or nothing to score."""

    profile: Profile
    label: str
    line: charts.Line | None = None
    points: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TermPair:
    """A term over all accounts of each."""

    term: Term
    one: float
    other: float

    @property
    def points(self) -> float:
        return round(self.one - self.other, 1)


@dataclass(frozen=True, slots=True)
class DayPair:
    day: date
    one: float | None
    other: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`chance`: percent of people who would pick `one`; None where the numbers don't say it.
    overlaps None: one of the two has no number."""

    one: Side
    other: Side
    chart: charts.Pair | None
    rows: tuple[DayPair, ...]  # newest day first
    terms: tuple[TermPair, ...]
    overlaps: bool | None
    chance: int | None

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.one, self.other

    @property
    def points(self) -> float:
        """How far `one` is ahead."""
        return round((self.one.points or 0.0) - (self.other.points or 0.0), 1)


def comparison(one: Profile, other: Profile, *, today: date) -> Comparison:
    people = (one, other)
    days = [reads.drawn(person.user_id, today=today) for person in people]
    chart = _chart(days, today)
    explained = [_explained(person) for person in people]
    lines = chart.lines if chart else (None, None)
    sides = [_side(*side) for side in zip(people, explained, lines, strict=True)]
    return Comparison(
        one=sides[0],
        other=sides[1],
        chart=chart,
        rows=_rows(*days),
        terms=_terms(*explained),
        overlaps=_overlaps(*sides),
        chance=_chance(*explained),
    )


def chance(tenths: int, *, version: str) -> float:
    """Of picking somebody who is so far ahead: one over one plus e to the minus difference of S."""
    points_each = load(version).points
    slope = (points_each[-1][1] - 1.0) / points_each[-1][0]
    return 1.0 / (1.0 + exp(-tenths / 10 / slope))


def _explained(profile: Profile) -> Explained | None:
    found = scoring.explained(profile.user_id)
    return found if found is not None and found.enough else None


def _side(profile: Profile, explained: Explained | None, line: charts.Line | None) -> Side:
    handle = profile.handle
    label = handle if len(handle) <= LONGEST_LABEL else handle[: LONGEST_LABEL - 1] + "…"
    if explained is None:
        return Side(profile, label, line)
    tenths = (explained.tenths, explained.low, explained.high)
    return Side(profile, label, line, *(one / 10 for one in tenths))


def _chart(both: Sequence[Sequence[charts.Day]], today: date) -> charts.Pair | None:
    begun = [reads.axis_from(days, today=today) for days in both if days]
    return charts.draw_pair(*both, first=min(begun), last=today) if begun else None


def _rows(one: Sequence[charts.Day], other: Sequence[charts.Day]) -> tuple[DayPair, ...]:
    ones, others = ({day.day: day.tenths / 10 for day in days} for days in (one, other))
    days = sorted(ones.keys() | others.keys(), reverse=True)
    return tuple(DayPair(day, ones.get(day), others.get(day)) for day in days)


def _terms(one: Explained | None, other: Explained | None) -> tuple[TermPair, ...]:
    """In the order of the formula; side by side only where the same one counts for both."""
    if one is None or other is None or one.version != other.version:
        return ()
    keys = list(dict.fromkeys(part.key for part in (*one.parts, *other.parts)))
    return tuple(TermPair(TERMS[key], _points(one, key), _points(other, key)) for key in keys)


def _points(explained: Explained, key: str) -> float:
    return sum(part.tenths for part in explained.parts if part.key == key) / 10


def _overlaps(one: Side, other: Side) -> bool | None:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None
    return one.low <= other.high and other.low <= one.high


def _chance(one: Explained | None, other: Explained | None) -> int | None:
    if one is None or other is None or {one.version, other.version} != {FITTED}:
        return None
    return round(chance(one.tenths - other.tenths, version=FITTED) * 100)
