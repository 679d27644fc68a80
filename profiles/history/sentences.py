"""Why a part of the score moved, in words that a person understands."""

from __future__ import annotations

from typing import Final

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.formula import Part
from scoring.wording import TERMS, Words

# Of each term: when there is more of it, and when there is less.
MOVED: Final[dict[str, tuple[Words, Words]]] = {
    "audience": (
        gettext_lazy("more followers on %(network)s"),
        gettext_lazy("fewer followers on %(network)s"),
    ),
    "ratio": (
        gettext_lazy("more followers for each account followed on %(network)s"),
        gettext_lazy("fewer followers for each account followed on %(network)s"),
    ),
    "lists": (
        gettext_lazy("sorted in by more people on %(network)s"),
        gettext_lazy("sorted in by fewer people on %(network)s"),
    ),
    "people": (
        gettext_lazy("more people responded on %(network)s"),
        gettext_lazy("fewer people responded on %(network)s"),
    ),
    "reposts": (
        gettext_lazy("posts are passed on more on %(network)s"),
        gettext_lazy("posts are passed on less on %(network)s"),
    ),
    "replies": (
        gettext_lazy("posts get more replies on %(network)s"),
        gettext_lazy("posts get fewer replies on %(network)s"),
    ),
    "likes": (
        gettext_lazy("posts are liked more on %(network)s"),
        gettext_lazy("posts are liked less on %(network)s"),
    ),
    "steady": (
        gettext_lazy("more posts with many responses each on %(network)s"),
        gettext_lazy("fewer posts with many responses each on %(network)s"),
    ),
}
# Version 1 had other keys for them.
MOVED |= {
    "followers": MOVED["audience"],
    "favourites": MOVED["likes"],
    "responders": MOVED["people"],
}
COUNTS: Final = {"audience", "followers", "lists", "people", "responders", "steady"}


def of_part(before: Part | None, after: Part, tenths: int, *, network: str, alone: bool) -> str:
    """`alone`: the person has no other account, whose growth could take a share."""
    names = {"network": network, "term": str(TERMS[after.key].name)}
    old, new = _amount(before), _amount(after)
    if before is not None and before.told != after.told:
        words = _("%(network)s tells it now") if after.told else _("%(network)s tells it no more")
        return f"{names['term']}: {words % names}"
    if old != new and (new > old) == (tenths > 0):
        more, fewer = MOVED[after.key]
        return str(more if tenths > 0 else fewer) % names
    if alone:
        return _("%(term)s on %(network)s: rounded, so that the parts add up") % names
    return _("%(term)s on %(network)s: another share beside the other accounts") % names


def of_connection(came: list[str], gone: list[str]) -> str:
    words = [_("%(network)s connected") % {"network": name} for name in came]
    words += [_("%(network)s disconnected") % {"network": name} for name in gone]
    return ", ".join(words)


def amount(part: Part | None) -> str:
    """What was counted, as people write it; "" where nothing was told."""
    if part is None or part.amount is None:
        return ""
    digits = "0g" if part.key in COUNTS else "2g"
    told = floatformat(part.amount, digits)
    return told if part.told else _("about %(amount)s, not told") % {"amount": told}


def _amount(part: Part | None) -> float:
    return 0.0 if part is None or part.amount is None else part.amount
