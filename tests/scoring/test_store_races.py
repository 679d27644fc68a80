"""Two collections of one person come in at once, or two people with one account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from scoring.models import CurrentScore, LinkedAccount, ScoreDay
from scoring.services import linking, refreshing
from scoring.services.refreshing import Collected
from scoring.services.rescoring import rescore
from tests.cast import NOW, make_linked_account, make_pages, make_person, post_seen
from tests.perks.test_claim_races import (
    PATIENCE,
    on_own_connection,
    wait_until_somebody_waits_for_a_lock,
)
from tests.scoring.test_linking import link

pytestmark = pytest.mark.django_db(transaction=True)


def store(account):
    pages = make_pages(posts=[post_seen(n) for n in range(12)], who=["bob@x"])
    return refreshing.store(account, Collected(pages=pages))


def test_both_are_in_the_sum():
    alice = make_person("alice")
    first, second = make_linked_account(alice), make_linked_account(alice, "alice2")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            store(first)
            waiting = pool.submit(on_own_connection, lambda: store(second))
            wait_until_somebody_waits_for_a_lock()
        assert waiting.result(PATIENCE)
    assert CurrentScore.objects.get().posts == 24
    assert ScoreDay.objects.get().tenths == CurrentScore.objects.get().tenths
    assert rescore(alice.user_id, at=NOW).tenths == CurrentScore.objects.get().tenths


def test_a_collection_that_comes_in_while_the_account_is_disconnected_brings_nothing():
    alice = make_person("alice")
    first, second = make_linked_account(alice), make_linked_account(alice, "alice2")
    store(first)
    alone = CurrentScore.objects.get().tenths
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            linking.disconnect(second, at=NOW)
            waiting = pool.submit(on_own_connection, lambda: store(second))
            wait_until_somebody_waits_for_a_lock()
        assert not waiting.result(PATIENCE)
    assert CurrentScore.objects.get().tenths == alone
    assert LinkedAccount.objects.get() == first


def test_of_two_who_link_the_same_account_at_once_one_is_refused():
    alice, charlie = make_person("alice"), make_person("charlie")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        link(alice, "alice")
        second = pool.submit(on_own_connection, lambda: link(charlie, "alice"))
        wait_until_somebody_waits_for_a_lock()
    assert isinstance(second.exception(PATIENCE), linking.LinkedToSomebodyElse)
    assert LinkedAccount.objects.get().user == alice.user
