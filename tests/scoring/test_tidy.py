"""What nobody needs any more goes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from scoring import tasks
from scoring.models import Reading, ServerApp
from tests.cast import NOW, make_app, make_linked_account, make_person

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
