"""Every number of the formula. /how-it-works/ and docs/formula.md are made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FORMULA_VERSION: Final = "1"

# Who has an account here at all starts with one point: the scale is 1 to 100.
BASE_POINTS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Points for an amount: straight lines between knots, drawn over log(1 + amount).

    Never falls: more received is never fewer points. Above the last knot it stays flat.
    """

    knots: tuple[tuple[float, float], ...]  # (amount, points), both rising, from (0, 0)

    @property
    def cap(self) -> float:
        return self.knots[-1][1]


# Each step is about tenfold, and each pays less than the one before: the first hundred
# followers say more about a person than the hundred thousandth.
CURVES: Final[dict[str, Curve]] = {
    "followers": Curve(
        ((0, 0), (10, 8), (100, 16), (1_000, 23), (10_000, 28), (100_000, 32), (1_000_000, 34))
    ),
    # Per post: a boost costs its giver more than a favourite, so it weighs more.
    "reposts": Curve(((0, 0), (0.1, 2), (0.5, 5), (2, 9), (10, 14), (100, 18), (1_000, 20))),
    "replies": Curve(((0, 0), (0.1, 2), (0.5, 4), (2, 7), (10, 11), (100, 14), (500, 15))),
    "favourites": Curve(((0, 0), (0.5, 2), (2, 4), (10, 7), (100, 10), (5_000, 12))),
    # Different people: a hundred from a hundred count for more than a hundred from one.
    "responders": Curve(((0, 0), (5, 3), (20, 6), (100, 10), (500, 14), (5_000, 18))),
}
PER_POST: Final = ("reposts", "replies", "favourites")

# The strongest account counts in full; each further one fills this share of the room that
# is left below 100. So a further account can only add, and nobody passes 100.
FURTHER_ACCOUNT_SHARE: Final = 0.5

# An archive is a file that its owner brings, of a day that may be long ago: all terms of such
# an account together bring no more than this, before accounts are combined.
ARCHIVE_CAP: Final = 10.0

# The sample: silence changes nothing, because it is counted in posts and not in days.
POSTS_LOOKED_AT: Final = 100

# Fewer posts than this, and we do not say how sure we are.
POSTS_FOR_AN_INTERVAL: Final = 5
# 80% of a normal distribution lies within this many standard errors.
Z_80: Final = 1.2816
