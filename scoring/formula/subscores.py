"""Three sub-scores, 0 to 100, from the very parts that the score is made of. docs/beside.md.

reach      how many can hear: the terms of followers and lists
resonance  how many answer: the terms of people, reposts, replies, likes and the h-index
relevance  who answers: the mean score of those who respond and are people of this site, times
           the share of known responses that count in full (`selectivity`)

The first two are 100 x what the terms bring / what they can bring at most, over several accounts
combined as the score is. In the third, UNKNOWN people of the score TYPICAL are counted along for
all whom we don't know: so one well-known admirer does not make it 90, and where nobody is known
it is TYPICAL, made smaller by responses of people who respond to everything. Reach and resonance
rise or stay when anything received rises; relevance, when a responder's score or selectivity does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.formula.constants import Constants, load
from scoring.formula.explain import Explained, Part

REACH: Final = ("followers", "listed")
RESONANCE: Final = ("responders", "reposts", "replies", "reactions", "h_index")
# Of the people who respond we know few: so many of a middling score stand for the others.
UNKNOWN: Final = 5
TYPICAL: Final = 40.0


@dataclass(frozen=True, slots=True)
class Piece:
    """What a term brings to a sub-score: `value` of `cap`, in S (version 1: points)."""

    key: str
    account: int
    value: float
    cap: float
    told: bool


@dataclass(frozen=True, slots=True)
class Subscore:
    points: float  # 0 to 100
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Relevance:
    points: float
    selectivity: float
    known: int  # people of this site among those who responded
    mean: float | None  # of their scores


def reach(explained: Explained) -> Subscore:
    return _of(explained, REACH)


def resonance(explained: Explained) -> Subscore:
    return _of(explained, RESONANCE)


def relevance(selectivity: float | None, scores: Sequence[float]) -> Relevance | None:
    """`selectivity`: 0 to 1, None where no network tells who responded; `scores`: 1 to 100, of
    the responders known. None where nothing is told."""
    if selectivity is None:
        return None
    together = (UNKNOWN * TYPICAL + sum(scores)) / (UNKNOWN + len(scores))
    return Relevance(
        points=together * min(1.0, max(0.0, selectivity)),
        selectivity=selectivity,
        known=len(scores),
        mean=sum(scores) / len(scores) if scores else None,
    )


def _of(explained: Explained, signals: Collection[str]) -> Subscore:
    constants = load(explained.version)
    keys = [term.key for term in constants.terms if term.signal in signals]
    parts = [part for part in explained.parts if part.key in keys and part.account is not None]
    sums: dict[int, float] = {}
    for part in parts:
        sums[part.account or 0] = sums.get(part.account or 0, 0.0) + part.value
    cap = sum(constants.term(key).cap for key in keys)
    together = _together(list(sums.values()), constants)
    return Subscore(
        points=min(100.0, 100 * together / cap) if cap else 0.0,
        pieces=tuple(_piece(part) for part in parts),
    )


def _together(sums: Sequence[float], constants: Constants) -> float:
    """As accounts are combined to a score; version 1's points are no logarithms."""
    if constants.combination != "strengths":
        return max(sums, default=0.0)
    return float(np.log1p(np.sqrt(np.square(np.expm1(sums)).sum())))


def _piece(part: Part) -> Piece:
    return Piece(part.key, part.account or 0, part.value, part.cap, part.told)
