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
from scoring.formula import PostCounts, Signals
from scoring.networks import NETWORKS

HISTORY_DAYS: Final = 90
# Posts reach back further than the chart, or the first day would have none.
OLDEST_POST: Final = timedelta(days=300)
HALF_ARRIVES_IN: Final = timedelta(hours=14)
ALL_ARRIVED_AFTER: Final = timedelta(days=4)
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
    network: str
    uid: str
    host: str
    handle: str
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
) -> MadeAccount:
    """`number` is the account's own; the people who respond to it are counted up from there."""
    return MadeAccount(
        network=network,
        uid=str(100_000 + number),
        host=NETWORKS[network].host or handle.partition("@")[2],
        handle=handle,
        following=int(20 + 3 * sqrt(voice.audience) * rng.uniform(0.5, 2)),
        followers=tuple(_followers(rng, voice)),
        posts=tuple(_as_told(network, _posts(rng, number, voice, at))),
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


def signals(account: MadeAccount, *, days_ago: int, at: datetime) -> Signals:
    """What a collection at `at`, so many days ago, would have read."""
    posts = looked_at(account, at)
    people = {who for post in asked_about(posts, at) for who in post.responders_until(at)}
    return Signals(
        followers=account.followers[days_ago],
        responders=len(people) if posts else 0,
        posts=tuple(post.counts(at) for post in posts),
    )


def _followers(rng: random.Random, voice: Voice) -> Iterator[int]:
    """A walk back in time from today."""
    now = float(voice.audience)
    for _day in range(HISTORY_DAYS + 1):
        yield round(now)
        change = now * voice.growth
        now = max(0.0, now - rng.gauss(change, sqrt(now) * 0.06))


def _posts(rng: random.Random, number: int, voice: Voice, at: datetime) -> Iterator[MadePost]:
    texts = words.sentences(rng, voice.themes)
    age = timedelta(days=rng.expovariate(1 / voice.days_between))
    # As many more as leave the newest hundred while the chart runs.
    most = BUDGET.posts + round(HISTORY_DAYS / voice.days_between)
    for index in range(most):
        if age > OLDEST_POST:
            return
        text, hashtags = next(texts)
        received = _received(rng, voice, exp(-voice.growth * age.days))
        yield MadePost(
            uid=f"{number}{most - index:04}",
            created_at=at - age,
            text=text,
            hashtags=hashtags,
            received=received,
            responders=tuple(_responders(rng, number, voice.audience, received)),
        )
        age += timedelta(days=rng.expovariate(1 / voice.days_between), minutes=20)


def _received(rng: random.Random, voice: Voice, grown: float) -> PostCounts:
    """Some posts fly and most don't: what one receives is log-normal around what is usual."""
    usual = 0.08 * (voice.audience * grown) ** 0.75 * voice.liked
    lucky = usual * rng.lognormvariate(0, 0.7)
    return PostCounts(
        favourites=_poisson(rng, lucky),
        reposts=_poisson(rng, 0.22 * lucky * rng.lognormvariate(0, 0.4)),
        replies=_poisson(rng, 0.22 * lucky**0.85 * rng.lognormvariate(0, 0.4)),
    )


def _responders(
    rng: random.Random, number: int, audience: int, received: PostCounts
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
    yield from (number << 32 | who for who in rng.sample(sorted(seen), len(seen)))


def _poisson(rng: random.Random, mean: float) -> int:
    if mean > 40:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    count, product, floor = 0, rng.random(), exp(-mean)
    while product > floor:
        count, product = count + 1, product * rng.random()
    return count
