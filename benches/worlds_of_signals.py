"""Packed rows of many accounts; the same at each call with the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.formula.signals import FIELD, FIELDS, SAMPLED, SIGNALS


def some_signals(count: int, *, seed: int) -> NDArray[np.float32]:
    """Of all sorts: ordinary and known, thin ones, archives, with signals that are not told."""
    random = np.random.default_rng(seed)
    rows = random.lognormal(0.2, 0.8, (count, len(FIELDS))).astype(np.float32)
    rows[:, FIELD["followers"]] = np.log1p(random.lognormal(5, 2, count))
    for name in SAMPLED:
        rows[:, FIELD[f"low_{name}"]] = rows[:, FIELD[name]] * 0.8
        rows[:, FIELD[f"high_{name}"]] = rows[:, FIELD[name]] * 1.2
    # Most people's responders are selective.
    rows[:, FIELD["selectivity"]] = np.minimum(1, random.exponential(1, count) * 10)
    for name in SIGNALS:
        gone = random.random(count) < 0.15
        for field in (name, f"low_{name}", f"high_{name}"):
            if field in FIELD:
                rows[gone, FIELD[field]] = np.nan
    rows[:, FIELD["posts"]] = random.integers(0, 101, count)
    rows[:, FIELD["newest"]] = random.integers(20_400, 20_780, count)
    rows[:, FIELD["archive"]] = random.random(count) < 0.05
    return rows
