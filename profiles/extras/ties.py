"""Influencers and influencees: who responds to whom, among people who agreed to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from profiles.extras import people
from profiles.models import Profile
from scoring.models import CurrentScore, Post

MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody else, and to how many of how many posts the one responded to the other."""

    profile: Profile
    points: float | None  # their score; None on too few posts
    posts: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.posts / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Ties:
    """`influencees` responded to the person, who responded to the `influencers`; MOST of each."""

    influencers: tuple[Tie, ...] = ()
    influencees: tuple[Tie, ...] = ()


def ties(profile: Profile) -> Ties:
    """Empty where the person doesn't agree to show any."""
    if not people.agrees(profile):
        return Ties()
    to_me = people.responded_to(profile.user_id, limit=MOST)
    from_me = _responded_by(profile.user_id)
    others = {
        other.user_id: other
        for other in people.agreeing().filter(user__in=[*to_me, *from_me]).select_related("user")
    }
    points = _points(others)
    posts = _posts_of([profile.user_id, *from_me])
    mine = posts.get(profile.user_id, 0)
    return Ties(
        influencers=tuple(
            Tie(others[user], points.get(user), count, posts.get(user, 0))
            for user, count in from_me.items()
            if user in others
        ),
        influencees=tuple(
            Tie(others[user], points.get(user), count, mine)
            for user, count in to_me.items()
            if user in others
        ),
    )


def _responded_by(user_id: int) -> dict[int, int]:
    """To how many posts of which agreeing people somebody responded; most first."""
    numbers = people.numbers_of(user_id)
    if not numbers:
        return {}
    rows = (
        Post.objects.filter(responders__overlap=numbers)
        .filter(account__user__profile__in=people.agreeing())
        .exclude(account__user_id=user_id)
        .exclude(account__network__in=people.left_out())
        .values("account__user_id")
        .annotate(posts=Count("pk"))
        .order_by("-posts", "account__user_id")
    )
    return dict(rows.values_list("account__user_id", "posts")[:MOST])


def _posts_of(user_ids: list[int]) -> dict[int, int]:
    """How many posts of each tell who responded."""
    rows = (
        Post.objects.filter(account__user__in=user_ids, responders__isnull=False)
        .exclude(account__network__in=people.left_out())
        .values("account__user_id")
        .annotate(posts=Count("pk"))
        .order_by()
    )
    return dict(rows.values_list("account__user_id", "posts"))


def _points(others: Mapping[int, Profile]) -> dict[int, float]:
    rows = CurrentScore.objects.filter(user__in=list(others), tenths__isnull=False)
    return {user: tenths / 10 for user, tenths in rows.values_list("user_id", "tenths")}
