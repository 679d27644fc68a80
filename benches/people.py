"""Somebody with 100 posts and 90 days of history; the same at each call."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.utils import timezone

from profiles.models import Profile, User
from scoring import vault
from scoring.collectors.base import Audience, Observation, Page, PostSeen, Responses, Step
from scoring.models import (
    AccountSignals,
    Credential,
    CurrentScore,
    LinkedAccount,
    Progress,
    ScoreDay,
    SignalsDay,
)
from scoring.services.rescoring import rescore
from scoring.services.storing import store_observations

POSTS, ASKED, DAYS = 100, 40, 90
TAGS: Final = ("bees", "bread", "chess", "trains")


def make_person(handle: str) -> LinkedAccount:
    """A public profile, its account with what was read there, and a score for each day."""
    now = timezone.now()
    user, _ = User.objects.get_or_create(email=f"{handle}@example.org", defaults={"password": "!"})
    Profile.objects.get_or_create(user=user, defaults={"handle": handle, "is_public": True})
    account, is_new = LinkedAccount.objects.get_or_create(
        network="mastodon",
        host="social.example.org",
        uid=handle,
        defaults={"user": user, "connected_at": now, "refreshed_at": now, "handle": handle},
    )
    if is_new:
        _fill(account, now)
    return account


def _fill(account: LinkedAccount, now: datetime) -> None:
    token = vault.seal("a token")
    Credential.objects.create(account=account, sealed_token=token, granted_at=now)
    Progress.objects.create(account=account, changed_at=now)
    store_observations(account, make_pages(now), at=now)
    rescore(account.user_id, at=now)
    packed = AccountSignals.objects.get(account=account).packed
    of_now = CurrentScore.objects.values("tenths", "low", "high", "formula").get(user=account.user)
    days = [now.date() - timedelta(days=n) for n in range(1, DAYS)]
    whose = {"user_id": account.user_id}
    ScoreDay.objects.bulk_create(ScoreDay(**whose, day=day, **of_now) for day in days)
    SignalsDay.objects.bulk_create(
        SignalsDay(**whose, account_number=account.pk, network="mastodon", day=day, packed=packed)
        for day in days
    )


def make_pages(now: datetime) -> list[Page]:
    """What one collection gives: one page for each of its steps."""
    random = Random(7)
    posts = [_post(number, now, random) for number in range(POSTS)]
    who: list[Observation] = [Responses(post.uid, _people(random)) for post in posts[:ASKED]]
    audience = Audience(
        "ann@social.example.org", "Ann", "https://social.example.org/@ann", 420, 200, 900
    )
    return [
        Page(Step.PROFILE, (audience,), 1, 1),
        Page(Step.POSTS, tuple(posts), POSTS, POSTS),
        Page(Step.RESPONDERS, tuple(who), ASKED, ASKED),
    ]


def _post(number: int, now: datetime, random: Random) -> PostSeen:
    favourites, reposts, replies = (int(random.lognormvariate(mu, 1)) for mu in (2, 1, 0.5))
    return PostSeen(
        uid=str(number),
        url=f"https://social.example.org/@ann/{number}",
        created_at=now - timedelta(hours=7 * number),
        text=" ".join(random.choices(TAGS, k=30)),
        hashtags=(random.choice(TAGS),),
        favourites=favourites,
        reposts=reposts,
        replies=replies,
    )


def _people(random: Random) -> tuple[str, ...]:
    return tuple(f"fan{random.randrange(200)}@social.example.org" for _ in range(10))
