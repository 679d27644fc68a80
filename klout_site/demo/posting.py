"""What made-up accounts write, what it receives, and how that looked on each day. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from math import exp, sqrt
from typing import Final

from klout_site.demo import words
from scoring.collectors.base import Budget
from scoring.formula import Facts, PostCounts
from scoring.formula.signals import days_since_1970
from scoring.networks import NETWORKS

HISTORY_DAYS: Final = 90
# Posts reach back further than the chart, or the first day would have none.
BEFORE_HISTORY: Final = timedelta(days=330)
HALF_ARRIVES_IN: Final = timedelta(hours=14)
ALL_ARRIVED_AFTER: Final = timedelta(days=4)
VIRAL: Final = 40  # times as much as is usual
TOLD_PER_QUESTION: Final = 80  # names that a server gives for one post and one kind of response
BUDGET: Final = Budget()


@dataclass(frozen=True, slots=True)
class Voice:
    """How an account speaks, and how it is heard."""

    audience: int
    liked: float  # 1: posts receive what is usual for such an audience
    days_between: float
    growth: float  # of the audience, per day
    themes: tuple[words.Theme, ...]
    history_days: int = HISTORY_DAYS
    # In days ago: nothing is written from the first to the second; one post goes viral.
    away: tuple[int, int] | None = None
    viral: int | None = None


@dataclass(frozen=True, slots=True)
class MadePost:
    """Counts are what it receives in the end; `responders` in the order in which they came."""

    uid: str
    created_at: datetime
    text: str
    hashtags: tuple[str, ...]
    received: PostCounts
    responders: tuple[int, ...]

    def share_arrived(self, at: datetime) -> float:
        age = at - self.created_at
        return 1.0 if age >= ALL_ARRIVED_AFTER else 1 - 0.5 ** (age / HALF_ARRIVES_IN)

    def counts(self, at: datetime) -> PostCounts:
        share, end = self.share_arrived(at), self.received
        if share == 1:
            return end
        counts = (end.favourites, end.reposts, end.replies)
        return PostCounts(*(None if n is None else int(n * share) for n in counts))

    def responders_until(self, at: datetime) -> tuple[int, ...]:
        return self.responders[: round(len(self.responders) * self.share_arrived(at))]


@dataclass(frozen=True, slots=True)
class MadeAccount:
    """`number` stands for its owner among who responds to others."""

    number: int
    network: str
    uid: str
    host: str
    handle: str
    connected_at: datetime
    following: int
    followers: tuple[int, ...]  # by days ago: today first
    posts: tuple[MadePost, ...]  # newest first


def made_account(
    rng: random.Random,
    *,
    number: int,
    handle: str,
    voice: Voice,
    at: datetime,
    network: str = "mastodon",
    connected_at: datetime | None = None,
    friends: Sequence[int] = (),
) -> MadeAccount:
    """`number` is the account's own; the people who respond to it are counted up from there.

    friends: numbers of other accounts, whose owners are among those who respond most.
    """
    return MadeAccount(
        number=number,
        network=network,
        uid=str(100_000 + number),
        host=NETWORKS[network].host or handle.partition("@")[2],
        handle=handle,
        connected_at=connected_at or at,
        following=int(20 + 3 * sqrt(voice.audience) * rng.uniform(0.5, 2)),
        followers=tuple(_followers(rng, voice)),
        posts=tuple(_as_told(network, _posts(rng, number, voice, friends, at))),
    )


def _as_told(network: str, posts: Iterator[MadePost]) -> Iterator[MadePost]:
    """At GitHub a post is a repository, and has no replies."""
    if network != "github":
        yield from posts
        return
    for post, (text, topics) in zip(posts, words.REPOSITORIES, strict=False):
        received = replace(post.received, replies=None)
        yield replace(post, text=text, hashtags=topics, received=received)


def looked_at(account: MadeAccount, at: datetime) -> list[MadePost]:
    """The newest posts that a collection at that moment would have read."""
    return list(islice((p for p in account.posts if p.created_at < at), BUDGET.posts))


def asked_about(posts: Sequence[MadePost], at: datetime) -> list[MadePost]:
    """Of these, the ones that a collection asks "who?" about."""
    counts = ((post, post.counts(at)) for post in posts)
    answered = (post for post, count in counts if count.favourites or count.reposts)
    return list(islice(answered, BUDGET.posts_asked_who))


def facts(account: MadeAccount, *, days_ago: int, at: datetime) -> Facts:
    """What a collection at `at`, so many days ago, would have read."""
    posts = looked_at(account, at)
    people = {who for post in asked_about(posts, at) for who in post.responders_until(at)}
    return Facts(
        followers=account.followers[days_ago],
        following=account.following,
        responders=float(len(people)),
        selectivity=1.0 if people else None,
        posts=tuple(post.counts(at) for post in posts),
        newest=days_since_1970(posts[0].created_at.date()) if posts else None,
    )


def _followers(rng: random.Random, voice: Voice) -> Iterator[int]:
    """A walk back in time from today."""
    now = float(voice.audience)
    for _day in range(voice.history_days + 1):
        yield round(now)
        change = now * voice.growth
        now = max(0.0, now - rng.gauss(change, sqrt(now) * 0.06))


def _posts(
    rng: random.Random, number: int, voice: Voice, friends: Sequence[int], at: datetime
) -> Iterator[MadePost]:
    texts = words.sentences(rng, voice.themes)
    # As many more as leave the newest hundred while the chart runs.
    most = BUDGET.posts + round(voice.history_days / voice.days_between)
    viral = voice.viral
    for index, age in enumerate(islice(_ages(rng, voice), most)):
        text, hashtags = next(texts)
        flies = viral is not None and age.days >= viral
        received = _received(rng, voice, exp(-voice.growth * age.days), VIRAL if flies else 1)
        viral = None if flies else viral
        yield MadePost(
            uid=f"{number}{most - index:04}",
            created_at=at - age,
            text=text,
            hashtags=hashtags,
            received=received,
            responders=tuple(_responders(rng, number, voice.audience, received, friends)),
        )


def _ages(rng: random.Random, voice: Voice) -> Iterator[timedelta]:
    """How long ago each post was written, newest first."""
    oldest = timedelta(days=voice.history_days) + BEFORE_HISTORY
    first, last = (timedelta(days=days) for days in voice.away or (0, 0))
    age = timedelta(days=rng.expovariate(1 / voice.days_between))
    while age <= oldest:
        if last <= age < first:
            age = first
        yield age
        age += timedelta(days=rng.expovariate(1 / voice.days_between), minutes=20)


def _received(rng: random.Random, voice: Voice, grown: float, times: int) -> PostCounts:
    """Some posts fly and most don't: what one receives is log-normal around what is usual."""
    usual = 0.08 * (voice.audience * grown) ** 0.75 * voice.liked
    lucky = usual * rng.lognormvariate(0, 0.7) * times
    return PostCounts(
        favourites=_poisson(rng, lucky),
        reposts=_poisson(rng, 0.22 * lucky * rng.lognormvariate(0, 0.4)),
        replies=_poisson(rng, 0.22 * lucky**0.85 * rng.lognormvariate(0, 0.4)),
    )


def _responders(
    rng: random.Random,
    number: int,
    audience: int,
    received: PostCounts,
    friends: Sequence[int],
) -> Iterator[int]:
    """Different people; half of the responses come from a small circle of faithful ones."""
    around = 6 + int(0.9 * audience**0.8)
    circle = around // 6 + 1
    seen: set[int] = set()
    for count in (received.favourites or 0, received.reposts or 0):
        told = min(count, TOLD_PER_QUESTION, around)
        faithful = min(told // 2, circle)
        seen.update(rng.sample(range(circle), faithful))
        seen.update(rng.sample(range(around), told - faithful))
    for who in rng.sample(sorted(seen), len(seen)):
        yield friends[who] if who < len(friends) else number << 32 | who


def _poisson(rng: random.Random, mean: float) -> int:
    if mean > 40:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    count, product, floor = 0, rng.random(), exp(-mean)
    while product > floor:
        count, product = count + 1, product * rng.random()
    return count
