"""Rows, not yet saved, of what was read about made-up accounts and what the formula made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from klout_site.demo import posting
from klout_site.demo.people import MadePerson
from klout_site.demo.posting import HISTORY_DAYS, MadeAccount
from scoring.formula import Facts, load, pack, score, summarise
from scoring.formula.core import People
from scoring.formula.signals import Row
from scoring.models import (
    AccountSignals,
    CurrentScore,
    LinkedAccount,
    Post,
    Reading,
    ScoreDay,
    SignalsDay,
)
from scoring.selectors import days_since_1970

DAYS_BETWEEN_READINGS: Final = 7  # of people who are not read daily

Linked = list[tuple[LinkedAccount, MadeAccount]]


@dataclass
class Signals:
    """All readings' signals: as rows of the database, and by day for the formula."""

    newest: list[AccountSignals] = field(default_factory=list)
    by_day: list[SignalsDay] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    tables: dict[date, list[tuple[int, Row]]] = field(default_factory=dict)

    def add(self, person: MadePerson, row: LinkedAccount, made: MadeAccount, at: datetime) -> None:
        """What was read of one account, from its first day here to now."""
        before, packed, signals = None, b"", None
        for days_ago, then in reading_times(person, made, at):
            seen = posting.facts(made, days_ago=days_ago, at=then)
            if signals is None or seen != before:
                before, signals = seen, summarise(seen)
            self.tables.setdefault(then.date(), []).append((row.user_id, signals))
            if days_ago < HISTORY_DAYS:
                self.readings.append(_reading(row, seen, then))
            if packed != pack(signals):  # a day is valid until the next one
                packed = pack(signals)
                self.by_day.append(_signals_day(row, packed, then.date()))
        self.newest.append(
            AccountSignals(
                account=row,
                user_id=row.user_id,
                network=row.network,
                packed=packed,
                day=at.date(),
            )
        )


def reading_times(
    person: MadePerson, made: MadeAccount, at: datetime
) -> Iterator[tuple[int, datetime]]:
    """(days ago, moment), oldest first; the last is now."""
    here = min(person.history_days - 1, (at - made.connected_at).days)
    step = 1 if person.read_daily else DAYS_BETWEEN_READINGS
    for days_ago in sorted(range(0, here + 1, step), reverse=True):
        yield days_ago, at - timedelta(days=days_ago)


def scores(
    tables: Mapping[date, Sequence[tuple[int, Row]]], versions: Mapping[date, str]
) -> Iterator[tuple[date, str, People]]:
    """Everybody's score of each day, as the site itself computes it. `versions`: since when."""
    for day in sorted(tables):
        since = max((first for first in versions if first <= day), default=min(versions))
        people = np.array([user_id for user_id, _row in tables[day]], np.int64)
        rows = np.stack([row for _user_id, row in tables[day]])
        version = versions[since]
        yield day, version, score(people, rows, load(version), day=days_since_1970(day))


def score_days(day: date, version: str, people: People) -> Iterator[ScoreDay]:
    """Of those who have enough posts."""
    columns = (people.person, people.tenths, people.low, people.high)
    for user_id, tenths, low, high in zip(*(c.tolist() for c in columns), strict=True):
        if tenths:
            yield ScoreDay(
                user_id=user_id,
                day=day,
                tenths=tenths,
                low=low,
                high=high,
                formula=int(version),
            )


def current(day: date, version: str, people: People) -> Iterator[CurrentScore]:
    columns = (people.person, people.tenths, people.low, people.high, people.posts)
    for user_id, tenths, low, high, posts in zip(*(c.tolist() for c in columns), strict=True):
        yield CurrentScore(
            user_id=user_id,
            tenths=tenths or None,
            low=low or None,
            high=high or None,
            posts=posts,
            day=day,
            formula=int(version),
        )


def _reading(row: LinkedAccount, seen: Facts, then: datetime) -> Reading:
    return Reading(
        account=row,
        taken_at=then,
        followers=seen.followers,
        following=seen.following,
        responders=seen.responders,
        posts=[[post.favourites, post.reposts, post.replies] for post in seen.posts],
    )


def _signals_day(row: LinkedAccount, packed: bytes, day: date) -> SignalsDay:
    return SignalsDay(
        user_id=row.user_id,
        account_number=row.pk,
        network=row.network,
        day=day,
        packed=packed,
    )


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
