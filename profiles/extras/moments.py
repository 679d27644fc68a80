"""Posts that got the most, over all networks: measured against what is usual for their account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    Aggregate,
    Case,
    F,
    FloatField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from profiles.extras import people
from profiles.models import Profile
from profiles.shown import kept_private
from scoring.models import Post
from scoring.networks import barred

DAYS: Final = 90
MOST: Final = 20
COUNTED: Final = ("favourites", "reposts", "replies")
# An account on which hardly anything comes back: one response is not "ten times the usual".
LEAST_USUAL: Final = 1.0


class Median(Aggregate):
    """Half of the rows have less, half of them more."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Moment:
    """`received`: responses, or views where the network tells nothing else."""

    post: Post
    received: int
    times: float  # what is usual for the account
    named: tuple[Profile, ...]  # people of this site who agreed to be shown
    people: int | None  # all who responded; None: not told

    @property
    def others(self) -> int:
        return max(0, (self.people or 0) - len(self.named))


def moments(
    profile: Profile, *, at: datetime, is_own: bool, everything: bool = False
) -> tuple[Moment, ...]:
    """The MOST greatest of the last DAYS days, or of all that is stored; none below the usual."""
    posts = _received(profile.user_id, frozenset() if is_own else kept_private())
    usual = {
        row["account_id"]: max(LEAST_USUAL, row["usual"])
        for row in posts.values("account_id").annotate(usual=Median("received")).order_by()
    }
    if not usual:
        return ()
    since = Q() if everything else Q(created_at__gte=at - timedelta(days=DAYS))
    found = (
        posts.filter(since, received__gt=0, created_at__lte=at)
        .annotate(times=F("received") / _usual_of(usual))
        .filter(times__gte=1)
        .select_related("account")
        .order_by("-times", "-received", "-created_at")[:MOST]
    )
    return _with_people(list(found), profile)


def _received(user_id: int, hidden: Collection[str]) -> QuerySet[Any]:
    """Posts that tell what came back. As floats: servers claim what no integer holds."""
    told = [Coalesce(Cast(F(name), FloatField()), Value(0.0)) for name in COUNTED]
    silent = Q(**{f"{name}__isnull": True for name in COUNTED})
    return (
        Post.objects.filter(account__user_id=user_id)
        .exclude(account__network__in=[*barred(), *hidden])
        .annotate(
            received=Case(
                When(silent, then=Cast(F("views"), FloatField())),
                default=told[0] + told[1] + told[2],
            )
        )
        .filter(received__isnull=False)
        .order_by()
    )


def _usual_of(usual: Mapping[int, float]) -> Case:
    """As a column: what is usual for the account of each post."""
    whens = [When(account_id=account, then=Value(many)) for account, many in usual.items()]
    return Case(*whens, output_field=FloatField())


def _with_people(posts: list[Any], profile: Profile) -> tuple[Moment, ...]:
    """Names only where both sides agreed to it."""
    of = [post.pk for post in posts if post.account.network not in people.left_out()]
    known = people.named(of, but=profile.user_id) if of and people.agrees(profile) else {}
    return tuple(_moment(post, known if post.pk in of else {}) for post in posts)


def _moment(post: Any, known: Mapping[int, Profile]) -> Moment:
    who = set(post.responders or ())
    named = {known[number].pk: known[number] for number in who if number in known}
    return Moment(
        post=post,
        received=round(post.received),
        times=post.times,
        named=tuple(sorted(named.values(), key=lambda one: one.handle.lower())),
        people=None if post.responders is None else len(who),
    )
