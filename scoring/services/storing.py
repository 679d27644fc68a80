"""Writes down what a collection saw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from scoring import vault
from scoring.collectors.base import Audience, Observation, Page, PostSeen, Responses
from scoring.models import LinkedAccount, Post, Reading

# Scores keep their own explanation; the raw signals are needed for as long as a chart shows.
READINGS_KEPT = timedelta(days=90)


def store_observations(account: LinkedAccount, pages: Iterable[Page], *, at: datetime) -> Reading:
    """Replaces the account's posts by those seen, and adds a reading. The caller has the lock."""
    items = [item for page in pages for item in page.items]
    audience = next(item for item in items if isinstance(item, Audience))
    _rename(account, audience)
    posts = _posts(account, items)
    account.posts.all().delete()
    Post.objects.bulk_create(posts)
    account.readings.filter(taken_at__lt=at - READINGS_KEPT).delete()
    return Reading.objects.create(
        account=account,
        taken_at=at,
        followers=audience.followers,
        following=audience.following,
        responders=_distinct(posts),
        posts=[[post.favourites, post.reposts, post.replies] for post in posts],
    )


def forget_old_readings(*, at: datetime) -> None:
    """Of accounts that are read no more; the others drop theirs with each new one."""
    silent = {"account__refreshed_at__lt": at - 2 * settings.REFRESH_EVERY}
    Reading.objects.filter(taken_at__lt=at - READINGS_KEPT, **silent).delete()


def _rename(account: LinkedAccount, audience: Audience) -> None:
    account.handle = audience.handle[:300] or account.handle
    account.display_name = audience.display_name[:200]
    account.url = audience.url


def _posts(account: LinkedAccount, items: list[Observation]) -> list[Post]:
    who = {item.post_uid: item.responders for item in items if isinstance(item, Responses)}
    seen = [item for item in items if isinstance(item, PostSeen)]
    return [
        Post(
            account=account,
            uid=post.uid,
            url=post.url,
            created_at=post.created_at,
            text=post.text,
            hashtags=list(post.hashtags),
            favourites=post.favourites,
            reposts=post.reposts,
            replies=post.replies,
            responders=_numbers(account, who.get(post.uid)),
        )
        for post in sorted(seen, key=lambda post: post.created_at, reverse=True)
    ]


def _numbers(account: LinkedAccount, responders: tuple[str, ...] | None) -> list[int] | None:
    if responders is None:
        return None
    return [vault.person_number(network=account.network, who=who) for who in responders]


def _distinct(posts: list[Post]) -> int | None:
    """How many different people responded; None where the network told of nobody at all.

    Posts without any response need not be asked about: they count as told, with nobody.
    """
    told = [post for post in posts if post.responders is not None or not _responses_to(post)]
    if posts and not told:
        return None
    return len({number for post in told for number in post.responders or ()})


def _responses_to(post: Post) -> int:
    return (post.favourites or 0) + (post.reposts or 0)
