"""Pages that belong to no app: the front door and the formula in words."""

from __future__ import annotations

from functools import cache
from math import exp, log
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from profiles.selectors import ScoreView, score_view
from scoring.formula import NEWEST, Explained, Facts, PostCounts, explain, load, summarise
from scoring.formula.constants import Guess, Term
from scoring.formula.signals import MONTHS, POSTS, RESPONDERS_UNIT, STILL_SELECTIVE, Row
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.operating import offered
from scoring.wording import TERMS

# A made-up person for the front page, scored by the real formula each time it is shown.
EXAMPLE: Final = Facts(
    followers=420,
    following=310,
    responders=64,
    newest=0,
    posts=tuple(
        PostCounts(favourites=f, reposts=r, replies=a)
        for f, r, a in [(3, 1, 0), (12, 4, 2), (0, 0, 1), (5, 1, 1), (2, 0, 0), (41, 17, 9)] * 5
    ),
)

# Signals, as the table of guesses calls them.
SIGNALS: Final = {
    "followers": _("Followers"),
    "following": _("Accounts followed"),
    "listed": _("Lists"),
    "responders": _("Different people"),
    "reposts": _("Reposts"),
    "replies": _("Replies"),
    "reactions": _("Likes"),
    "h_index": _("Steady resonance"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("me")
    networks = [network.name for network in NETWORKS.values() if offered(network)]
    context = {"example": example_score(), "networks": networks}
    return render(request, "klout_site/home.html", context)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "klout_site/how_it_works.html", formula_in_words())


def example_score() -> ScoreView:
    """The made-up person's score, in the same shape as everybody's."""
    ann = LinkedAccount(pk=1, network="mastodon", handle="ann@example.org")
    row, explained = _example()
    return score_view(explained, timezone.now().date(), [ann], rows={1: row})


@cache
def _example() -> tuple[Row, Explained]:
    """Always the same: done once, for the most visited page."""
    row = summarise(EXAMPLE)
    return row, explain({1: row}, version=NEWEST, day=0)


def formula_in_words() -> dict[str, Any]:
    """Every constant of the formula beside its words: the page can't drift from the code."""
    formula = load()
    unit = (formula.points[-1][1] - formula.points[0][1]) / formula.points[-1][0]
    return {
        "terms": [_in_words(term, unit) for term in formula.terms],
        "base": TERMS["base"],
        "formula": formula,
        "unit": unit,
        "odds": exp(10 / unit),
        "most": 1 + unit * formula.cap,
        "archive_points": 1 + unit * formula.archive_cap,
        "twice": unit * log(2) / 2,
        "posts_looked_at": POSTS,
        "months": MONTHS,
        "still_selective": STILL_SELECTIVE,
        "people_unit": int(RESPONDERS_UNIT),
        "followers_each": (formula.followers_per_response or 0) / RESPONDERS_UNIT,
        "lists_each": (formula.lists_per_response or 0) / RESPONDERS_UNIT,
        "unheard": formula.followers_per_response,
        "unheard_lists": formula.lists_per_response,
        "guesses": [_guess_in_words(guess) for guess in formula.guesses],
        "example": example_score(),
    }


def _in_words(term: Term, unit: float) -> dict[str, Any]:
    return {
        "key": term.key,
        "term": TERMS[term.key],
        "cap": unit * term.cap,
        "fitted": term.fitted,
        "knots": [(amount, value, unit * value) for amount, value in term.knots],
    }


def _guess_in_words(guess: Guess) -> dict[str, Any]:
    return {"signal": SIGNALS[guess.signal], "source": SIGNALS[guess.source], "of": guess}
