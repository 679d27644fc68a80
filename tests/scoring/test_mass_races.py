"""Refreshes and disconnections while everybody is rescored, and kill -9 in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from scoring.models import AccountSignals, CurrentScore, LinkedAccount, RescoreRun, ScoreDay
from scoring.selectors import formula_on
from scoring.services.mass import writing
from scoring.services.mass.computing import Job, Span
from tests.cast import NOW
from tests.scoring.mass import (
    DAY,
    TODAY,
    another_connection,
    at_once,
    make_people,
    make_releases,
    one_by_one,
    stored,
)

pytestmark = pytest.mark.django_db(transaction=True)
SPAN = Span(0, 1 << 40)
SECONDS = 60
YESTERDAY = NOW - DAY


@pytest.fixture(autouse=True)
def _releases():
    make_releases()


@pytest.fixture
def write():
    """Everybody in this process; what happens between reading and writing can be told."""
    with another_connection() as other:
        writing.prepare(other)
        yield lambda: writing.write_span(other, Job("2", TODAY, ()), SPAN)


@pytest.fixture
def meanwhile(monkeypatch):
    """Runs something, once, after the signals were read and before scores are written."""

    def set_to(work):
        real, left = writing.scored, [work]

        def scored(*args, **options):
            while left:
                left.pop()()
            return real(*args, **options)

        monkeypatch.setattr(writing, "scored", scored)

    return set_to


def more_followers(user):
    """A refresh: other signals, and the score that comes of them."""
    mine = AccountSignals.objects.filter(user=user)
    donor = AccountSignals.objects.exclude(user=user).order_by("-user_id").first()
    mine.update(packed=donor.packed)
    one_by_one([user])


@pytest.mark.parametrize("scored_before", [True, False])
def test_a_refresh_that_commits_meanwhile_wins(write, meanwhile, scored_before):
    users = make_people(12)
    if scored_before:
        one_by_one(users, at=YESTERDAY)
    meanwhile(lambda: more_followers(users[2]))
    write()
    assert stored()[0] == one_by_one(users)[0]
    assert ScoreDay.objects.filter(day=TODAY).count() == (
        CurrentScore.objects.exclude(tenths=None).count()
    )


def test_where_somebody_is_overtaken_at_every_try_all_others_are_scored_once(write, monkeypatch):
    users = make_people(12)
    one_by_one(users, at=YESTERDAY)
    overtaking = iter(users[: 2 * writing.TRIES])
    real = writing.scored

    def scored(*args, **options):
        more_followers(next(overtaking))
        return real(*args, **options)

    monkeypatch.setattr(writing, "scored", scored)
    found = write()
    days = ScoreDay.objects.filter(day=TODAY)
    assert set(CurrentScore.objects.values_list("day", flat=True)) == {TODAY}
    assert days.count() == CurrentScore.objects.exclude(tenths=None).count()
    before = stored()
    assert before == one_by_one(users)
    assert found.people == 12


@pytest.mark.parametrize("scored_before", [True, False])
def test_who_disconnects_everything_meanwhile_gets_no_score(write, meanwhile, scored_before):
    users = make_people(6)
    if scored_before:
        one_by_one(users, at=YESTERDAY)

    def leave():
        LinkedAccount.objects.filter(user=users[0]).delete()
        one_by_one(users[:1])

    meanwhile(leave)
    write()
    assert not CurrentScore.objects.filter(user=users[0]).exists()
    assert not ScoreDay.objects.filter(user=users[0], day=TODAY).exists()
    assert CurrentScore.objects.count() == 5


def test_days_that_stand_there_without_a_score_are_written_over(write):
    users = make_people(6)
    one_by_one(users, at=YESTERDAY)
    numbers = {"tenths": 10, "low": 10, "high": 10, "formula": 1}
    ScoreDay.objects.bulk_create(ScoreDay(user=user, day=TODAY, **numbers) for user in users)
    write()
    days = ScoreDay.objects.filter(day=TODAY, user__current_score__tenths__isnull=False)
    assert days.exists()
    assert set(days.values_list("formula", flat=True)) == {2}


def test_killed_in_the_middle_it_goes_on_and_every_score_is_there_once(monkeypatch):
    users = make_people(40)
    now = timezone.now()
    at_once(version=formula_on(now.date() - DAY), at=now - DAY)
    RescoreRun.objects.all().delete()
    run = _killed_at(users[25].pk)
    assert 0 < run.people <= 25
    monkeypatch.setattr("scoring.services.mass.pool.PEOPLE_AT_ONCE", 4)
    at = datetime(run.day.year, run.day.month, run.day.day, 12, tzinfo=UTC)
    total = at_once(at=at)
    assert (total.resumed, total.people) == (True, 40 - run.people)
    found = stored()
    done = RescoreRun.objects.get()
    assert (done.people, done.finished_at) == (40, at)
    assert found[0] == one_by_one(users, at=at)[0]
    assert ScoreDay.objects.filter(day=run.day).count() == sum(
        tenths is not None for _, tenths, *_ in found[0]
    )


def _killed_at(user_id: int) -> RescoreRun:
    """A run of another process, killed while it waits for that person's score."""
    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT FROM scoring_currentscore WHERE user_id = %s FOR UPDATE", [user_id])
        url = f"postgresql://{_words(connection.settings_dict)}"
        process = subprocess.Popen(
            [sys.executable, "-c", IN_SMALL_RANGES],
            env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        try:
            until = time.monotonic() + SECONDS
            while not _somebody_waits():
                assert process.poll() is None, "it ended by itself"
                assert time.monotonic() < until, "it never came that far"
                time.sleep(0.05)
        finally:
            process.kill()
            process.wait()
    return RescoreRun.objects.get()


IN_SMALL_RANGES = """
import django
django.setup()
from django.core.management import call_command
from scoring.services.mass import pool
pool.PEOPLE_AT_ONCE = 4
call_command("rescore", "--all", "--workers", "1", verbosity=0)
"""


def _words(settings: dict[str, object]) -> str:
    """user:password@host:port/name, of this test's own database."""
    said = {key: quote(str(settings[key] or ""), safe="") for key in ("USER", "PASSWORD", "HOST")}
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    password = f":{said['PASSWORD']}" if said["PASSWORD"] else ""
    return f"{said['USER']}{password}@{said['HOST']}{port}/{settings['NAME']}"


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0
