"""How much is going on with somebody just now. Apart from the score, which never sees it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import Q

from scoring.formula.activity import DAYS, Activity, Posted, activity
from scoring.models import Post
from scoring.networks import barred
from scoring.selectors import Topic, topics_in

COUNTS: Final = ("favourites", "reposts", "replies")


def topics_and_activity(
    user_id: int, at: datetime, *, without: Collection[str] = ()
) -> tuple[list[Topic], Activity]:
    """One read for both. `without`: networks to leave out, beside those whose rules forbid to
    derive anything."""
    since = at - timedelta(days=DAYS + 1)
    lately = Q(created_at__gt=since, created_at__lte=at)
    rows = list(
        Post.objects.filter(lately | ~Q(hashtags=[]), account__user_id=user_id)
        .exclude(account__network__in=[*barred(), *without])
        .order_by()
        .values_list("created_at", "hashtags", *COUNTS)
    )
    today = _day(at)
    posted = [
        Posted((today - _day(created_at)).days, total(counts))
        for created_at, _tags, *counts in rows
        if since < created_at <= at
    ]
    return topics_in(row[1:] for row in rows), activity(posted)


def total(counts: Collection[int | None]) -> int | None:
    """None where nothing of it is told."""
    told = [count for count in counts if count is not None]
    return sum(told) if told else None


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
