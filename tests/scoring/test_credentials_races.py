"""Tokens are renewed once, by one worker, and never against the person's own consent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from scoring.collectors.base import Tokens
from scoring.services import credentials, linking
from tests.cast import NOW, make_linked_account, make_person
from tests.perks.test_claim_races import wait_until_somebody_waits_for_a_lock
from tests.scoring.test_credentials import LATER, grant, keep, kept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account():
    return make_linked_account(make_person("alice"))


def test_two_workers_renew_it_once(account, oauth):
    fake = oauth(meanwhile=lambda: threading.Event().wait(0.2))
    keep(account)
    ready = threading.Barrier(2)

    def ask(_number):
        ready.wait()
        try:
            return grant(account).token
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, range(2))) == ["new-1", "new-1"]
    assert fake.asked == 1


def test_a_consent_that_comes_during_a_renewal_wins(account, oauth):
    consents = []

    def consent():
        credentials.store(account, Tokens("consented", "fresh", LATER), at=NOW)
        connection.close()

    def meanwhile():
        consents.append(threading.Thread(target=consent))
        consents[0].start()
        threading.Event().wait(0.1)

    oauth(meanwhile=meanwhile)
    keep(account)
    grant(account)
    consents[0].join(10)
    assert kept(account).access == "consented"


def test_whoever_disconnects_during_a_renewal_gives_the_new_tokens_back(account, oauth):
    """The old ones are used up: revoking those would leave a living log-in behind."""
    given_back = []

    def disconnect():
        given_back.extend(linking.disconnect(account, at=NOW))
        connection.close()

    leaving = threading.Thread(target=disconnect)

    def meanwhile():
        leaving.start()
        wait_until_somebody_waits_for_a_lock()

    oauth(meanwhile=meanwhile)
    keep(account)
    grant(account)
    leaving.join(10)
    assert [row.tokens.access for row in given_back] == ["new-1"]


def test_a_consent_that_came_before_the_lock_is_used_as_it_is(account, oauth):
    fake = oauth()
    keep(account)
    refused = grant(account)
    credentials.store(account, Tokens("consented", "fresh", LATER), at=NOW)
    assert grant(account, refused=refused).token == "consented"
    assert fake.asked == 1
