"""How well numbers for people agree with judgements of pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.formula.pairs import Pairs

Floats = NDArray[np.float64]


def auc(lead: Floats, picked_a: Floats) -> float:
    """The chance that a pair in which A was picked has the greater `lead` (of A over B) than one
    in which B was; ties count half. NaN where all were picked alike."""
    _, place, counts = np.unique(lead, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - counts + ends + 1) / 2
    picked = picked_a == 1
    ones, others = int(picked.sum()), int((~picked).sum())
    if not ones or not others:
        return float("nan")
    return float((ranks[place][picked].sum() - ones * (ones + 1) / 2) / (ones * others))


def accuracy(lead: Floats, picked_a: Floats) -> float:
    """How often who leads was picked; ties count half."""
    return float(np.where(lead == 0, 0.5, (lead > 0) == (picked_a == 1)).mean())


def lead(of: Floats, pairs: Pairs) -> Floats:
    """By how much A is ahead of B in some number `of` each person."""
    return of[pairs.a] - of[pairs.b]


def chance(lead: Floats) -> Floats:
    """The chance that A is picked, from a difference of S (Bradley-Terry)."""
    return 0.5 * (1 + np.tanh(lead / 2))
