"""Rows, not yet saved, of what was read about made-up accounts and what the formula made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from klout_site.demo import posting
from klout_site.demo.people import MadePerson
from klout_site.demo.posting import HISTORY_DAYS, MadeAccount
from scoring.formula import Score, Signals, score
from scoring.models import LinkedAccount, Post, Reading, ScoreDay
from scoring.services.rescoring import columns, signals_of

DAYS_BETWEEN_READINGS: Final = 7  # of people who are not read daily

Linked = list[tuple[LinkedAccount, MadeAccount]]


def reading_times(person: MadePerson, at: datetime) -> Iterator[tuple[int, datetime]]:
    """(days ago, moment), oldest first; the last is now."""
    here = min(HISTORY_DAYS - 1, (at - person.joined_at).days)
    step = 1 if person.read_daily else DAYS_BETWEEN_READINGS
    for days_ago in sorted(range(0, here + 1, step), reverse=True):
        yield days_ago, at - timedelta(days=days_ago)


def reading(row: LinkedAccount, made: MadeAccount, days_ago: int, then: datetime) -> Reading:
    seen = posting.signals(made, days_ago=days_ago, at=then)
    return Reading(
        account=row,
        taken_at=then,
        followers=seen.followers,
        following=made.following,
        responders=seen.responders,
        posts=[[post.favourites, post.reposts, post.replies] for post in seen.posts],
    )


def score_day(readings: Sequence[Reading], then: datetime) -> ScoreDay:
    """The score of the one person whose accounts these are, as the site itself computes it."""
    signals = [signals_of(reading) for reading in readings]
    accounts = [reading.account for reading in readings]
    result = columns(_score(tuple(signals)), accounts, signals, at=then)
    return ScoreDay(user=accounts[0].user, day=then.date(), **result)


@lru_cache(maxsize=8)
def _score(signals: tuple[Signals, ...]) -> Score:
    """Most days nothing happens."""
    return score(signals)


def posts(row: LinkedAccount, made: MadeAccount, at: datetime) -> Iterator[Post]:
    seen = posting.looked_at(made, at)
    asked = {post.uid for post in posting.asked_about(seen, at)}
    for post in seen:
        counts = post.counts(at)
        yield Post(
            account=row,
            uid=post.uid,
            created_at=post.created_at,
            text=post.text,
            kind="repository" if made.network == "github" else "post",
            hashtags=list(post.hashtags),
            favourites=counts.favourites,
            reposts=counts.reposts,
            replies=counts.replies,
            responders=list(post.responders_until(at)) if post.uid in asked else None,
        )
