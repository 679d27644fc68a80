"""What nobody needs any more goes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from scoring import selectors, tasks
from scoring.models import (
    AccountSignals,
    CurrentScore,
    LinkedAccount,
    Reading,
    ScoreDay,
    ServerApp,
    SignalsDay,
)
from scoring.networks.declaring import Policy
from scoring.services import linking
from tests.cast import NOW, declare, make_app, make_linked_account, make_person, make_score

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def tidy(at):
    with time_machine.travel(at, tick=False):
        tasks.tidy.apply(throw=True)


def test_a_registration_that_led_to_no_account_goes_after_a_day():
    make_app("typed-in-vain.example.org")
    tidy(NOW + DAY / 2)
    assert ServerApp.objects.exists()
    tidy(NOW + 2 * DAY)
    assert not ServerApp.objects.exists()


def test_a_registration_that_an_account_needs_stays():
    make_linked_account(make_person("alice"))
    tidy(NOW + 500 * DAY)
    assert ServerApp.objects.exists()


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_readings_of_an_account_that_is_read_no_more_go_after_90_days(days, left):
    account = make_linked_account(
        make_person("alice"), needs_reconnect=True, next_refresh_at=None, refreshed_at=NOW
    )
    Reading.objects.create(account=account, taken_at=NOW)
    tidy(NOW + days * DAY)
    assert Reading.objects.count() == left


def days_of_signals():
    rows = SignalsDay.objects.order_by("day").values_list("day", flat=True)
    return [(day - NOW.date()).days for day in rows]


def test_signals_go_when_no_day_of_the_chart_was_made_of_them():
    alice = make_person("alice")
    for day, followers in ((0, 5), (10, 50), (20, 500)):
        make_score(alice, at=NOW + day * DAY, followers=followers)
    tidy(NOW + (731 + 9) * DAY)  # the first day of the chart still stands on the first row
    assert days_of_signals() == [0, 10, 20]
    tidy(NOW + (731 + 10) * DAY)
    assert days_of_signals() == [10, 20]
    tidy(NOW + 5000 * DAY)
    assert days_of_signals() == [20]


def test_of_a_disconnected_account_nothing_stays_for_ever():
    alice = make_person("alice")
    make_score(alice)
    linking.disconnect(LinkedAccount.objects.get(), at=NOW + DAY)
    tidy(NOW + 731 * DAY)
    assert days_of_signals() == [0, 1]
    tidy(NOW + 733 * DAY)
    assert days_of_signals() == []


class TestANetworkThatLetsUsKeepItForAMonth:
    @pytest.fixture(autouse=True)
    def _rules(self, monkeypatch):
        declare(monkeypatch, policy=Policy("https://example.net/terms", days_kept=30))

    def test_signals_that_were_replaced_so_long_ago_go(self):
        alice = make_person("alice")
        make_score(alice, followers=5)
        make_score(alice, at=NOW + 20 * DAY, followers=50)
        tidy(NOW + 31 * DAY)
        assert days_of_signals() == [20]
        assert CurrentScore.objects.get().tenths

    def test_an_account_that_was_not_read_again_leaves_the_score(self):
        alice = make_person("alice")
        make_score(alice)
        tidy(NOW + 31 * DAY)
        assert not AccountSignals.objects.exists()
        assert not CurrentScore.objects.exists()
        assert selectors.signals_on(alice.user_id, NOW.date()) == {}
        assert ScoreDay.objects.count() == 1  # the number, which is ours


def test_what_was_never_packed_is_scored_whether_or_not_it_is_ever_read_again():
    alice = make_person("alice")
    score = make_score(alice)
    AccountSignals.objects.all().delete()
    SignalsDay.objects.all().delete()
    CurrentScore.objects.update(tenths=999, high=1000, formula=1)
    tidy(NOW)
    assert CurrentScore.objects.values_list("tenths", "formula").get() == (score, 2)
