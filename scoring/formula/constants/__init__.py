"""The versions of the formula: one readable JSON file each, beside this module.

A file is never changed once people were scored with it; its `sha256` (over everything else in
it) is checked when it is read. docs/formula.md says what each field means.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula.signals import scale_of

FOLDER: Final = Path(__file__).parent
NEWEST: Final = "2"
INNERMOST: Final = re.compile(r"[\[{][^\[\]{}]*[\]}]")


class NoSuchFormula(ValueError):
    """There is no version of that name."""


@dataclass(frozen=True, slots=True)
class Term:
    """f_j: straight lines between knots, drawn over the signal's logarithm; never falls.

    `knots`: (amount, value), rising from (0 or 1, 0); flat above the last.
    `fitted`: on people's judgements; else set by hand.
    """

    key: str
    signal: str
    knots: tuple[tuple[float, float], ...]
    fitted: bool
    at: NDArray[np.float64]  # where the knots lie on the signal's scale
    values: NDArray[np.float64]

    @property
    def cap(self) -> float:
        return self.knots[-1][1]


@dataclass(frozen=True, slots=True)
class Guess:
    """What is typical of a signal that is not told: a + b * source, give or take one `sd`."""

    signal: str
    source: str
    a: float
    b: float
    sd: float


@dataclass(frozen=True, slots=True)
class Constants:
    """One version. `points`: the public curve, knots (S, points)."""

    version: str
    date: str
    about: str
    terms: tuple[Term, ...]
    points: tuple[tuple[float, float], ...]
    # "strengths": root of the sum of squares of e^S - 1; "room": version 1's rule.
    combination: str
    # Of the sum of one account that came in an archive.
    archive_cap: float
    # No number on fewer posts.
    posts_needed: int
    # An audience counts up to this many followers for each response, a list up to that many.
    followers_per_response: float | None
    lists_per_response: float | None
    # A signal per typical post: so many different people responded, if not more.
    people_at_least: str | None
    guesses: tuple[Guess, ...]
    # Whether responses of people who respond to everything count less.
    selective: bool
    # How far S may be off because other judgements would have given other slopes (one sd).
    model_sd: float
    # Days of silence from which on the interval widens, and when it has become twice as wide.
    silence: tuple[int, int]
    sha256: str
    source: Mapping[str, Any]

    @property
    def cap(self) -> float:
        """The most that the terms of one account can bring together."""
        return sum(term.cap for term in self.terms)

    def term(self, key: str) -> Term:
        return next(term for term in self.terms if term.key == key)


@cache
def load(version: str = NEWEST) -> Constants:
    """NoSuchFormula, or ValueError where somebody has changed the file."""
    if version not in versions():
        raise NoSuchFormula(f"There is no formula {version}. There are: {', '.join(versions())}.")
    return parse(json.loads((FOLDER / f"{version}.json").read_text()))


@cache
def versions() -> tuple[str, ...]:
    """Oldest first."""
    return tuple(sorted((file.stem for file in FOLDER.glob("*.json")), key=int))


def parse(said: dict[str, Any]) -> Constants:
    if said["sha256"] != digest(said):
        raise ValueError(f"formula {said['version']} has been changed: its sha256 does not fit")
    return Constants(
        version=said["version"],
        date=said["date"],
        about=said["about"],
        terms=tuple(_term(term) for term in said["terms"]),
        points=tuple((s, p) for s, p in said["points"]),
        combination=said["combination"],
        archive_cap=said["archive_cap"],
        posts_needed=said["posts_needed"],
        followers_per_response=said["followers_per_response"],
        lists_per_response=said["lists_per_response"],
        people_at_least=said.get("people_at_least"),  # version 1 has none
        guesses=tuple(Guess(**guess) for guess in said["guesses"]),
        selective=said["selective"],
        model_sd=said["model_sd"],
        silence=(said["silence"][0], said["silence"][1]),
        sha256=said["sha256"],
        source=said["source"],
    )


def digest(said: Mapping[str, Any]) -> str:
    """sha256 over all of a version but its own hash."""
    facts = {key: value for key, value in said.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def written(said: Mapping[str, Any]) -> str:
    """The file of a version, readable: a line for each knot list, term and guess."""
    lines = json.dumps({**said, "sha256": digest(said)}, indent=1)
    return INNERMOST.sub(lambda found: " ".join(found[0].split()), lines) + "\n"


def _term(said: Mapping[str, Any]) -> Term:
    amounts = np.array([amount for amount, _ in said["knots"]], float)
    values = np.array([value for _, value in said["knots"]], float)
    if (np.diff(values) < 0).any() or (np.diff(amounts) <= 0).any() or values[0] != 0:
        raise ValueError(f"the knots of {said['key']} must rise from 0")
    return Term(
        key=said["key"],
        signal=said["signal"],
        knots=tuple((a, v) for a, v in said["knots"]),
        fitted=said["fitted"],
        at=np.array([scale_of(said["signal"], amount) for amount in amounts]),
        values=values,
    )
