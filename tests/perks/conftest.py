"""A brand, its perks and people with scores. bob is the brand's member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from perks import services
from perks.models import Brand, BrandMember, Perk
from profiles.models import Profile, User
from scoring.models import CurrentScore
from tests.cast import NOW, make_linked_account, make_person

DAY = timedelta(days=1)


def make_brand(name: str = "Acme", **fields: Any) -> Brand:
    return Brand.objects.create(name=name, slug=name.lower(), **fields)


def make_perk(
    brand: Brand,
    *,
    units: int = 3,
    published: bool = True,
    picture: bytes | None = None,
    **rule: Any,
) -> Perk:
    details = services.Details(
        **{
            "title": "A teapot",
            "text": "It pours.",
            "opens_at": NOW - DAY,
            "closes_at": NOW + DAY,
            "min_score": 40,
            **rule,
        }
    )
    perk = services.create_perk(
        brand=brand,
        details=details,
        codes=[f"CODE-{number}" for number in range(units)],
        picture=picture,
        at=NOW,
    )
    if published:
        Perk.objects.filter(pk=perk.pk).update(published_at=NOW)
        perk.refresh_from_db()
    return perk


def give_score(person: Profile, tenths: int, *, on: datetime = NOW) -> None:
    """With an account that it stands on."""
    make_linked_account(person, refreshed_at=NOW)
    CurrentScore.objects.create(
        user=person.user,
        day=on.date(),
        tenths=tenths,
        low=tenths - 5,
        high=tenths + 5,
        posts=20,
        formula=2,
    )


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def alice(db: None) -> Profile:
    """Has a score of 50.0."""
    person = make_person("alice")
    give_score(person, 500)
    return person


@pytest.fixture
def brand(db: None) -> Brand:
    return make_brand()


@pytest.fixture
def bob(brand: Brand) -> User:
    member = make_person("bob").user
    BrandMember.objects.create(brand=brand, user=member)
    return member


@pytest.fixture
def charlie(db: None) -> User:
    return make_person("charlie").user


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
