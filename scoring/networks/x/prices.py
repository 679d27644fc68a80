"""What X charges for, in millionths of a dollar: everything that an answer holds."""

from __future__ import annotations

from typing import Any, Final

from scoring.networks import reading

POST: Final = 5_000
USER: Final = 10_000


def of_posts(answer: Any) -> int:
    """With the people that came along; where one comes along twice, X counts them once."""
    data = reading.an_object(answer)
    along = reading.an_object(data.get("includes"))
    posts = [data.get("data"), along.get("posts"), along.get("tweets")]
    users = len(reading.objects(along.get("users")))
    return sum(len(reading.objects(rows)) for rows in posts) * POST + users * USER


class Purse:
    """What this collection may still cost."""

    def __init__(self, cost: int) -> None:
        self._left = cost

    def affords(self, price: int, *, keeping: int = 0) -> int:
        """How many at that price, with so much kept for something else."""
        return max(0, self._left - keeping) // price

    def pay(self, cost: int) -> int:
        self._left -= cost
        return cost
