"""How well a version agrees with people, as sums that can be published: no person is in them.

Everything is measured on judgements that the slopes in use were not fitted on: each fold's
judgements are foretold by slopes that were fitted on the other folds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula.constants import Constants
from scoring.formula.crossing import plain_folds_at
from scoring.formula.evaluate import points_of
from scoring.formula.fitting import Design
from scoring.formula.measures import accuracy, auc, chance, lead
from scoring.formula.pairs import Pairs
from scoring.formula.signals import SEED

REDRAWN: Final = 500
SIMULATED: Final = 200
BINS: Final = 10
GROUPS: Final = 4
# A 95% interval, as is usual for a measured share.
WITHIN: Final = (0.025, 0.975)
# The best is one person, and stays unpublished.
PERCENTILES: Final = (1, 5, 10, 25, 50, 75, 90, 95, 99)
TOP: Final = 95

Floats = NDArray[np.float64]
Leads = dict[str, Floats]


def judged(pairs: Pairs, constants: Constants, report: dict[str, Any]) -> dict[str, Any]:
    """`report`: what `fit` says about the cross-validation; it is stored with the rest."""
    leads = _leads(pairs, constants)
    agreement = _agreement(pairs)
    return {
        "version": constants.version,
        "constants_sha256": constants.sha256,
        **report,
        "measures": {name: _measured(ahead, pairs.picked_a) for name, ahead in leads.items()},
        "ahead_of_followers": _ahead(leads, pairs.picked_a),
        "agreement": agreement,
        "ceiling": _ceiling(leads["score"], agreement["rate"]),
        "calibration": _calibration(leads["score"], pairs.picked_a),
        "brier": _rounded(np.mean((chance(leads["score"]) - pairs.picked_a) ** 2)),
        "groups": _groups(pairs, leads),
        "points": _points(pairs, constants),
    }


def _leads(pairs: Pairs, constants: Constants) -> Leads:
    design = Design(pairs, constants)
    ahead = np.zeros(len(pairs))
    for here in plain_folds_at(pairs, SEED):
        totals = design.totals(design.fit(pairs.only(~here)))
        ahead[here] = lead(totals, pairs.only(here))
    return {
        "score": ahead,
        "followers": lead(np.log1p(pairs.column("follower_count")), pairs),
        "lists": lead(np.log1p(pairs.column("listed_count")), pairs),
    }


def _measured(ahead: Floats, picked_a: Floats) -> dict[str, Any]:
    return {"auc": _measure(auc, ahead, picked_a), "accuracy": _measure(accuracy, ahead, picked_a)}


def _measure(
    of: Callable[[Floats, Floats], float], ahead: Floats, picked_a: Floats
) -> dict[str, Any]:
    def on(at: NDArray[np.intp]) -> float:
        return of(ahead[at], picked_a[at])

    return {"value": _rounded(of(ahead, picked_a)), "within": _within(on, len(picked_a))}


def _ahead(leads: Leads, picked_a: Floats) -> dict[str, Any]:
    def gain(at: NDArray[np.intp]) -> float:
        return auc(leads["score"][at], picked_a[at]) - auc(leads["followers"][at], picked_a[at])

    value = _rounded(gain(np.arange(len(picked_a))))
    return {"value": value, "within": _within(gain, len(picked_a))}


def _within(measure: Callable[[NDArray[np.intp]], float], pairs: int) -> list[float]:
    """Bootstrap over judgements."""
    rng = np.random.default_rng(SEED)
    drawn = [measure(rng.integers(0, pairs, pairs)) for _draw in range(REDRAWN)]
    return [_rounded(some) for some in np.quantile(drawn, WITHIN)]


def _agreement(pairs: Pairs) -> dict[str, Any]:
    """How often two judgements of the same two accounts are the same."""
    picks = defaultdict(list)
    for a, b, picked_a in zip(pairs.a, pairs.b, pairs.picked_a, strict=True):
        picks[min(a, b), max(a, b)].append(bool(picked_a) == bool(a < b))
    again = [some for some in picks.values() if len(some) > 1]
    if not again:
        return {"pairs": 0, "rate": None}
    one, other = (sum(_in_twos(some.count(side)) for some in again) for side in (True, False))
    return {
        "pairs": len(again),
        "rate": _rounded((one + other) / sum(_in_twos(len(some)) for some in again)),
    }


def _ceiling(ahead: Floats, agreement: float | None) -> dict[str, Any]:
    """What a perfect score could reach among people who differ as much as these do.

    accuracy: were they equally unsure about every pair; auc: were the foretold chances true.
    """
    rng = np.random.default_rng(SEED)
    p = chance(ahead)
    drawn = [auc(ahead, (rng.random(len(p)) < p).astype(float)) for _draw in range(SIMULATED)]
    most = None if agreement is None else (1 + max(0.0, 2 * agreement - 1) ** 0.5) / 2
    return {
        "auc": _rounded(float(np.nanmean(drawn))),
        "accuracy": None if most is None else _rounded(most),
    }


def _calibration(ahead: Floats, picked_a: Floats) -> list[dict[str, Any]]:
    """In bins of the foretold chance: its mean, and how often A was picked."""
    p = chance(ahead)
    at = np.minimum((p * BINS).astype(int), BINS - 1)
    return [
        {
            "from": index / BINS,
            "to": (index + 1) / BINS,
            "pairs": int((at == index).sum()),
            "foretold": _rounded(p[at == index].mean()),
            "picked": _rounded(picked_a[at == index].mean()),
        }
        for index in range(BINS)
        if (at == index).any()
    ]


def _groups(pairs: Pairs, leads: Leads) -> dict[str, list[dict[str, Any]]]:
    followers, following = pairs.column("follower_count"), pairs.column("following_count")
    larger = np.where(followers[pairs.a] >= followers[pairs.b], pairs.a, pairs.b)
    by = {
        "size": followers[larger],
        # How many times as many followers the larger one has.
        "gap": np.exp(np.abs(leads["followers"])),
        "ratio": (followers[larger] + 1) / (following[larger] + 1),
    }
    return {name: _quarters(of, pairs, leads) for name, of in by.items()}


def _quarters(of: Floats, pairs: Pairs, leads: Leads) -> list[dict[str, Any]]:
    edges = np.quantile(of, np.linspace(0, 1, GROUPS + 1))
    at = np.searchsorted(edges[1:-1], of, side="right")
    found = []
    for index in range(GROUPS):
        here = at == index
        if not here.any():
            continue
        row: dict[str, Any] = {"from": _short(edges[index]), "to": _short(edges[index + 1])}
        row["pairs"] = int(here.sum())
        for name in ("score", "followers"):
            ahead, picked = leads[name][here], pairs.picked_a[here]
            row[name] = {
                "auc": _rounded(auc(ahead, picked)),
                "accuracy": _rounded(accuracy(ahead, picked)),
            }
        found.append(row)
    return found


def _points(pairs: Pairs, constants: Constants) -> dict[str, Any]:
    """Who stands where among the judged."""
    points = points_of(pairs, constants)
    found = np.percentile(points, PERCENTILES)
    return {
        "percentiles": [[q, round(float(p), 1)] for q, p in zip(PERCENTILES, found, strict=True)],
        "top": {"from": TOP, "people": int((points >= TOP).sum())},
    }


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)


def _short(value: float) -> float:
    """Two digits, so that no single person's count is in it."""
    return float(f"{value:.2g}")


def _in_twos(judgements: int) -> int:
    """How many pairs of judgements there are."""
    return judgements * (judgements - 1) // 2
