"""A new formula beside the one before: for one person, and for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from profiles.changes import histogram
from profiles.changes.histogram import signed
from scoring import selectors as scoring
from scoring.formula import Explained
from scoring.models import FormulaRelease
from scoring.selectors import releases
from scoring.wording import TERMS, Words


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. points None: not enough posts for a number."""

    version: str
    points: float | None
    low: float | None
    high: float | None
    posts: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one term, over all accounts, in points. None: that formula has no such term."""

    name: Words
    before: float | None
    after: float | None
    change: float

    @property
    def signed_change(self) -> str:
        return signed(self.change)


@dataclass(frozen=True, slots=True)
class Both:
    """`differences` add up exactly to the difference of what the posts speak for."""

    release: FormulaRelease
    counts_already: bool
    before: Side
    after: Side
    differences: tuple[Difference, ...]

    @property
    def change(self) -> float | None:
        """None where one of the two is no number."""
        if self.before.points is None or self.after.points is None:
            return None
        return round(self.after.points - self.before.points, 1)

    @property
    def signed_change(self) -> str:
        return signed(self.change or 0.0)

    @property
    def counts_before(self) -> bool:
        return not self.counts_already


def both_scores(user_id: int, *, at: datetime) -> Both | None:
    """None on days when no two formulas are shown, and for people with nothing to score."""
    release = releases.side_by_side(at.date())
    return both_of(user_id, release, at=at) if release else None


def both_of(user_id: int, release: FormulaRelease, *, at: datetime) -> Both | None:
    older = releases.version_before(release)
    if older is None:
        return None
    before = scoring.explained(user_id, version=older)
    after = scoring.explained(user_id, version=str(release.version))
    if before is None or after is None:
        return None
    return Both(
        release=release,
        counts_already=release.effective_on <= at.date(),
        before=_side(before),
        after=_side(after),
        differences=_differences(before, after),
    )


def _side(explained: Explained) -> Side:
    enough = explained.enough
    return Side(
        version=explained.version,
        points=explained.tenths / 10 if enough else None,
        low=explained.low / 10 if enough else None,
        high=explained.high / 10 if enough else None,
        posts=explained.posts,
    )


def _differences(before: Explained, after: Explained) -> tuple[Difference, ...]:
    """The largest first. Terms go by name: version 1 had other keys for some."""
    old, new = _by_name(before), _by_name(after)
    rows = [
        Difference(
            name=name,
            before=_points(old.get(name)),
            after=_points(new.get(name)),
            change=(new.get(name, 0) - old.get(name, 0)) / 10,
        )
        for name in dict.fromkeys([*new, *old])
    ]
    return tuple(sorted(rows, key=lambda row: -abs(row.change)))


def _by_name(explained: Explained) -> Mapping[Words, int]:
    tenths: dict[Words, int] = defaultdict(int)
    for part in explained.parts:
        tenths[str(TERMS[part.key].name)] += part.tenths
    return tenths


def _points(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as the public reads of it. sha256 "": its constants are no longer here."""

    release: FormulaRelease
    before: str | None
    counts_already: bool
    counts_now: bool
    fitted_on: str
    sha256: str
    spread: histogram.Spread | None

    @property
    def file(self) -> str:
        return f"scoring/formula/constants/{self.release.version}.json"


def all_releases(day: date) -> list[ReleaseView]:
    """Newest first."""
    version = scoring.formula_on(day)
    return [_view(release, day, counting=version) for release in releases.announced(day)]


def _view(release: FormulaRelease, day: date, *, counting: str) -> ReleaseView:
    constants = releases.constants_of(release)
    source: Mapping[str, Any] = constants.source if constants else {}
    return ReleaseView(
        release=release,
        before=releases.version_before(release),
        counts_already=release.effective_on <= day,
        counts_now=str(release.version) == counting,
        fitted_on=str(source.get("what", "")),
        sha256=constants.sha256 if constants else "",
        spread=histogram.spread_of(release.deltas),
    )
