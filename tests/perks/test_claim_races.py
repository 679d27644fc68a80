"""Real connections at the same time: never more than there are, never fewer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from klout_site import leaving
from perks import services
from perks.models import Perk, Unit
from profiles.models import Profile, User
from scoring.models import CurrentScore, LinkedAccount
from tests.cast import NOW, make_person
from tests.perks.conftest import give_score, make_brand, make_perk

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10  # seconds until a test that hangs says so


def outcome(user: User, perk: Perk) -> str:
    try:
        services.claim_perk(user=user, perk_id=perk.pk, at=NOW)
        return "claimed"
    except services.ClaimRefused as refusal:
        return type(refusal).__name__


def on_own_connection(work: Callable[[], str]) -> str:
    try:
        return work()
    finally:
        connection.close()


def make_crowd(size: int) -> list[User]:
    crowd = [User(email=f"person{n}@example.org", password="!") for n in range(size)]
    User.objects.bulk_create(crowd)
    Profile.objects.bulk_create(
        Profile(user=user, handle=f"person{n}", is_public=False) for n, user in enumerate(crowd)
    )
    score = {"day": NOW.date(), "tenths": 500, "low": 490, "high": 510, "posts": 20, "formula": 2}
    CurrentScore.objects.bulk_create(CurrentScore(user=user, **score) for user in crowd)
    LinkedAccount.objects.bulk_create(
        LinkedAccount(user=user, uid=user.pk, connected_at=NOW, refreshed_at=NOW) for user in crowd
    )
    return crowd


def test_200_people_at_once_on_the_last_10() -> None:
    perk, crowd = make_perk(make_brand(), units=10), make_crowd(200)
    with ThreadPoolExecutor(40) as pool:
        jobs = [pool.submit(on_own_connection, lambda u=u: outcome(u, perk)) for u in crowd]
        outcomes = Counter(job.result(PATIENCE) for job in jobs)
    assert outcomes == {"claimed": 10, "SoldOut": 190}
    owners = Unit.objects.filter(perk=perk).values_list("user_id", flat=True)
    assert len(set(owners)) == 10
    assert None not in owners


def test_one_person_who_clicks_20_times_at_once_gets_one() -> None:
    perk, (user,) = make_perk(make_brand(), units=10), make_crowd(1)
    with ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(on_own_connection, lambda: outcome(user, perk)) for _ in range(20)]
        assert {job.result(PATIENCE) for job in jobs} == {"claimed"}
    assert Unit.objects.filter(perk=perk, claimed_at__isnull=False).count() == 1


def test_who_waits_gets_the_unit_of_a_claim_that_is_undone() -> None:
    perk, (alice, dora) = make_perk(make_brand(), units=1), make_crowd(2)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.claim_perk(user=alice, perk_id=perk.pk, at=NOW)
            waiting = pool.submit(on_own_connection, lambda: outcome(dora, perk))
            wait_until_somebody_waits_for_a_lock()
            transaction.set_rollback(True)
        assert waiting.result(PATIENCE) == "claimed"
    assert Unit.objects.get(perk=perk).user == dora


def test_an_opt_out_at_the_same_time_wins() -> None:
    perk, alice = make_perk(make_brand()), make_person("alice")
    give_score(alice, 500)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            leaving.leave(alice, with_login=False, at=NOW)
            claim = pool.submit(on_own_connection, lambda: outcome(alice.user, perk))
            wait_until_somebody_waits_for_a_lock()
        assert claim.result(PATIENCE) == "NotEligible"
    assert not Unit.objects.filter(claimed_at__isnull=False).exists()


def test_a_claim_at_the_same_time_is_unlinked_by_the_opt_out() -> None:
    perk, alice = make_perk(make_brand()), make_person("alice")
    give_score(alice, 500)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
            leave = pool.submit(
                on_own_connection, lambda: str(leaving.leave(alice, with_login=False, at=NOW))
            )
            wait_until_somebody_waits_for_a_lock()
        leave.result(PATIENCE)
    assert Unit.objects.get(claimed_at__isnull=False).user is None


def wait_until_somebody_waits_for_a_lock() -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else it stands still
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        pause.wait(0.01)
    raise AssertionError("nobody waits for a lock")
