"""The arithmetic of one bar, line by line, with the numbers that a pocket calculator needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import expm1, log1p, sqrt
from typing import Final

import numpy as np
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from profiles.selectors.saying import number
from scoring.formula import Explained, Part
from scoring.formula.constants import Constants, Guess, Term
from scoring.formula.signals import (
    FIELD,
    PER_POST,
    RESPONDERS_UNIT,
    SIGNALS,
    Row,
    amount_of,
    scale_of,
)
from scoring.networks.declaring import Words
from scoring.wording import SIGNAL_NAMES

DIGITS: Final = 4
NEAR: Final = 1e-6  # rows are of single precision
BY_PEOPLE: Final = {*PER_POST, "h_index"}


@dataclass(frozen=True, slots=True)
class Line:
    words: Words
    formula: str


@dataclass(frozen=True, slots=True)
class Working:
    """One bar with what it was computed from."""

    part: Part
    term: Term
    constants: Constants
    explained: Explained
    row: Row

    def lines(self) -> list[Line]:
        lines = [*self._amount(), self._scale(), self._curve(), *self._archive(), *self._points()]
        return [line for line in lines if line.formula]

    @property
    def x(self) -> float:
        amount = self.part.amount
        return 0.0 if amount is None else scale_of(self.term.signal, amount)

    def _amount(self) -> Iterator[Line]:
        signal = self.term.signal
        if not self.part.told:
            yield self._guessed(guess_of(signal, self.row, self.constants))
        elif signal == "responders" and self.constants.people_at_least and self._is_raised:
            yield self._raised(self.constants.people_at_least)
        elif signal in BY_PEOPLE and self.trust < 1:
            told = expm1(float(self.row[FIELD[signal]]))
            yield Line(
                _("Some of who responded respond to everybody: each such response counts less."),
                f"{four(told)} × {four(self.trust)} = {four(self.part.amount or 0)}",
            )
        elif self.part.limited:
            yield self._limited(signal)

    @property
    def _is_raised(self) -> bool:
        known = float(self.row[FIELD["responders"]])
        return (self.part.amount or 0.0) > amount_of("responders", known) * (1 + NEAR)

    def _raised(self, by: str) -> Line:
        words = _("Nobody likes a post twice: as many people as %(what)s of a typical post.")
        told, each = expm1(float(self.row[FIELD[by]])), four(self.part.amount or 0)
        formula = f"{four(told)} × {four(self.trust)} = {each}" if self.trust < 1 else each
        return Line(words % {"what": SIGNAL_NAMES[by]}, formula)

    @property
    def trust(self) -> float:
        told = float(self.row[FIELD["selectivity"]])
        return 1.0 if not self.constants.selective or np.isnan(told) else told

    def _guessed(self, guess: Guess | None) -> Line:
        if guess is None or self.x <= 0:
            words = _("The network does not tell it, nor anything that it could be guessed from.")
            return Line(words, "0")
        source = (self.x - guess.a) / guess.b
        return Line(
            _("Not told: guessed from %(what)s, as it is on average.")
            % {"what": SIGNAL_NAMES[guess.source]},
            f"{four(guess.a)} + {four(guess.b)} × {four(source)} = {four(self.x)}",
        )

    def _limited(self, signal: str) -> Line:
        most = self.constants.followers_per_response
        if signal == "listed":
            most = self.constants.lists_per_response
        heard = (1 + (self.part.amount or 0)) / (most or 1)
        people = (heard - 1) * RESPONDERS_UNIT
        unit = number(RESPONDERS_UNIT)
        return Line(
            _("More was told than the people who respond speak for, so that this many count:"),
            f"{number(most or 0)} × (1 + {four(people)} / {unit}) − 1"
            f" = {four(self.part.amount or 0)}",
        )

    def _scale(self) -> Line:
        amount, x = self.part.amount or 0.0, four(self.x)
        words = _("On a logarithm, for the first ones say most:")
        if self.term.signal == "ratio":
            return Line(words, f"x = ln({exact(amount or 1)}) = {x}")
        if self.term.signal == "responders":
            unit = number(RESPONDERS_UNIT)
            return Line(words, f"x = ln(1 + {exact(amount)} / {unit}) = {x}")
        return Line(words, f"x = ln(1 + {exact(amount)}) = {x}")

    def _curve(self) -> Line:
        at, values, f = self.term.at, self.term.values, four(self.f)
        right = int(np.searchsorted(at, self.x, side="right"))
        knots = self.term.knots
        if right >= len(at):
            words = _("From %(amount)s on the curve stays where it is:")
            return Line(words % {"amount": number(knots[-1][0])}, f"f = {f}")
        left = max(0, right - 1)
        right = left + 1
        if values[left] == values[right]:
            words = _("Between %(left)s and %(right)s the curve stays where it is:") % {
                "left": number(knots[left][0]),
                "right": number(knots[right][0]),
            }
            return Line(words, f"f = {f}")
        words = _("On the straight line between the knots %(left)s and %(right)s:") % {
            "left": number(knots[left][0]),
            "right": number(knots[right][0]),
        }
        rise = f"({four(values[right])} − {four(values[left])})"
        run = f"(x − {four(at[left])}) / ({four(at[right])} − {four(at[left])})"
        return Line(words, f"f = {four(values[left])} + {rise} × {run} = {f}")

    @property
    def f(self) -> float:
        return float(np.interp(self.x, self.term.at, self.term.values))

    def _archive(self) -> Iterator[Line]:
        if self.f > 0 and self.part.value < self.f * 0.9999:
            shrunk = self.part.value / self.f
            yield Line(
                _("It came in an archive, of which all parts together count up to %(cap)s:")
                % {"cap": four(self.constants.archive_cap)},
                f"{four(self.f)} × {four(shrunk)} = {four(self.part.value)}",
            )

    def _points(self) -> Iterator[Line]:
        s, most = self.constants.points[-1]
        slope = (most - 1) / s
        weight = slope
        if len(self.explained.strength) > 1:
            account = self.part.account or 0
            strength, share = self.explained.strength[account], self.explained.share[account]
            whole = strength_of(self.explained, self.constants, slope)
            weight = slope * whole * share / strength if strength else 0.0
            yield Line(
                _(
                    "Beside other accounts: the points of one unit, times the strength of all"
                    " together, times this account's share, over its own strength."
                ),
                f"{four(slope)} × {four(whole)} × {four(share)} / {four(strength)}"
                f" = {four(weight)}",
            )
        yield Line(
            _("In points:"),
            f"{four(weight)} × {four(self.part.value)} = {four(weight * self.part.value)}",
        )


def guess_of(signal: str, row: Row, constants: Constants) -> Guess | None:
    """The first guess that could be made, in the order in which they are tried."""
    known = {name for name in SIGNALS if not np.isnan(row[FIELD[name]])}
    for guess in constants.guesses:
        source = "followers" if guess.source == "audience" else guess.source
        if guess.signal in known or source not in known:
            continue
        if guess.signal == signal:
            return guess
        known.add(guess.signal)
    return None


def strength_of(explained: Explained, constants: Constants, slope: float) -> float:
    """S of the person."""
    if constants.combination == "strengths":
        return log1p(sqrt(sum(expm1(s) ** 2 for s in explained.strength.values())))
    return (explained.tenths / 10 - 1) / slope


def exact(amount: float) -> str:
    """A count that was told is whole; single precision only makes it look otherwise."""
    whole = round(amount)
    is_whole = amount and abs(amount - whole) < 1e-6 * amount
    return number(whole) if is_whole else four(amount)


def four(value: float) -> str:
    return str(floatformat(float(value), DIGITS))
