"""Slopes that agree best with people's judgements of pairs.

P(A is picked) = 1 / (1 + e^-(S_A - S_B)), S = sum of f_j(x_j), slopes of f_j >= 0: a logistic
regression on differences, by accelerated projected gradient steps. Nothing is random: what is
redrawn has a fixed seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula import template
from scoring.formula.constants import NEWEST, Constants, parse
from scoring.formula.constants import digest as digest_of
from scoring.formula.measures import chance, lead
from scoring.formula.pairs import Pairs, as_rows
from scoring.formula.signals import FIELD, SEED, scale_of
from scoring.formula.spreads import used

STEPS: Final = 400
REDRAWN: Final = 20
DECIMALS: Final = 3
LICENCE: Final = (
    "Fitted on judgements of a contest of 2013, whose terms allow no redistribution: the data is "
    "not part of this project, only sums over it are."
)

Floats = NDArray[np.float64]


def fit(pairs: Pairs, *, version: str = NEWEST, day: str = "") -> Constants:
    """A version of the formula: the template's shape, with slopes that agree best with `pairs`."""
    blank = _said(version, day, pairs, {}, [], model_sd=0.0)
    guesses = _guesses(pairs)
    draft = parse(_with_hash(blank | {"guesses": guesses}))
    design = Design(pairs, draft)
    knots = design.knots(design.fit(pairs))
    found = _said(version, day, pairs, knots, guesses, model_sd=_doubt(design, pairs))
    return parse(_with_hash(found))


def _doubt(design: Design, pairs: Pairs) -> float:
    """By how much S of a typical person differs between fits on redrawn judgements."""
    rng = np.random.default_rng(SEED)
    totals = []
    for _draw in range(REDRAWN):
        again = rng.integers(0, len(pairs), len(pairs))
        total = design.totals(design.fit(Pairs(pairs.people, *_picked(pairs, again))))
        totals.append(total - total.mean())
    return round(float(np.median(np.std(totals, axis=0))), DECIMALS)


def _picked(pairs: Pairs, at: NDArray[np.intp]) -> tuple[Any, Any, Any]:
    return pairs.a[at], pairs.b[at], pairs.picked_a[at]


class Design:
    """The judged people as columns: for each fitted term, how far along each piece they are."""

    def __init__(self, pairs: Pairs, draft: Constants, more: Floats | None = None) -> None:
        signals = used(as_rows(pairs), draft)
        pieces, floors, smooth = [], [], []
        for _key, signal, amounts, floor, until in template.FITTED:
            at = _scale(signal, amounts)
            pieces.append(_along(signals[signal].x, at))
            floors += [floor if amount <= until else 0.0 for amount in amounts[1:]]
            smooth.append(_roughness(len(amounts) - 1))
        for column in () if more is None else more.T:
            at = np.unique(np.quantile(column, np.linspace(0, 1, 9)))
            if len(at) == 1:
                continue
            pieces.append(_along(column, at))
            floors += [0.0] * (len(at) - 1)
            smooth.append(_roughness(len(at) - 1))
        self.columns = np.concatenate(pieces, axis=1)
        self.floors = np.array(floors)
        self.penalty = template.RIDGE * np.eye(len(floors))
        self.penalty += template.SMOOTHNESS * _blocks(smooth)
        self.by_hand = np.zeros(len(pairs.people))
        for key, signal, _knots in template.BY_HAND:
            term = draft.term(key)
            self.by_hand += np.interp(signals[signal].x, term.at, term.values)

    def fit(self, pairs: Pairs) -> Floats:
        """Slopes of all pieces, none below its floor."""
        x = self.columns[pairs.a] - self.columns[pairs.b]
        given = lead(self.by_hand, pairs)
        curvature = 0.25 * np.linalg.norm(x, 2) ** 2 + np.linalg.norm(self.penalty, 2)
        slopes, ahead, pace = self.floors.copy(), self.floors.copy(), 1.0
        for _step in range(STEPS):
            missed = chance(x @ ahead + given) - pairs.picked_a
            downhill = x.T @ missed + self.penalty @ ahead
            next_slopes = np.maximum(self.floors, ahead - downhill / curvature)
            next_pace = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
            ahead = next_slopes + (pace - 1) / next_pace * (next_slopes - slopes)
            slopes, pace = next_slopes, next_pace
        return slopes

    def totals(self, slopes: Floats) -> Floats:
        """S of each person."""
        return self.columns @ slopes + self.by_hand

    def knots(self, slopes: Floats) -> dict[str, list[list[float]]]:
        found, index = {}, 0
        for key, signal, amounts, _floor, _until in template.FITTED:
            widths = np.diff(_scale(signal, amounts))
            values = np.cumsum(slopes[index : index + len(widths)] * widths).round(DECIMALS)
            found[key] = [[a, float(v)] for a, v in zip(amounts, (0.0, *values), strict=True)]
            index += len(widths)
        return found


def _scale(signal: str, amounts: Sequence[float]) -> Floats:
    return np.array([scale_of(signal, amount) for amount in amounts])


def _along(x: Floats, at: Floats) -> Floats:
    return np.stack([np.clip(x - a, 0, b - a) for a, b in zip(at, at[1:], strict=False)], 1)


def _roughness(pieces: int) -> Floats:
    bends = np.diff(np.eye(pieces), axis=0)
    return bends.T @ bends


def _blocks(squares: Sequence[Floats]) -> Floats:
    size = sum(len(square) for square in squares)
    whole, at = np.zeros((size, size)), 0
    for square in squares:
        whole[at : at + len(square), at : at + len(square)] = square
        at += len(square)
    return whole


def _guesses(pairs: Pairs) -> list[dict[str, Any]]:
    rows = as_rows(pairs).astype(np.float64)
    found = []
    for signal, source, given in template.GUESSES:
        a, b, sd = given or _line(rows[:, FIELD[source]], rows[:, FIELD[signal]])
        found.append({"signal": signal, "source": source, "a": a, "b": b, "sd": sd})
    return found


def _line(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Least squares, with a slope that is not below 0."""
    varies = float(np.var(x))
    b = max(0.0, float(np.cov(x, y, bias=True)[0, 1]) / varies) if varies else 0.0
    a = float(y.mean() - b * x.mean())
    sd = float(np.std(y - a - b * x))
    return round(a, DECIMALS), round(b, DECIMALS), round(sd, DECIMALS)


def _said(
    version: str,
    day: str,
    pairs: Pairs,
    knots: dict[str, list[list[float]]],
    guesses: list[dict[str, Any]],
    *,
    model_sd: float,
) -> dict[str, Any]:
    signals = {key: signal for key, signal, *_ in (*template.FITTED, *template.BY_HAND)}
    given = {key: [list(knot) for knot in knots] for key, _, knots in template.BY_HAND}
    flat = {key: [[a, 0.0] for a in amounts] for key, _, amounts, *_ in template.FITTED}
    fitted = {key for key, *_ in template.FITTED}
    return {
        "version": version,
        "date": day,
        "about": "Additive and rising in everything received, fitted on people's judgements.",
        "source": {
            "pairs": len(pairs),
            "people": len(pairs.people),
            "what": "Which of two Twitter accounts of 2013 is more influential, as raters said.",
            "licence": LICENCE,
        },
        "terms": [
            {
                "key": key,
                "signal": signals[key],
                "fitted": key in fitted,
                "knots": (flat | knots | given)[key],
            }
            for key in template.ORDER
        ],
        "guesses": guesses,
        "model_sd": model_sd,
        **template.SETTINGS,
    }


def _with_hash(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "sha256": digest_of(said)}


def said_of(constants: Constants, pairs: Pairs) -> dict[str, Any]:
    """A version as its file says it."""
    knots = {term.key: [list(knot) for knot in term.knots] for term in constants.terms}
    guesses = [
        {"signal": g.signal, "source": g.source, "a": g.a, "b": g.b, "sd": g.sd}
        for g in constants.guesses
    ]
    return _said(
        constants.version, constants.date, pairs, knots, guesses, model_sd=constants.model_sd
    )
