"""When an account is read, and how its owner may hurry that."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from scoring.collectors.base import RateLimited
from scoring.models import LinkedAccount
from scoring.services import refreshing
from tests.cast import NOW, make_linked_account, make_person
from tests.scoring.test_refresh_account import refresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def test_what_is_due_is_rung_for(monkeypatch):
    from scoring import tasks

    rung = []
    monkeypatch.setattr(tasks.refresh_account, "apply_async", lambda args, **kw: rung.append(args))
    due = make_linked_account(make_person("alice"))
    make_linked_account(make_person("bob"), next_refresh_at=NOW + timedelta(hours=1))
    tasks.refresh_due.apply()
    assert rung == [(due.pk,)]


def test_asking_for_a_missing_account_is_no_error():
    assert refreshing.refresh_account(12345, at=NOW) is False


def test_the_owner_can_ask_for_a_refresh_now():
    account = make_linked_account(make_person("alice"), next_refresh_at=NOW + timedelta(hours=20))
    later = NOW + timedelta(minutes=2)
    assert refreshing.make_due(account, at=later)
    assert LinkedAccount.objects.get().next_refresh_at == later


def test_the_owner_cannot_hurry_a_server_that_was_only_just_asked():
    account = make_linked_account(make_person("alice"), next_refresh_at=NOW + timedelta(hours=20))
    assert not refreshing.make_due(account, at=NOW + timedelta(seconds=30))
    assert LinkedAccount.objects.get().next_refresh_at == account.next_refresh_at


def test_the_owner_cannot_hurry_a_server_that_asked_us_to_wait(collect):
    collect(error=RateLimited("Wait", retry_after=3600))
    account = make_linked_account(make_person("alice"))
    refresh(account)
    assert not refreshing.make_due(account, at=NOW + timedelta(minutes=30))
    assert refreshing.make_due(account, at=NOW + timedelta(minutes=70))


def test_a_fault_of_our_own_does_not_put_off_a_reconnect():
    account = make_linked_account(make_person("alice"))
    refreshing.postpone(account.pk, why="Ours", at=NOW + timedelta(seconds=1))
    assert LinkedAccount.objects.get().next_refresh_at == NOW


def test_a_collection_that_takes_too_long_is_said_so(collect):
    from celery.exceptions import SoftTimeLimitExceeded

    from scoring import tasks

    collect(error=SoftTimeLimitExceeded())
    account = make_linked_account(make_person("alice"))
    tasks.refresh_account.apply((account.pk,), throw=True)
    account.refresh_from_db()
    assert "too slowly" in account.last_error
