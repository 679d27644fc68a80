"""The terms of the formula in words; the numbers stand in scoring/formula/constants."""

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
    "audience": Term(
        _("Audience"),
        _("followers, as far as they respond"),
        _("How many people chose to hear from you. They count up to 20 for each who responds."),
    ),
    "ratio": Term(
        _("Followed for a reason"),
        _("followers for each account followed"),
        _("Who follows everybody is followed back; being followed without it says more."),
    ),
    "lists": Term(
        _("Curated by others"),
        _("lists, starter packs or stars"),
        _("Somebody sorted you in: of all counts it agrees best with people's judgement."),
    ),
    "people": Term(
        _("Different people"),
        _("people who responded"),
        _(
            "A hundred responses from a hundred people count for more than from one; whoever"
            " responds to everything counts less."
        ),
    ),
    "reposts": Term(
        _("Passed on"),
        _("reposts of a typical post"),
        _("Somebody put your words before their own audience."),
    ),
    "replies": Term(
        _("Talked about"),
        _("replies to a typical post"),
        _("Somebody took the time to answer you."),
    ),
    "likes": Term(
        _("Liked"),
        _("likes of a typical post"),
        _("The cheapest nod."),
    ),
    "steady": Term(
        _("Steady resonance"),
        _("posts with as many responses each"),
        _("An h-index: one lucky post can't bring it, and a holiday can't take it away."),
    ),
}
# Version 1 knew fewer terms, and other keys for them.
TERMS |= {
    "followers": TERMS["audience"],
    "favourites": TERMS["likes"],
    "responders": TERMS["people"],
}

# What the formula takes in, in a sentence.
SIGNAL_NAMES: Final[dict[str, Words]] = {
    "followers": _("the followers"),
    "audience": _("the followers as far as they count"),
    "following": _("the accounts followed"),
    "listed": _("the lists"),
    "responders": _("the people who responded"),
    "reposts": _("the reposts"),
    "replies": _("the replies"),
    "reactions": _("the likes"),
    "h_index": _("the steady resonance"),
}
