"""Made-up files of judged pairs: whoever has more of what counts is picked more often."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from scoring.formula.pairs import COUNTS

HEADER = ["Choice", *(f"{side}_{name}" for side in "AB" for name in COUNTS)]
ODDS = {"follower_count": 0.3, "listed_count": 0.8}


def made_up(pairs: int = 300, people: int = 60, seed: int = 5) -> list[list[float]]:
    """Picked by followers and lists alone; all else is noise."""
    rng = np.random.default_rng(seed)
    everybody = np.exp(rng.normal(5, 2, (people, len(COUNTS)))).round(2)
    strength = sum(odds * np.log1p(everybody[:, COUNTS.index(name)]) for name, odds in ODDS.items())
    rows = []
    for a, b in rng.integers(0, people, (pairs, 2)):
        picked_a = rng.random() < 1 / (1 + np.exp(strength[b] - strength[a]))
        rows.append([int(picked_a), *everybody[a], *everybody[b]])
    return rows


def written(file: Path, rows: list[list], *, header=HEADER, encoding="utf-8", end="\n") -> Path:
    with file.open("w", newline="", encoding=encoding) as lines:
        csv.writer(lines, lineterminator=end).writerows([header, *rows])
    return file
