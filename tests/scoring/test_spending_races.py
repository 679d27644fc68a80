"""No number of workers at once passes the cap of a paid network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from scoring.networks import NETWORKS
from scoring.services.spending import SpentUp
from tests.cast import make_linked_account, make_person
from tests.scoring.test_spending import DOLLAR, reserve, spent

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_workers_at_once_stay_below_the_cap(settings, monkeypatch):
    monkeypatch.setitem(NETWORKS, "x", NETWORKS["mastodon"])
    settings.X_DOLLARS_A_PERSON = 20
    settings.X_DOLLARS_A_MONTH = 10  # four and a half of their shares of a day
    accounts = [make_linked_account(make_person(f"p{n}"), network="x") for n in range(8)]
    ready = Barrier(8)

    def ask(account):
        ready.wait()
        try:
            return reserve(account)
        except SpentUp:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, accounts))
    assert sum(got) == spent() == 10 * DOLLAR
