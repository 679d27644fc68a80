"""Reads: what is due, what somebody's accounts are, what the score is and was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from scoring.models import LinkedAccount, Post, Reading, ScoreDay

# One post never makes a topic: Klout once gave people "hurricanes" for a single tweet.
POSTS_FOR_A_TOPIC = 2


def due_account_ids(*, at: datetime, limit: int) -> list[int]:
    return list(LinkedAccount.objects.due(at).values_list("pk", flat=True)[:limit])


def accounts_of(user_id: int) -> QuerySet[LinkedAccount]:
    return LinkedAccount.objects.filter(user_id=user_id).select_related("progress")


def current_score(user_id: int) -> ScoreDay | None:
    """The newest; None also once the last account is disconnected."""
    return ScoreDay.objects.standing().filter(user_id=user_id).first()


def score_history(user_id: int, *, until: date, days: int) -> list[ScoreDay]:
    """Stored days in the window, oldest first. Days without a refresh have no row."""
    window = ScoreDay.objects.filter(
        user_id=user_id, day__gt=until - timedelta(days=days), day__lte=until
    )
    return list(
        window.only(
            "user_id", "day", "tenths", "low_tenths", "high_tenths", "formula_version"
        ).order_by("day")
    )


def best_posts(user_id: int, *, limit: int = 5) -> list[Post]:
    """Posts that received anything, most first: a boost and a reply count like three favourites."""
    favourites, reposts, replies = (
        # As bigint: a server may claim counts whose sum no integer holds.
        Coalesce(Cast(F(name), BigIntegerField()), Value(0))
        for name in ("favourites", "reposts", "replies")
    )
    received = favourites + 3 * reposts + 3 * replies
    return list(
        Post.objects.filter(account__user_id=user_id)
        .annotate(received=received)
        .filter(received__gt=0)
        .select_related("account")
        .order_by("-received", "-created_at")[:limit]
    )


@dataclass(frozen=True, slots=True)
class Topic:
    """A hashtag that people respond to, and the posts that say so."""

    tag: str
    posts: int
    responses: int


def topics(user_id: int, *, limit: int = 8) -> list[Topic]:
    """Hashtags of at least two posts that got responses, most responses first."""
    posts: Counter[str] = Counter()
    responses: Counter[str] = Counter()
    rows = Post.objects.filter(account__user_id=user_id).exclude(hashtags=[])
    for tags, *counts in rows.values_list("hashtags", "favourites", "reposts", "replies"):
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
        "score_days": ScoreDay.objects.filter(user_id=user_id).count(),
    }
