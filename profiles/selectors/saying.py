"""Amounts of terms as a network's own people say them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.template.defaultfilters import floatformat
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from scoring.networks.declaring import Network, Words
from scoring.wording import TERMS

# Keys of version 1 -> those of today.
TODAY: Final = {"followers": "audience", "favourites": "likes", "responders": "people"}
WORD: Final = {"reposts": "reposts", "replies": "replies", "likes": "favourites"}
LISTS: Final[dict[str, Words]] = {
    "x": gettext_lazy("lists"),
    "bluesky": gettext_lazy("lists and starter packs"),
}


def counted(key: str, network: Network | None) -> Words:
    """What an amount of the term is: stars, forks, boosts. No number in it."""
    key = TODAY.get(key, key)
    if network is None:
        return TERMS[key].counted
    if key == "audience":
        return network.terms.followers
    if key == "lists":
        return LISTS.get(network.key, TERMS[key].counted)
    what = word(key, network)
    if not what:
        return TERMS[key].counted
    form = _("%(what)s to %(post)s") if key == "replies" else _("%(what)s of %(post)s")
    return form % {"what": what, "post": network.terms.typical}


def word(key: str, network: Network | None) -> str:
    """Likes, stars, boosts; "" where the network has none, or the term counts no such thing."""
    name = WORD.get(TODAY.get(key, key))
    return str(getattr(network.terms, name)) if name and network else ""


def number(amount: float) -> str:
    """With a digit behind the point where it matters: 0.4, 7.5, 61,000."""
    rounded = round(amount, 1) if amount < 10 else round(amount)  # whole numbers stay exact
    return _written(rounded, "-1g", get_language())


def points(amount: float) -> str:
    return _written(round(amount, 1), "1", get_language())


@lru_cache(maxsize=4096)
def _written(amount: float, form: str, language: str | None) -> str:
    return str(floatformat(amount, form))
