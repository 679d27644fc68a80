"""Who may have a perk, and if not, why not. Values in, value out: no clock, no database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Phase(Enum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a perk asks for. Scores are whole tenths; an empty tuple asks for nothing."""

    min_tenths: int
    countries: tuple[str, ...]
    networks: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    published: bool


class Standing(Protocol):
    """What is asked of a person: see profiles.selectors.Standing."""

    @property
    def tenths(self) -> int | None: ...
    @property
    def low_tenths(self) -> int | None: ...
    @property
    def high_tenths(self) -> int | None: ...
    @property
    def posts(self) -> int | None: ...
    @property
    def posts_needed(self) -> int: ...
    @property
    def country(self) -> str: ...
    @property
    def networks(self) -> Collection[str]: ...
    @property
    def opted_out(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Draft:
    pass


@dataclass(frozen=True, slots=True)
class NotOpenYet:
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Over:
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class OptedOut:
    pass


@dataclass(frozen=True, slots=True)
class ClaimedBefore:
    """By the same log-in, before it opted out: that unit is nobody's now, and still counts."""


@dataclass(frozen=True, slots=True)
class NoScore:
    pass


@dataclass(frozen=True, slots=True)
class TooFewPosts:
    """Something was read, and it is not enough for a number."""

    posts: int
    needed: int


@dataclass(frozen=True, slots=True)
class PointsShort:
    tenths: int


@dataclass(frozen=True, slots=True)
class WrongCountry:
    allowed: tuple[str, ...]
    own: str  # "" where the person has not told


@dataclass(frozen=True, slots=True)
class MissingNetwork:
    any_of: tuple[str, ...]


Reason = (
    Draft
    | NotOpenYet
    | Over
    | OptedOut
    | ClaimedBefore
    | NoScore
    | TooFewPosts
    | PointsShort
    | WrongCountry
    | MissingNetwork
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` is empty exactly where `ok`; else all that stand in the way, gravest first."""

    reasons: tuple[Reason, ...]

    @property
    def ok(self) -> bool:
        return not self.reasons

    @property
    def closed(self) -> bool:
        """Nobody can have it now, whoever they are."""
        return any(isinstance(reason, Draft | NotOpenYet | Over) for reason in self.reasons)


def phase(rule: Rule, *, at: datetime) -> Phase:
    """Open from the first moment to just before the last."""
    if not rule.published:
        return Phase.DRAFT
    if at < rule.opens_at:
        return Phase.SCHEDULED
    return Phase.OPEN if at < rule.closes_at else Phase.OVER


def verdict(
    rule: Rule, standing: Standing, *, at: datetime, claimed_before: bool = False
) -> Verdict:
    """All reasons at once, so that nobody climbs one hurdle to find the next."""
    time = _about_time(rule, at)
    if standing.opted_out:
        return Verdict((*time, OptedOut()))  # the rest is not known, and none of our business
    if claimed_before:
        return Verdict((*time, ClaimedBefore()))
    return Verdict((*time, *_about_person(rule, standing)))


def is_borderline(rule: Rule, standing: Standing) -> bool:
    """The score alone decides, and it is not certain on which side of the rule it belongs."""
    low, high = standing.low_tenths, standing.high_tenths
    if low is None or high is None:
        return False
    return low < rule.min_tenths <= high


def _about_time(rule: Rule, at: datetime) -> tuple[Reason, ...]:
    reasons: dict[Phase, Reason] = {
        Phase.DRAFT: Draft(),
        Phase.SCHEDULED: NotOpenYet(rule.opens_at),
        Phase.OVER: Over(rule.closes_at),
    }
    now = phase(rule, at=at)
    return (reasons[now],) if now in reasons else ()


def _about_person(rule: Rule, standing: Standing) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if standing.tenths is None:
        reasons.append(_no_score(standing))
    elif standing.tenths < rule.min_tenths:
        reasons.append(PointsShort(rule.min_tenths - standing.tenths))
    if rule.countries and standing.country not in rule.countries:
        reasons.append(WrongCountry(rule.countries, standing.country))
    if rule.networks and not set(rule.networks) & set(standing.networks):
        reasons.append(MissingNetwork(rule.networks))
    return tuple(reasons)


def _no_score(standing: Standing) -> Reason:
    if standing.posts is None:
        return NoScore()
    return TooFewPosts(standing.posts, standing.posts_needed)
