"""Numbers and days of scores as people write them. A chart has hundreds, so they are kept."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django import template
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

from scoring.networks import NETWORKS
from scoring.networks.declaring import Network

register = template.Library()


@register.filter
def points(value: float) -> str:
    """With one digit behind the point, or the comma: 51.4."""
    return points_in(value, get_language())


@register.filter
def day(value: date) -> str:
    return day_in(value, get_language())


@lru_cache(maxsize=2048)  # a score has 991 values
def points_in(value: float, language: str | None) -> str:
    """In the language that is active, which is asked for once where there are hundreds."""
    return floatformat(value, 1)


@lru_cache(maxsize=2048)
def day_in(value: date, language: str | None) -> str:
    return date_format(value, "DATE_FORMAT")


@register.filter
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A small one beside a count, in words elsewhere: a list of posts has dozens."""
    return lucide(name, size=16, **{"class": "icon", "aria_hidden": "true"})


@register.filter
def network(key: str) -> Network | None:
    """What a network says of itself; None where it is no longer known."""
    return NETWORKS.get(key)
