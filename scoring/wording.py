"""The terms of the formula in words; the numbers stand in scoring/formula/weights.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Term:
    name: Words
    counted: Words  # what the amount is
    why: Words


TERMS: Final[dict[str, Term]] = {
    "base": Term(
        _("Being here"), _("everybody's first point"), _("The scale starts at 1, not at 0.")
    ),
    "followers": Term(
        _("Audience"),
        _("followers"),
        _("How many people chose to hear from you."),
    ),
    "reposts": Term(
        _("Passed on"),
        _("boosts of a typical post"),
        _("Somebody put your words before their own audience: the strongest sign there is."),
    ),
    "replies": Term(
        _("Talked about"),
        _("replies to a typical post"),
        _("Somebody took the time to answer you."),
    ),
    "favourites": Term(
        _("Liked"),
        _("favourites of a typical post"),
        _("The cheapest nod, so it weighs least."),
    ),
    "responders": Term(
        _("Different people"),
        _("people who boosted or favourited"),
        _("A hundred responses from a hundred people count for more than from one."),
    ),
}
