"""Real connections at the same time: whoever leaves is gone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from klout_site import leaving
from profiles import services
from profiles.models import User
from scoring.models import CurrentScore, LinkedAccount, Reading
from scoring.services import linking, refreshing
from tests.cast import NOW, FakeCollector, make_linked_account, make_pages, make_person, make_proof
from tests.perks.test_claim_races import (
    PATIENCE,
    on_own_connection,
    wait_until_somebody_waits_for_a_lock,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    monkeypatch.setattr(linking.mastodon, "revoke", lambda app, token: True)
    monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", FakeCollector(make_pages()))


def while_alice_leaves(alice: Any, work: Callable[[], Any]) -> Future[Any]:
    """`work` runs on a connection of its own, and waits for the opt-out's commit."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        leaving.leave(alice, with_login=False, at=NOW)
        running = pool.submit(on_own_connection, work)
        wait_until_somebody_waits_for_a_lock()
    running.exception(PATIENCE)
    return running


def test_a_link_that_arrives_during_an_opt_out_is_refused():
    alice = make_person("alice")
    linked = while_alice_leaves(
        alice, lambda: services.link_account(profile=alice, proven=make_proof("alice"), at=NOW)
    )
    assert isinstance(linked.exception(), services.OptedOut)
    assert not LinkedAccount.objects.exists()


def test_a_collection_that_ends_during_an_opt_out_writes_nothing():
    alice = make_person("alice")
    account = make_linked_account(alice)
    stored = while_alice_leaves(alice, lambda: refreshing.store(account, make_pages()))
    assert stored.result() is False
    assert not Reading.objects.exists()
    assert not CurrentScore.objects.exists()


def test_a_page_that_is_made_public_during_an_opt_out_stays_hidden():
    alice = make_person("alice", is_public=False)
    shown = while_alice_leaves(
        alice, lambda: services.set_visibility(profile=alice, is_public=True)
    )
    assert shown.result() is False


def test_several_clicks_on_deleting_the_login_all_end_well():
    alice = make_person("alice")
    make_linked_account(alice)
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        browser.force_login(alice.user)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(on_own_connection, lambda b=b: delete_login(b)) for b in browsers]
        # Who comes last is not logged in any more, and is sent to log in.
        assert {job.result(PATIENCE) for job in jobs} <= {200, 302}
    assert not User.objects.exists()


def delete_login(browser: Client) -> int:
    return browser.post(reverse("opt_out"), {"delete_login": "yes"}).status_code


def test_an_identity_that_is_just_opting_out_is_not_linked_by_somebody_else():
    alice, bob = make_person("alice"), make_person("bob")
    make_linked_account(alice)
    linked = while_alice_leaves(
        alice, lambda: services.link_account(profile=bob, proven=make_proof("alice"), at=NOW)
    )
    assert isinstance(linked.exception(), linking.IdentityOptedOut)
    assert not LinkedAccount.objects.exists()
