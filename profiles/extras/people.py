"""Who of the people of this site responds to whom: only among those who agreed to show it.

Agreeing is a public profile that shows its ties. Networks that forbid to show or to derive
anything from what they tell are left out, also for the two people themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db import connection
from django.db.models import BigIntegerField, Func, QuerySet

from profiles.models import Profile
from profiles.shown import kept_private
from scoring.models import LinkedAccount, Post
from scoring.networks import barred

# Counted per person of the site. Materialised: else the planner may look through all accounts for
# each single post.
RESPONDED: Final = """
WITH told AS MATERIALIZED (
  SELECT post.id AS post_id, unnest(post.responders) AS who
  FROM scoring_linkedaccount own
  CROSS JOIN LATERAL (
    SELECT id, responders FROM scoring_post
    WHERE account_id = own.id AND responders IS NOT NULL
    ORDER BY created_at DESC, id DESC LIMIT %(newest)s
  ) post
  WHERE own.user_id = %(user)s AND own.network <> ALL(%(left_out)s)
)
SELECT other.user_id, count(DISTINCT told.post_id) AS posts
FROM told
JOIN scoring_linkedaccount other ON other.person_number = told.who
JOIN profiles_profile profile ON profile.user_id = other.user_id
JOIN profiles_user person ON person.id = other.user_id
WHERE other.user_id <> %(user)s
  AND profile.is_public AND profile.shows_ties AND person.is_active
GROUP BY other.user_id
ORDER BY posts DESC, other.user_id
LIMIT %(limit)s
"""


def agreeing() -> QuerySet[Profile]:
    return Profile.objects.filter(is_public=True, shows_ties=True, user__is_active=True)


def agrees(profile: Profile) -> bool:
    return profile.is_public and profile.shows_ties


def left_out() -> list[str]:
    """Networks from which nothing about who responds to whom may follow."""
    return [*barred(), *kept_private()]


def responded_to(user_id: int, *, limit: int, newest: int | None = None) -> dict[int, int]:
    """Agreeing people who responded to somebody's posts, and to how many; most first.

    `newest`: look at so many posts of each account, which bounds what a page costs.
    """
    asked = {"user": user_id, "left_out": left_out(), "limit": limit, "newest": newest}
    with connection.cursor() as cursor:
        cursor.execute(RESPONDED, asked)
        return dict(cursor.fetchall())


def numbers_of(user_id: int) -> list[int]:
    """As whom the person responds to others."""
    rows = LinkedAccount.objects.filter(user_id=user_id, person_number__isnull=False)
    return list(rows.exclude(network__in=left_out()).values_list("person_number", flat=True))


def named(post_ids: Collection[int], *, but: int) -> dict[int, Profile]:
    """Agreeing people by their numbers, as far as they responded to these posts."""
    who: Any = Func("responders", function="unnest", output_field=BigIntegerField())
    numbers = Post.objects.filter(pk__in=post_ids).order_by().values_list(who)
    rows = (
        LinkedAccount.objects.filter(person_number__in=numbers, user__profile__in=agreeing())
        .exclude(user_id=but)
        .select_related("user__profile")
    )
    return {row.person_number: row.user.profile for row in rows if row.person_number is not None}
