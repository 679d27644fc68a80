"""`python -m scoring.formula.fit PAIRS.csv`: refits the formula on judgements of pairs.

Prints what the fit is worth on pairs it has not seen, plainly and with no person on both sides, and
what leaving activity out costs. `--out` writes the version's constants, `--results` what
/evaluation/ shows: both are sums, and name nobody.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scoring.formula.constants import NEWEST, written
from scoring.formula.crossing import report
from scoring.formula.fitting import fit, said_of
from scoring.formula.judging import judged
from scoring.formula.pairs import Unreadable, read


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        pairs = read(given.pairs)
        pairs.check_both_picked()
        constants = fit(pairs, version=str(given.version), day=given.date.isoformat())
        found = report(pairs, constants)
        if given.out:
            given.out.write_text(written(said_of(constants, pairs)))
        if given.results:
            stored = judged(pairs, constants, found)
            given.results.write_text(json.dumps(stored, indent=1, allow_nan=False) + "\n")
    except (Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found, indent=2, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring.formula.fit", description=__doc__)
    parser.add_argument("pairs", type=Path, metavar="PAIRS.csv")
    parser.add_argument("--version", type=int, default=NEWEST, help="of the formula that comes out")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="of it")
    parser.add_argument("--out", type=Path, metavar="FILE", help="for the version's constants")
    parser.add_argument("--results", type=Path, metavar="FILE", help="for how good it is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
