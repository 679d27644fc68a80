"""People, scores and perks as they would be at this moment, made by the site's own services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from perks import services as perk_services
from perks.models import Brand, BrandMember
from profiles import services as profile_services
from profiles.models import Profile, User
from scoring.models import LinkedAccount, Post, Progress
from scoring.services.packing import repack
from scoring.services.rescoring import rescore
from scoring.services.storing import store_observations
from tests.cast import make_linked_account, make_pages, make_person, post_seen

DAY: Final = timedelta(days=1)


def person(handle: str, *, public: bool = False, **user: Any) -> None:
    make_person(handle, is_public=public, **user)


def person_with_score(handle: str, *, days: int = 30) -> None:
    """Public and up to date, with a history of so many days that ends today."""
    give_score(make_person(handle, country="IT"), at=timezone.now(), days=days)


def give_score(
    owner: Profile, *, at: datetime, days: int = 0, followers: int = 900, **account_fields: Any
) -> LinkedAccount:
    """As of each of so many days, the last of which is `at`: an account, its signals, a score."""
    times = {"refreshed_at": at, "next_refresh_at": at + DAY}
    account = make_linked_account(owner, **(times | account_fields))
    Progress.objects.filter(account=account).update(step=Progress.Step.DONE)
    posts = [
        post_seen(number, received=(4 + number, 2, 1), created_at=at - (number + days) * DAY)
        for number in range(12)
    ]
    for ago in range(days, -1, -1):
        pages = make_pages(followers=followers - 8 * ago, posts=posts, who=["b@x", "c@x", "d@x"])
        then = at - ago * DAY
        store_observations(account, pages, at=then)
        rescore(owner.user_id, at=then)
    return account


def rescored(account: LinkedAccount, *, at: datetime) -> None:
    """As after a collection: signals of what is stored, and the sum."""
    repack(account, at=at)
    rescore(account.user_id, at=at)


def responds(handle: str, *, to: str) -> None:
    """That person to the posts of another; both agree to show it."""
    number = 7
    make_linked_account(Profile.objects.get(handle=handle), person_number=number)
    Post.objects.filter(account__user__profile__handle=to).update(responders=[number, 8])
    Profile.objects.filter(handle__in=[handle, to]).update(shows_ties=True)


def person_waiting(handle: str) -> None:
    """Linked just now; the first collection has read some of the posts."""
    now = timezone.now()
    account = make_linked_account(make_person(handle), next_refresh_at=now + DAY)
    Progress.objects.filter(account=account).update(step=Progress.Step.POSTS, done=40, total=100)


def person_cut_off(handle: str) -> None:
    """The token is dead, so that the owner has to reconnect."""
    words = "We are no longer allowed to read this account."
    make_linked_account(
        make_person(handle), next_refresh_at=None, needs_reconnect=True, last_error=words
    )


def person_gone(handle: str) -> None:
    profile_services.opt_out(profile=make_person(handle), at=timezone.now())


def login_without_profile(name: str) -> None:
    User.objects.create_user(f"{name}@example.org", "correct-horse-battery")


def member(handle: str, brand: str) -> None:
    owner, _ = Brand.objects.get_or_create(name=brand, slug=brand.lower())
    BrandMember.objects.create(brand=owner, user=make_person(handle, is_public=False).user)


def perk(
    brand: str, title: str, *, min_score: int, codes: Sequence[str], published: bool = True
) -> int:
    """Open for 30 days. Its number."""
    now = timezone.now()
    details = perk_services.Details(
        title=title,
        text="It pours.",
        opens_at=now - DAY,
        closes_at=now + 30 * DAY,
        min_score=min_score,
    )
    made = perk_services.create_perk(
        brand=Brand.objects.get(name=brand), details=details, codes=codes, at=now
    )
    if published:
        perk_services.publish_perk(perk_id=made.pk, at=now)
    return int(made.pk)


def claim(handle: str, perk_id: int) -> None:
    user = Profile.objects.get(handle=handle).user
    perk_services.claim_perk(user=user, perk_id=perk_id, at=timezone.now())
