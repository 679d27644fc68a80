"""The arithmetic of the score: pure functions of plain values (docs/formula.md)."""

from __future__ import annotations

from scoring.formula.score import fingerprint, score
from scoring.formula.types import Part, PostCounts, Score, Signals
from scoring.formula.weights import FORMULA_VERSION

__all__ = ["FORMULA_VERSION", "Part", "PostCounts", "Score", "Signals", "fingerprint", "score"]
