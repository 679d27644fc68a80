"""Pages that belong to no app: the front door and the formula in words."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles.selectors import ScoreView, score_view
from scoring.formula import PostCounts, Signals, fingerprint, score, weights
from scoring.models import ScoreDay
from scoring.wording import TERMS

# A made-up person for the front page, scored by the real formula each time it is shown.
EXAMPLE: Final = Signals(
    followers=420,
    responders=64,
    posts=tuple(
        PostCounts(favourites=f, reposts=r, replies=a)
        for f, r, a in [(3, 1, 0), (12, 4, 2), (0, 0, 1), (5, 1, 1), (2, 0, 0), (41, 17, 9)] * 5
    ),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("me")
    return render(request, "klout_site/home.html", {"example": example_score()})


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "klout_site/how_it_works.html", formula_in_words())


def example_score() -> ScoreView:
    """The made-up person's score, in the same shape as everybody's."""
    result = score([EXAMPLE])
    low, high = result.interval or (None, None)
    parts = [
        {
            "account": part.account,
            "network": "" if part.account is None else "mastodon",
            "handle": "" if part.account is None else "ann@example.org",
            "key": part.key,
            "tenths": part.tenths,
            "value": part.value,
            "raw": part.raw,
        }
        for part in result.parts
    ]
    return score_view(
        ScoreDay(
            day=timezone.now().date(),
            tenths=result.tenths,
            low_tenths=low,
            high_tenths=high,
            parts=parts,
            posts_counted=result.posts_counted,
            formula_version=result.version,
            inputs_hash=fingerprint([("example", EXAMPLE)]),
        )
    )


def formula_in_words() -> dict[str, Any]:
    """Every constant of the formula beside its words: the page can't drift from the code."""
    terms = [
        {"key": key, "term": TERMS[key], "knots": curve.knots, "cap": curve.cap}
        for key, curve in weights.CURVES.items()
    ]
    return {
        "terms": terms,
        "base": TERMS["base"],
        "base_points": weights.BASE_POINTS,
        "caps_total": sum(curve.cap for curve in weights.CURVES.values()) + weights.BASE_POINTS,
        "further_share_percent": weights.FURTHER_ACCOUNT_SHARE * 100,
        "archive_cap": weights.ARCHIVE_CAP,
        "posts_looked_at": weights.POSTS_LOOKED_AT,
        "posts_for_an_interval": weights.POSTS_FOR_AN_INTERVAL,
        "version": weights.FORMULA_VERSION,
        "example": example_score(),
    }
