"""How good the formula is, from stored results: scoring/formula/results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from scoring.formula import load
from scoring.formula.results import results

SIDE: Final = 320  # of the plot, in its own units
COMMAND: Final = "python -m scoring.formula.fit PAIRS.csv --results FILE"
TICKS: Final = (0, 25, 50, 75, 100)  # percent
NAMES: Final = {
    "score": _("Our score"),
    "lists": _("Lists alone"),
    "followers": _("Followers alone"),
}
# (key, heading, what the four quarters are of)
GROUPS: Final = (
    ("size", _("By size"), _("Followers of the larger account")),
    ("gap", _("By how far apart they are"), _("Times as many followers as the other")),
    ("ratio", _("By ratio"), _("Followers for each account that the larger one follows")),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of the calibration, and where it lies in the plot: up and to the right is more."""

    x: float
    y: float
    foretold: float  # percent
    picked: float  # percent
    pairs: int


@require_safe
def evaluation(request: HttpRequest) -> HttpResponse:
    found = results()
    context = {
        "results": found,
        "command": COMMAND,
        "formula": load(found["version"]),
        "rows": [(name, found["measures"][key]) for key, name in NAMES.items()],
        "dots": [_dot(row) for row in found["calibration"]],
        "side": SIDE,
        "ticks": [(share, SIDE * share / 100, SIDE - SIDE * share / 100) for share in TICKS],
        "groups": [(title, what, found["groups"][key]) for key, title, what in GROUPS],
        "agreement": 100 * found["agreement"]["rate"],
        "accuracy": 100 * found["measures"]["score"]["accuracy"]["value"],
    }
    return render(request, "klout_site/evaluation.html", context)


def _dot(row: dict[str, Any]) -> Dot:
    return Dot(
        x=round(SIDE * row["foretold"], 1),
        y=round(SIDE * (1 - row["picked"]), 1),
        foretold=100 * row["foretold"],
        picked=100 * row["picked"],
        pairs=row["pairs"],
    )
