"""`python -m scoring.formula.evaluate PAIRS.csv [--json]`: how well the score agrees with people.

AUC and accuracy of our score, of the number of followers alone and of lists alone, on the pairs of
the file. A version is honest about pairs of people that it was not fitted on; what it is worth on
those it was fitted on, `scoring.formula.fit` cross-validates.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.formula.constants import NEWEST, Constants, NoSuchFormula, load
from scoring.formula.core import score
from scoring.formula.measures import accuracy, auc, lead
from scoring.formula.pairs import Pairs, Unreadable, as_rows, read

Floats = NDArray[np.float64]


def points_of(pairs: Pairs, constants: Constants) -> Floats:
    """The score of each person of the file, 1 to 100, unrounded."""
    return score(np.arange(len(pairs.people)), as_rows(pairs), constants, day=0).points


def evaluate(pairs: Pairs, constants: Constants) -> dict[str, Any]:
    numbers = {
        "score": points_of(pairs, constants),
        # Logarithms: a difference of 1,000 followers means more at 100 than at a million.
        "followers": np.log1p(pairs.column("follower_count")),
        "lists": np.log1p(pairs.column("listed_count")),
    }
    found: dict[str, Any] = {"pairs": len(pairs)}
    for name, measure in (("auc", auc), ("accuracy", accuracy)):
        found[name] = {
            key: round(measure(lead(of, pairs), pairs.picked_a), 4) for key, of in numbers.items()
        }
    return found


def as_text(found: dict[str, Any]) -> str:
    lines = [f"{found['pairs']:,} pairs", f"{'':<12}{'AUC':>8}{'accuracy':>10}"]
    for name in found["auc"]:
        lines.append(f"{name:<12}{found['auc'][name]:>8.4f}{found['accuracy'][name]:>10.4f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scoring.formula.evaluate", description=__doc__)
    parser.add_argument("pairs", type=Path, metavar="PAIRS.csv")
    parser.add_argument("--formula", default=NEWEST, metavar="VERSION")
    parser.add_argument("--json", action="store_true", help="for programs")
    given = parser.parse_args(arguments)
    try:
        pairs = read(given.pairs)
        pairs.check_both_picked()
        found = evaluate(pairs, load(given.formula))
    except (Unreadable, NoSuchFormula) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found) if given.json else as_text(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
