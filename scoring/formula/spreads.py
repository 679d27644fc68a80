"""Signals as the formula uses them: discounted, guessed where they are not told, and bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula.constants import Constants
from scoring.formula.signals import FIELD, RESPONDERS_UNIT, SAMPLED, SIGNALS

# 80% of a normal distribution lie within so many standard deviations.
Z_80: Final = 1.2816
PEOPLE: Final = "responders"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spread:
    """A signal as it is used: its middle, and where it lies with 80% certainty."""

    x: Floats
    low: Floats
    high: Floats
    told: Flags  # False: guessed from another signal, or nothing known at all
    limited: Flags  # an audience or lists larger than the responses speak for


def used(rows: NDArray[np.float32], constants: Constants) -> dict[str, Spread]:
    """Each signal as the terms use it: guessed where not told, bounded where not credible.

    "followers" and "listed" come bounded; "ratio" is followers to followed accounts.
    """
    columns = rows.T.astype(np.float64, order="C")
    spreads = {name: _told(name, columns) for name in SIGNALS}
    if constants.selective:
        trust = spreads.pop("selectivity").x
        for name in SAMPLED:
            spreads[name] = _discounted(spreads[name], trust)
    if constants.people_at_least is not None:
        spreads[PEOPLE] = _at_least(spreads[PEOPLE], spreads[constants.people_at_least])
    for guess in constants.guesses:
        typical = np.maximum(0.0, guess.a + guess.b * spreads[guess.source].x)
        spreads[guess.signal] = _filled(spreads[guess.signal], typical, Z_80 * guess.sd)
    spreads = {name: _or_nothing(spread) for name, spread in spreads.items()}
    followers, following = spreads["followers"], spreads["following"]
    spreads["ratio"] = Spread(
        np.maximum(0.0, followers.x - following.x),
        np.maximum(0.0, followers.low - following.high),
        np.maximum(0.0, followers.high - following.low),
        followers.told & following.told,
        np.zeros(len(rows), bool),
    )
    for name in ("followers", "listed"):
        spreads[name] = _bounded(name, spreads, constants)
    return spreads


def _told(name: str, columns: Floats) -> Spread:
    x = columns[FIELD[name]]
    low, high = x, x
    if name in SAMPLED:
        low, high = columns[FIELD[f"low_{name}"]], columns[FIELD[f"high_{name}"]]
    return Spread(x, low, high, ~np.isnan(x), np.zeros(x.shape, bool))


def _discounted(spread: Spread, trust: Floats) -> Spread:
    """Counts of which part came from people who respond to everything."""
    doubt = np.flatnonzero(trust < 1)  # not where NaN: who responded is not told
    if not len(doubt):
        return spread
    less = []
    for some in (spread.x, spread.low, spread.high):
        less.append(some.copy())
        less[-1][doubt] = np.log1p(np.expm1(some[doubt]) * trust[doubt])
    return Spread(less[0], less[1], less[2], spread.told, spread.limited)


def _at_least(people: Spread, given: Spread) -> Spread:
    """As many as gave a typical post one of these, which nobody does twice: of those who respond
    to a large account, networks name only some. Nothing where either is not told."""
    return Spread(
        _raised(people.x, given.x),
        _raised(people.low, given.low),
        _raised(people.high, given.high),
        people.told,
        people.limited,
    )


def _raised(people: Floats, given: Floats) -> Floats:
    more = np.flatnonzero(given > people)  # on its scale, people are smaller numbers
    if not len(more):
        return people
    raised = people.copy()
    at_least = np.log1p(np.expm1(given[more]) / RESPONDERS_UNIT)
    raised[more] = np.maximum(people[more], at_least)
    return raised


def _filled(spread: Spread, typical: Floats, width: float) -> Spread:
    gap = ~spread.told & np.isnan(spread.x)
    if not gap.any():
        return spread
    return Spread(
        np.where(gap, typical, spread.x),
        np.where(gap, np.maximum(0.0, typical - width), spread.low),
        np.where(gap, typical + width, spread.high),
        spread.told,
        spread.limited,
    )


def _or_nothing(spread: Spread) -> Spread:
    """An account of which nothing is known brings nothing."""
    gap = np.isnan(spread.x)
    if not gap.any():
        return spread
    x, low, high = (np.where(gap, 0.0, some) for some in (spread.x, spread.low, spread.high))
    return Spread(x, low, high, spread.told, spread.limited)


def _bounded(name: str, spreads: dict[str, Spread], constants: Constants) -> Spread:
    """As far as responses speak for it: nobody is heard by an audience that never answers."""
    spread, heard = spreads[name], spreads["responders"]
    most = constants.followers_per_response if name == "followers" else constants.lists_per_response
    if most is None:
        return spread
    bound = float(np.log(most))
    return Spread(
        np.minimum(spread.x, bound + heard.x),
        np.minimum(spread.low, bound + heard.low),
        np.minimum(spread.high, bound + heard.high),
        spread.told,
        spread.x > bound + heard.x,
    )
