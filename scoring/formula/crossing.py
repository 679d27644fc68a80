"""What slopes are worth on judgements that they were not fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula.constants import Constants
from scoring.formula.fitting import Design
from scoring.formula.measures import accuracy, auc, lead
from scoring.formula.pairs import ACTIVITY, COUNTS, Pairs

FOLDS: Final = 5
REPEATS: Final = 3


def cross_validated(
    pairs: Pairs, design: Design, folds: Iterator[tuple[Pairs, Pairs]]
) -> dict[str, float | None]:
    """Mean AUC and accuracy over pairs that the slopes were not fitted on."""
    found = []
    for train, test in folds:
        # Of few pairs, a fold may have none, or all picked alike: it says nothing.
        if len(train) and 0 < test.picked_a.sum() < len(test):
            ahead = lead(design.totals(design.fit(train)), test)
            found.append((auc(ahead, test.picked_a), accuracy(ahead, test.picked_a)))
    if not found:
        return {"auc": None, "accuracy": None}
    means = np.array(found).mean(axis=0)
    return {"auc": round(float(means[0]), 4), "accuracy": round(float(means[1]), 4)}


def plain_folds(pairs: Pairs) -> Iterator[tuple[Pairs, Pairs]]:
    """(to fit on, to test on); the same person may be in both, in other pairs."""
    for seed in range(REPEATS):
        for here in plain_folds_at(pairs, seed):
            yield pairs.only(~here), pairs.only(here)


def plain_folds_at(pairs: Pairs, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Where each fold lies among the pairs."""
    fold = np.random.default_rng(seed).permutation(len(pairs)) % FOLDS
    for index in range(FOLDS):
        yield fold == index


def grouped_folds(pairs: Pairs) -> Iterator[tuple[Pairs, Pairs]]:
    """The same with nobody on both sides; pairs that would join the sides are left out."""
    for seed in range(REPEATS):
        fold = np.random.default_rng(100 + seed).permutation(len(pairs.people)) % FOLDS
        for index in range(FOLDS):
            in_a, in_b = fold[pairs.a] == index, fold[pairs.b] == index
            yield pairs.only(~in_a & ~in_b), pairs.only(in_a & in_b)


def report(pairs: Pairs, constants: Constants) -> dict[str, Any]:
    """What the fit is worth on pairs it has not seen, and what leaving activity out costs."""
    design = Design(pairs, constants)
    activity = np.log1p(pairs.people[:, [COUNTS.index(name) for name in ACTIVITY]])
    with_activity = Design(pairs, constants, more=activity)
    plain, grouped = (
        cross_validated(pairs, design, folds(pairs)) for folds in (plain_folds, grouped_folds)
    )
    busy = cross_validated(pairs, with_activity, plain_folds(pairs))
    return {
        "pairs": len(pairs),
        "people": len(pairs.people),
        "plain": plain,
        "grouped": grouped,
        "with_activity": busy,
        "cost_of_no_activity": _cost(busy["auc"], plain["auc"]),
    }


def _cost(having: float | None, lacking: float | None) -> float | None:
    return None if having is None or lacking is None else round(having - lacking, 4)
