"""Reads: what is due, what somebody's accounts are, what the score is and was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from scoring.models import Archive, LinkedAccount, Post, Reading, Spending
from scoring.networks import NETWORKS, barred
from scoring.networks.declaring import Network
from scoring.networks.operating import caps, missing_keys, offered
from scoring.selectors.scores import days_kept

# One post never makes a topic: Klout once gave people "hurricanes" for a single tweet.
POSTS_FOR_A_TOPIC = 2


def due_account_ids(*, at: datetime, limit: int) -> list[int]:
    return list(LinkedAccount.objects.due(at).values_list("pk", flat=True)[:limit])


def accounts_of(user_id: int) -> QuerySet[LinkedAccount]:
    return LinkedAccount.objects.filter(user_id=user_id).select_related("progress")


def best_posts(user_id: int, *, without: Collection[str] = (), limit: int = 5) -> list[Post]:
    """Posts that received anything, most first: a boost and a reply count like three favourites.

    Views alone count where a network tells nothing else. `without`: networks to leave out, beside
    those whose rules forbid to rank what they tell.
    """
    favourites, reposts, replies = (
        # As bigint: a server may claim counts whose sum no integer holds.
        Coalesce(Cast(F(name), BigIntegerField()), Value(0))
        for name in ("favourites", "reposts", "replies")
    )
    received = favourites + 3 * reposts + 3 * replies
    return list(
        Post.objects.filter(account__user_id=user_id)
        .exclude(account__network__in=[*barred(), *without])
        .annotate(received=received, seen=Coalesce("views", Value(0)))
        .filter(Q(received__gt=0) | Q(seen__gt=0))
        .select_related("account")
        .order_by("-received", "-seen", "-created_at")[:limit]
    )


@dataclass(frozen=True, slots=True)
class Topic:
    """A hashtag that people respond to, and the posts that say so."""

    tag: str
    posts: int
    responses: int


def topics(user_id: int, *, without: Collection[str] = (), limit: int = 8) -> list[Topic]:
    """Hashtags of at least two posts that got responses, most responses first.

    `without`: as for `best_posts`.
    """
    rows = (
        Post.objects.filter(account__user_id=user_id)
        .exclude(hashtags=[])
        .exclude(account__network__in=[*barred(), *without])
    )
    told = rows.values_list("hashtags", "favourites", "reposts", "replies")
    return topics_in(told, limit=limit)


def topics_in(rows: Iterable[tuple[Any, ...]], *, limit: int = 8) -> list[Topic]:
    """`rows`: of each post the hashtags, then its counts."""
    posts: Counter[str] = Counter()
    responses: Counter[str] = Counter()
    for tags, *counts in rows:
        received = sum(count or 0 for count in counts)
        for tag in tags if received else []:
            posts[tag] += 1
            responses[tag] += received
    found = [Topic(t, posts[t], responses[t]) for t in posts if posts[t] >= POSTS_FOR_A_TOPIC]
    return sorted(found, key=lambda topic: (-topic.responses, topic.tag))[:limit]


def posts_between(user_id: int, *, since: datetime, until: datetime) -> int:
    """Servers let people date posts as they like: later than now is not lately."""
    dated = {"created_at__gte": since, "created_at__lte": until}
    return Post.objects.filter(account__user_id=user_id, **dated).count()


def networks_of(user_id: int) -> set[str]:
    rows = LinkedAccount.objects.filter(user_id=user_id)
    return set(rows.values_list("network", flat=True))


def stored_about(user_id: int) -> dict[str, int]:
    """How many rows of each kind exist because of a person."""
    return {
        "accounts": LinkedAccount.objects.filter(user_id=user_id).count(),
        "posts": Post.objects.filter(account__user_id=user_id).count(),
        "readings": Reading.objects.filter(account__user_id=user_id).count(),
        "score_days": days_kept(user_id),
    }


@dataclass(frozen=True, slots=True)
class NetworkState:
    """How a network does here, for who runs the site. Demo accounts are not counted."""

    network: Network
    offered: bool
    missing: tuple[str, ...]  # names in the environment
    accounts: int
    refreshed_at: datetime | None  # the last success of any account
    failing: int  # tried and to be tried again
    cut_off: int  # waiting for their owners to reconnect
    last_error: str  # what the account said that failed last, in words; "" if none fails
    spent_micros: int  # this month
    cap_micros: int | None  # None: reading it costs nothing


def network_states(*, at: datetime) -> list[NetworkState]:
    """Of all networks, in the order in which people see them."""
    cut_off = Q(needs_reconnect=True)
    rows = LinkedAccount.objects.filter(is_demo=False).values("network").order_by()
    counted = rows.annotate(
        accounts=Count("pk"),
        refreshed_at=Max("refreshed_at"),
        failing=Count("pk", filter=Q(failures__gt=0) & ~cut_off),
        cut_off=Count("pk", filter=cut_off),
    )
    stood = {row.pop("network"): row for row in counted}
    spent, errors = _spent_in(at), _last_errors()
    return [
        _state(network, stood.get(key), spent.get(key, 0), errors.get(key, ""))
        for key, network in NETWORKS.items()
    ]


def _last_errors() -> dict[str, str]:
    """What failed last is what was planned again last."""
    failing = LinkedAccount.objects.filter(is_demo=False, failures__gt=0).exclude(last_error="")
    newest = failing.order_by("network", F("next_refresh_at").desc(nulls_last=True), "-pk")
    return dict(newest.distinct("network").values_list("network", "last_error"))


def _state(
    network: Network, counted: dict[str, Any] | None, spent: int, last_error: str
) -> NetworkState:
    bounds = caps(network.key)
    nothing = {"accounts": 0, "refreshed_at": None, "failing": 0, "cut_off": 0}
    return NetworkState(
        network=network,
        offered=offered(network),
        missing=missing_keys(network),
        last_error=last_error,
        spent_micros=spent,
        cap_micros=bounds.month if bounds else None,
        **(counted or nothing),
    )


def _spent_in(month_of: datetime) -> dict[str, int]:
    first = month_of.astimezone(UTC).date().replace(day=1)
    rows = Spending.objects.filter(account=None, month=first)
    return dict(rows.values_list("network", "micros"))


def due_archive_ids(*, at: datetime) -> list[int]:
    return list(Archive.objects.due(at).values_list("pk", flat=True)[:100])


def archives_of(user_id: int) -> list[Archive]:
    """Newest first, with the accounts that they are of."""
    return list(Archive.objects.filter(user_id=user_id).select_related("account"))
