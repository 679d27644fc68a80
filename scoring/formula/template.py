"""What is decided by hand before anything is fitted: which terms, where their knots lie, which
ones nobody has judged, and the curve from S to points. `fit` fills in the rest."""

from __future__ import annotations

from typing import Any, Final

PEOPLE: Final = (
    *(0, 10, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000),
    *(1_000_000, 3_000_000, 10_000_000, 100_000_000),
)
RATES: Final = (0, 0.3, 1, 3, 10, 30, 100, 1_000)

# Fitted: (key, signal, amounts of the knots, the least slope, up to which amount it holds).
# The data hardly tells responses per post apart from an audience that responds; what is received
# per post must count all the same, so its slopes have a floor. What that costs is published.
FITTED: Final[tuple[tuple[str, str, tuple[float, ...], float, float], ...]] = (
    ("audience", "followers", PEOPLE, 0.0, 0),
    ("ratio", "ratio", (1, 2, 5, 10, 30, 100), 0.0, 0),
    ("lists", "listed", (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000), 0.0, 0),
    ("people", "responders", (0, 30, 100, 300, 1_000, 3_000, 10_000, 100_000), 0.03, 10_000),
    ("reposts", "reposts", RATES, 0.05, 100),
    ("replies", "replies", RATES, 0.03, 100),
)
# Set by hand: the judged data has neither. A like is the cheapest nod; an h-index takes many
# posts that others cared for, which one lucky post can't bring.
BY_HAND: Final[tuple[tuple[str, str, tuple[tuple[float, float], ...]], ...]] = (
    ("likes", "reactions", ((0, 0), (1, 0.06), (10, 0.2), (100, 0.34), (1_000, 0.4))),
    ("steady", "h_index", ((0, 0), (3, 0.1), (10, 0.25), (30, 0.42), (100, 0.55))),
)
ORDER: Final = (
    *("audience", "ratio", "lists", "people"),
    *("reposts", "replies", "likes", "steady"),
)
# What is typical of a signal that is not told. With None, a, b and sd are fitted by least
# squares on the judged people; the others are set by hand. No `a` of something received is above
# 0: else telling a 0 could bring more than telling nothing. The first whose source is known holds.
GUESSES: Final[tuple[tuple[str, str, tuple[float, float, float] | None], ...]] = (
    ("reposts", "reactions", (-0.4, 0.8, 0.5)),
    ("reposts", "replies", (0.0, 0.9, 0.5)),
    ("replies", "reposts", (0.0, 0.8, 0.5)),
    # Ten typical posts bring about as many different people as likes.
    ("responders", "reactions", (0.0, 1.0, 0.6)),
    # Far below what is usual among the judged, who are no ordinary people.
    ("followers", "responders", (0.0, 2.0, 1.4)),
    ("responders", "followers", None),
    ("reposts", "followers", None),
    ("replies", "followers", None),
    ("reactions", "followers", (-1.6, 0.5, 0.9)),
    ("h_index", "reactions", (0.0, 0.9, 0.4)),
    ("following", "followers", None),
    # One for ten who respond. Not from followers: these can be bought.
    ("listed", "responders", (0.0, 1.0, 1.0)),
)
SETTINGS: Final[dict[str, Any]] = {
    "combination": "strengths",
    "archive_cap": 1.2,
    "posts_needed": 10,
    "followers_per_response": 200.0,
    "lists_per_response": 20.0,
    "people_at_least": "reactions",
    "selective": True,
    "silence": [90, 365],
    # Who stands where: docs/formula.md.
    "points": [[0.0, 1.0], [8.8, 100.0]],
}
RIDGE: Final = 0.1
# Neighbouring slopes are drawn towards each other: bends that few judgements speak for go.
SMOOTHNESS: Final = 30.0
