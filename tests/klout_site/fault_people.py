"""Fills the site that is about to be hurt: runs in its environment, prints as JSON who is there."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings

if TYPE_CHECKING:
    from profiles.models import User

ACCOUNTS, UNITS, CLAIMANTS = 3, 12, 20


def group(name: str, host: str) -> dict[str, Any]:
    """Accounts that nobody has read yet, and people who all want one of too few units."""
    claimants = people(f"{name}-claims", CLAIMANTS)
    give_scores(claimants)
    return {
        "accounts": {token: link(user, token, host) for user, token in owners(name)},
        "perk": offer(name),
        "sessions": {session_of(user): user.pk for user in claimants},
    }


def owners(name: str) -> list[tuple[User, str]]:
    return [(user, f"{name}{n}") for n, user in enumerate(people(name, ACCOUNTS))]


def people(name: str, size: int) -> list[User]:
    from profiles.models import Profile, User

    crowd = [User(email=f"{name}{n}@example.org", password="!") for n in range(size)]
    User.objects.bulk_create(crowd)
    Profile.objects.bulk_create(
        Profile(user=user, handle=f"person{user.pk}", is_public=False) for user in crowd
    )
    return crowd


def give_scores(crowd: list[User]) -> None:
    from django.utils import timezone

    from scoring.models import CurrentScore, LinkedAccount

    now = timezone.now()
    read = {"network": "mastodon", "host": "", "connected_at": now, "refreshed_at": now}
    LinkedAccount.objects.bulk_create(
        LinkedAccount(user=user, uid=str(user.pk), **read) for user in crowd
    )
    score = {"tenths": 500, "low": 490, "high": 510, "posts": 20, "formula": 2}
    CurrentScore.objects.bulk_create(
        CurrentScore(user=user, day=now.date(), **score) for user in crowd
    )


def link(user: User, token: str, host: str) -> int:
    from tests.cast import make_linked_account

    account = make_linked_account(
        user.profile, token=token, host=host, uid=token, next_refresh_at=None
    )
    return account.pk


def offer(name: str) -> int:
    from django.utils import timezone

    from perks.models import Brand, Perk, Unit

    now, day = timezone.now(), timedelta(days=1)
    times = {"opens_at": now - day, "closes_at": now + day, "published_at": now}
    brand = Brand.objects.create(name=name, slug=name)
    perk = Perk.objects.create(brand=brand, title="A teapot", text="", min_score=1, **times)
    Unit.objects.bulk_create(Unit(perk=perk, code=f"CODE-{n}") for n in range(UNITS))
    return perk.pk


def session_of(user: User) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    django.setup()
    host, *names = sys.argv[1:]
    print(json.dumps({name: group(name, host) for name in names}))
