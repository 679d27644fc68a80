"""How many of the people here stand below a score: beside the number, and never part of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from django.core.cache import cache
from django.db.models import Count

from scoring.models import CurrentScore

FEWEST: Final = 100  # a share of fewer people is no share
SECONDS: Final = 3600
KEY: Final = "scores-below"
MOST: Final = 1000  # tenths


@dataclass(frozen=True, slots=True)
class Place:
    """Of each 100 scored people, how many stand below; `low` and `high` of the interval's ends."""

    below: int
    low: int
    high: int
    people: int


def place(*, tenths: int, low: int, high: int) -> Place | None:
    """None while too few people have a score. As of the last hour."""
    below = _below()
    people = below[-1]
    if people < FEWEST:
        return None
    of_100 = [min(99, below[at] * 100 // people) for at in (tenths, low, high)]
    return Place(*of_100, people=people)


def _below() -> list[int]:
    """At each number of tenths how many people have fewer; everybody at the end."""
    found: list[int] | None = cache.get(KEY)
    if found is None:
        rows = CurrentScore.objects.filter(tenths__isnull=False).values_list("tenths")
        counts = [0] * (MOST + 2)
        for tenths, people in rows.annotate(people=Count("pk")):
            counts[tenths + 1] = people
        found = list(accumulate(counts))
        cache.set(KEY, found, SECONDS)
    return found
