"""Paid networks: nobody, and no number of workers at once, passes a cap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from scoring.collectors.base import Audience, CollectError, Grant, Page, Step
from scoring.collectors.errors import Refused
from scoring.models import LinkedAccount, Spending
from scoring.networks import NETWORKS
from scoring.services import refreshing, spending
from scoring.services.spending import SpentUp
from tests.cast import NOW, FakeCollector, make_linked_account, make_person

pytestmark = pytest.mark.django_db
DOLLAR = 1_000_000
FIRST, DAILY = 260_000, 130_000
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _caps(settings, monkeypatch):
    settings.X_DOLLARS_A_MONTH, settings.X_DOLLARS_A_PERSON = 5, 2
    monkeypatch.setitem(NETWORKS, "x", NETWORKS["mastodon"])


@pytest.fixture
def account():
    return make_linked_account(make_person("alice"), network="x")


def spent(account=None):
    return Spending.objects.get(network="x", account=account).micros


def reserve(account, at=NOW):
    return spending.reserve("x", account, at=at)


def spend_up(account):
    """Workers that die one after the other."""
    reserve(account)
    while spent(account) < 2 * DOLLAR:
        reserve(account)


def settle(account, *, reserved, used):
    spending.settle("x", account, at=NOW, reserved=reserved, spent=used)


def test_reading_a_network_that_is_free_reserves_nothing(account):
    assert spending.reserve("mastodon", account, at=NOW) == 0
    assert not Spending.objects.exists()


def test_a_first_collection_reserves_what_a_first_look_costs(account):
    assert reserve(account) == FIRST
    assert (spent(), spent(account)) == (FIRST, FIRST)


def test_what_is_left_of_a_month_is_spread_over_its_days(account):
    account.refreshed_at = NOW
    assert reserve(account) == 2 * DOLLAR // 9  # the 22nd to the 30th


def test_a_day_costs_what_it_costs_where_the_month_is_long(account):
    account.refreshed_at = NOW
    assert reserve(account, at=NEXT_MONTH) == DAILY


def test_what_was_not_needed_is_given_back(account):
    settle(account, reserved=reserve(account), used=15_000)
    assert (spent(), spent(account)) == (15_000, 15_000)


def test_what_a_dead_worker_reserved_stays_spent(account):
    spend_up(account)
    with pytest.raises(SpentUp, match="your account's"):
        reserve(account)
    assert spent(account) == 2 * DOLLAR


def test_the_sites_cap_holds_across_people(account):
    people = [make_linked_account(make_person(name), network="x") for name in ("bob", "charlie")]
    for one in (account, *people) * 8:
        try:
            reserve(one)
        except SpentUp as error:
            assert "spent" in str(error)  # noqa: PT017 (only the last ones are refused)
    assert spent() == 5 * DOLLAR


def test_next_month_there_is_more(account):
    spend_up(account)
    with pytest.raises(SpentUp) as caught:
        reserve(account)
    assert (caught.value.until, caught.value.permanent) == (NEXT_MONTH, False)
    assert reserve(account, at=NEXT_MONTH) == FIRST


def test_the_site_remembers_what_an_account_cost_that_is_gone(account):
    reserved = reserve(account)
    LinkedAccount.objects.all().delete()
    settle(account, reserved=reserved, used=400_000)
    assert spent() == 400_000


def profile(cost):
    return Page(Step.PROFILE, (Audience("ann", "", "", 1, 1, 0),), 1, 1, cost=cost)


@pytest.fixture
def refresh(account, monkeypatch):
    def run(collector):
        monkeypatch.setitem(refreshing.COLLECTORS, "x", collector)
        with time_machine.travel(NOW, tick=False):
            refreshing.refresh_account(account.pk, at=NOW)
        account.refresh_from_db()
        return collector

    return run


def test_the_collector_learns_what_it_may_cost_and_pays_what_it_did(account, refresh):
    collector = refresh(FakeCollector([profile(10_000), profile(5_000)]))
    assert collector.budget.cost == FIRST
    assert spent(account) == 15_000


def test_a_collection_that_fails_pays_for_what_it_had_read(account, refresh):
    refresh(FakeCollector([profile(10_000)], error=CollectError("Away")))
    assert spent(account) == 10_000


class RefusedAfterTheProfile(FakeCollector):
    def collect(self, grant, cursor, budget):
        yield from super().collect(grant, cursor, budget)
        if self.asked == 1:
            raise Refused("Reconnect.", status=401, permanent=True)


def test_a_second_try_with_a_new_token_has_only_what_the_first_one_left(
    account, refresh, monkeypatch
):
    grant = Grant("https://api.x.com", account.uid, "t0ken")
    monkeypatch.setattr(refreshing.credentials, "can_renew", lambda account: True)
    monkeypatch.setattr(refreshing.credentials, "grant_of", lambda *args, **kwargs: grant)
    collector = refresh(RefusedAfterTheProfile([profile(10_000)]))
    assert collector.budget.cost == FIRST - 10_000
    assert spent(account) == 20_000


def test_a_person_whose_money_is_spent_is_read_again_next_month(account, refresh):
    spend_up(account)
    collector = refresh(FakeCollector([profile(1)]))
    assert (collector.asked, account.next_refresh_at) == (0, NEXT_MONTH)
    assert "on the first of next month" in account.last_error
    assert account.next_refresh_at - NOW > timedelta(days=1)
