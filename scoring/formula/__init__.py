"""The arithmetic of the score: pure functions of plain values (docs/formula.md)."""

from __future__ import annotations

from scoring.formula.constants import NEWEST, NoSuchFormula, load, versions
from scoring.formula.core import score
from scoring.formula.explain import Change, Explained, Part, change, explain, what_if
from scoring.formula.signals import Facts, PostCounts, pack, selectivity_weight, summarise, unpack

__all__ = [
    "NEWEST",
    "Change",
    "Explained",
    "Facts",
    "NoSuchFormula",
    "Part",
    "PostCounts",
    "change",
    "explain",
    "load",
    "pack",
    "score",
    "selectivity_weight",
    "summarise",
    "unpack",
    "versions",
    "what_if",
]
