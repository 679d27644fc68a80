"""What refreshes leave behind: on holidays, where one dies, and on days of all sorts."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection

from scoring.models import AccountSignals, CurrentScore, LinkedAccount, Post, ScoreDay, SignalsDay
from scoring.services import linking, refreshing
from tests.cast import (
    NOW,
    FakeCollector,
    make_linked_account,
    make_pages,
    make_person,
    post_seen,
)
from tests.scoring.mass import make_releases

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _releases():
    make_releases()


@pytest.fixture
def alice():
    return make_person("alice")


@pytest.fixture
def refresh(monkeypatch):
    def run(account, at, *, followers=150, posts=12, likes=4):
        seen = [post_seen(n + 1, received=(likes, n % 3, n % 2)) for n in range(posts)]
        pages = make_pages(followers=followers, posts=seen, who=["bob@x", "eve@x"])
        monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", FakeCollector(pages))
        LinkedAccount.objects.filter(pk=account.pk).update(next_refresh_at=at)
        with time_machine.travel(at, tick=False):
            assert refreshing.refresh_account(account.pk, at=at)

    return run


def test_a_holiday_of_two_weeks_changes_neither_score_nor_interval(refresh, alice):
    account, found = make_linked_account(alice), set()
    for days in (0, 7, 14, 90):
        refresh(account, NOW + days * DAY)
        found.add(CurrentScore.objects.values_list("tenths", "low", "high", "posts").get())
    assert len(found) == 1
    assert SignalsDay.objects.count() == 1
    refresh(account, NOW + 300 * DAY)
    now = CurrentScore.objects.get()
    ((tenths, low, high, _),) = found
    assert now.tenths == tenths
    assert now.high - now.low > high - low


def test_wherever_a_refresh_dies_nothing_or_everything_of_it_is_there(refresh, alice):
    account = make_linked_account(alice)
    refresh(account, NOW)
    before, lived = _state(), False
    for fatal in range(1, 100):
        left = iter(range(1, 1000))

        def die_at(execute, *args, fatal=fatal, left=left):
            if next(left) == fatal:
                raise OperationalError("the database went away")
            return execute(*args)

        LinkedAccount.objects.update(next_refresh_at=NOW + DAY)
        try:
            with connection.execute_wrapper(die_at):
                refresh(account, NOW + DAY, followers=900, posts=15)
            lived = True
            break
        except OperationalError:
            assert _state() == before
    assert lived
    assert fatal > 10
    assert _state() != before


def _state():
    return [
        list(AccountSignals.objects.values_list("account", "day")),
        list(CurrentScore.objects.values_list()),
        list(ScoreDay.objects.order_by("day").values_list()),
        list(SignalsDay.objects.order_by("day").values_list("day")),
        Post.objects.count(),
    ]


@pytest.mark.parametrize("seed", range(1, 4))
def test_after_any_days_each_comes_out_again_bit_for_bit(refresh, alice, capsys, seed):
    rng, connected = random.Random(seed), []
    for days in range(14):  # a formula change among them
        for hours in sorted(rng.sample(range(8), rng.randint(0, 3))):
            at = NOW + (days - 6) * DAY + timedelta(hours=hours)
            if connected and rng.random() < 0.25:
                leaving = connected.pop(rng.randrange(len(connected)))
                linking.disconnect(LinkedAccount.objects.get(pk=leaving.pk), at=at)
                continue
            if not connected or rng.random() < 0.3:
                connected.append(make_linked_account(alice, f"alice{days}x{hours}"))
            amounts = {"followers": rng.choice([5, 80, 9_000]), "likes": rng.choice([0, 3, 500])}
            refresh(rng.choice(connected), at, posts=rng.choice([4, 12, 12, 30]), **amounts)
    stored = list(ScoreDay.objects.order_by("day").values_list("day", flat=True))
    assert len(stored) > 5
    for day in stored:
        call_command("rescore", "--as-of", day.isoformat(), "--workers", "1")
        assert "1 come out again bit for bit, 0 differ." in capsys.readouterr().out
