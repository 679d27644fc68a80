"""What each version is worth on people's judgements: sums only, one JSON file a version.

Written by `python -m scoring.formula.fit PAIRS.csv --results FILE`, shown at /evaluation/.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from scoring.formula.constants import NEWEST, NoSuchFormula

FOLDER: Final = Path(__file__).parent


@cache
def results(version: str = NEWEST) -> dict[str, Any]:
    """NoSuchFormula where a version was never measured."""
    file = FOLDER / f"{version}.json"
    if not file.is_file():
        raise NoSuchFormula(f"Formula {version} has no stored results.")
    found: dict[str, Any] = json.loads(file.read_text())
    return found
