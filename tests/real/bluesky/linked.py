"""Accounts of the tests' Bluesky, linked to our site and read by it, in the tests' own process."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any, Final

from django.utils import timezone

from scoring.collectors.base import Budget, CollectError, Cursor, Grant
from scoring.models import LinkedAccount
from scoring.networks import COLLECTORS
from scoring.services import bluesky_connecting, credentials, linking
from scoring.services.connecting import Proven
from tests.cast import make_person
from tests.real.bluesky import consent
from tests.real.bluesky.people import Person

BACK: Final = "http://127.0.0.1:8000/settings/accounts/callback/atproto/"
TOMORROW: Final = timedelta(days=1)  # later than any access token lives
numbers: Final = count(1)


def proven(person: Person, typed: str = "") -> Proven:
    at = timezone.now()
    started = bluesky_connecting.start(typed or person.handle, redirect_uri=BACK, at=at)
    params = consent.answer(started.consent_url, person)
    return bluesky_connecting.finish(started.remember, params=params, at=at)


def link(person: Person) -> LinkedAccount:
    """By somebody with a profile at our site."""
    owner = make_person(f"owner{next(numbers)}")
    at = timezone.now()
    return linking.link_account(user_id=owner.user_id, proven=proven(person), at=at)


def collected(kind: type, account: LinkedAccount) -> list[Any]:
    grant = credentials.grant_of(account, at=timezone.now())
    pages = COLLECTORS["bluesky"].collect(grant, Cursor(), Budget())
    return [item for page in pages for item in page.items if isinstance(item, kind)]


def can_read(grant: Grant) -> bool:
    try:
        next(iter(COLLECTORS["bluesky"].collect(grant, Cursor(), Budget())))
    except CollectError:
        return False
    return True
