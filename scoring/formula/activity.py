"""Activity: how much is going on just now, 0 to 100. It is in no score. docs/beside.md.

activity = freshness x (amount + rhythm + response), of what may be had of

    amount    40 x log(1 + posts of the last 28 days) / log(1 + 28), at most 40
    rhythm    5 for each of the last 8 weeks in which something was posted
    response  10 x what the posts of the last 7 days received, to what a week usually brings;
              at most 20

and freshness is 1 up to 3 days after the last post, falls straight to 0.1 on the 14th day and
to 0 on the 28th. Where nothing tells what is usual, `response` is left out and the other two
are taken as parts of 80.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

WEEKS: Final = 8
WEEK: Final = 7  # days
DAYS: Final = WEEKS * WEEK  # looked back
LATELY: Final = 28
AMOUNT: Final = 40.0
RHYTHM: Final = 40.0
RESPONSE: Final = 20.0
# (days since the last post, what is left of everything)
FRESHNESS: Final = ((3, 1.0), (14, 0.1), (28, 0.0))
# A week that brought so many times the usual is a peak.
PEAK: Final = 2.0


@dataclass(frozen=True, slots=True)
class Posted:
    """One post: how many days ago (0 is today), and what came back; None: not told."""

    ago: int
    responses: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """`ago`: 0 for the last seven days."""

    ago: int
    posts: int
    responses: int | None
    is_peak: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """`points` is 0 to 100; the three parts are as in the sum, before freshness."""

    points: int
    amount: float
    rhythm: float
    response: float | None
    freshness: float
    posts_lately: int
    weeks_posted: int
    silent_days: int | None  # None: nothing was posted in all the weeks
    responses_now: int | None
    usual: float | None  # responses in a week in which something was posted
    weeks: tuple[Week, ...]  # newest first

    @property
    def busiest(self) -> int:
        """The most posts of a week."""
        return max(week.posts for week in self.weeks)


def activity(posts: Sequence[Posted]) -> Activity:
    """Of the posts of one person; those outside the last DAYS days don't matter."""
    recent = [post for post in posts if 0 <= post.ago < DAYS]
    weeks = [_week(ago, recent) for ago in range(WEEKS)]
    usual = _usual(weeks)
    lately = sum(post.ago < LATELY for post in recent)
    posted = sum(week.posts > 0 for week in weeks)
    silent = min((post.ago for post in recent), default=None)
    amount = min(AMOUNT, AMOUNT * float(np.log1p(lately) / np.log1p(LATELY)))
    rhythm = RHYTHM * posted / WEEKS
    now = weeks[0].responses
    response = None if usual is None else min(RESPONSE, RESPONSE / 2 * (now or 0) / usual)
    freshness = _freshness(silent)
    of = AMOUNT + RHYTHM + (0.0 if response is None else RESPONSE)
    return Activity(
        points=round(freshness * (amount + rhythm + (response or 0.0)) * 100 / of),
        amount=amount,
        rhythm=rhythm,
        response=response,
        freshness=freshness,
        posts_lately=lately,
        weeks_posted=posted,
        silent_days=silent,
        responses_now=now,
        usual=usual,
        weeks=tuple(_marked(week, usual) for week in weeks),
    )


def _week(ago: int, posts: Sequence[Posted]) -> Week:
    of_it = [post for post in posts if post.ago // WEEK == ago]
    told = [post.responses for post in of_it if post.responses is not None]
    return Week(ago, len(of_it), sum(told) if told else None)


def _usual(weeks: Sequence[Week]) -> float | None:
    """The median of the weeks before this one that tell; None where that is nothing."""
    told = [week.responses for week in weeks[1:] if week.responses is not None]
    middle = float(np.median(told)) if told else 0.0
    return middle or None


def _marked(week: Week, usual: float | None) -> Week:
    above = usual is not None and (week.responses or 0) >= PEAK * usual
    return Week(week.ago, week.posts, week.responses, is_peak=above)


def _freshness(silent: int | None) -> float:
    if silent is None:
        return 0.0
    days, left = zip(*FRESHNESS, strict=True)
    return float(np.interp(silent, days, left))
