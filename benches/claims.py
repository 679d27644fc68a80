"""A rush on a perk: 8 people at a time, until everybody has a unit."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Final

from django.db import connection
from django.utils import timezone

from benches.harness import Bench
from perks.models import Brand, Perk, Unit
from perks.services import claim_perk
from profiles.models import Profile, User
from scoring.models import CurrentScore, LinkedAccount

PEOPLE, THREADS = 120, 8
TAKE: Final = """
    UPDATE perks_unit SET user_id = %s, mark = %s, claimed_at = now() WHERE id = (
        SELECT id FROM perks_unit WHERE perk_id = %s AND claimed_at IS NULL
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
"""


def claims_per_second() -> Bench:
    crowd, perk = _crowd(), _perk()

    def claim(user: User) -> None:
        claim_perk(user=user, perk_id=perk.pk, at=timezone.now())

    def take(user: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [user.pk, str(user.pk), perk.pk])

    return Bench(
        "claims_per_s",
        "claims/s",
        lambda: _rush(crowd, perk, claim),
        lambda: _rush(crowd, perk, take),
    )


def _rush(crowd: list[User], perk: Perk, get_one: Callable[[User], None]) -> float:
    ready = Barrier(THREADS)

    def share(number: int) -> tuple[float, float]:
        connection.ensure_connection()
        ready.wait()
        began = time.perf_counter()
        for user in crowd[number::THREADS]:
            get_one(user)
        ended = time.perf_counter()
        connection.close()
        return began, ended

    with ThreadPoolExecutor(THREADS) as pool:
        began, ended = zip(*pool.map(share, range(THREADS)), strict=True)
    _give_back(perk)
    return len(crowd) / (max(ended) - min(began))


def _give_back(perk: Perk) -> None:
    """As before the rush: without dead rows too, of which the next one would have to read more."""
    given = perk.units.filter(claimed_at__isnull=False)
    assert given.update(user=None, mark="", claimed_at=None) == PEOPLE
    with connection.cursor() as cursor:
        cursor.execute("VACUUM perks_unit")


def _crowd() -> list[User]:
    crowd = [User(email=f"person{n}@example.org", password="!") for n in range(PEOPLE)]
    User.objects.bulk_create(crowd)
    now = timezone.now()
    read = {"network": "mastodon", "host": "", "connected_at": now, "refreshed_at": now}
    score = {"tenths": 500, "low": 490, "high": 510, "posts": 20, "formula": 2}
    for user in crowd:
        Profile.objects.create(user=user, handle=f"person{user.pk}", is_public=False)
        LinkedAccount.objects.create(user=user, uid=str(user.pk), **read)
        CurrentScore.objects.create(user=user, day=now.date(), **score)
    return crowd


def _perk() -> Perk:
    now, day = timezone.now(), timedelta(days=1)
    times = {"opens_at": now - day, "closes_at": now + day, "published_at": now}
    brand = Brand.objects.create(name="Acme", slug="acme")
    perk = Perk.objects.create(brand=brand, title="A teapot", text="", min_score=1, **times)
    Unit.objects.bulk_create(Unit(perk=perk, code=f"CODE-{n}") for n in range(PEOPLE))
    return perk
