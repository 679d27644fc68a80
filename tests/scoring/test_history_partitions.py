"""Days of scores are rows while their month is open and arrays afterwards: nobody notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scoring.models import ScoreDay, ScoreMonth
from scoring.selectors import days_kept, score_history
from scoring.services.mass.partitions import fold, keep_history, partitions
from tests.cast import NOW, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def note(user, *days, tenths=400):
    ScoreDay.objects.bulk_create(
        ScoreDay(user=user, day=day, tenths=tenths + day.day, low=300, high=500, formula=2)
        for day in days
    )


def history(user, until=TODAY):
    return score_history(user.pk, until=until, days=730)


@pytest.fixture
def alice():
    return make_person("alice").user


def test_this_month_and_the_next_two_are_made_ahead():
    keep_history(at=NOW)
    assert partitions() == {
        "scoring_scoreday_other",
        *(f"scoring_scoreday_{month}" for month in ("2026_11", "2026_12", "2027_01")),
    }


def test_days_that_came_before_their_partition_move_into_it(alice):
    note(alice, date(2026, 11, 3), date(2027, 5, 1))
    before = history(alice, until=date(2027, 6, 1))
    keep_history(at=NOW)
    assert history(alice, until=date(2027, 6, 1)) == before
    assert _rows("scoring_scoreday_2026_11") == 1
    assert _rows("scoring_scoreday_other") == 1


def test_closed_months_become_arrays_and_charts_do_not_change(alice):
    bob = make_person("bob").user
    every_day = [date(2026, 8, 1) + n * DAY for n in range(115)]
    note(alice, *every_day)
    note(bob, date(2026, 8, 31), date(2026, 9, 7), tenths=600)
    before = history(alice), history(bob), days_kept(alice.pk)
    keep_history(at=NOW)
    assert (history(alice), history(bob), days_kept(alice.pk)) == before
    months = ScoreMonth.objects.filter(user=alice).order_by("month")
    assert [month.month for month in months] == [date(2026, 8, 1), date(2026, 9, 1)]
    assert ScoreDay.objects.earliest("day").day == date(2026, 10, 1)
    assert [len(month.tenths) for month in months] == [31, 30]


def test_a_month_that_closes_takes_its_partition_along(alice):
    keep_history(at=NOW)
    note(alice, TODAY)
    keep_history(at=at(date(2027, 1, 1)))
    assert "scoring_scoreday_2026_11" not in partitions()
    assert [day.tenths for day in history(alice)] == [422]


def test_running_again_changes_nothing(alice):
    note(alice, date(2026, 8, 5), date(2026, 11, 5))
    for _ in range(3):
        keep_history(at=NOW)
    assert [day.day for day in history(alice)] == [date(2026, 8, 5), date(2026, 11, 5)]
    assert ScoreMonth.objects.count() == 1


def test_a_day_that_comes_after_its_month_was_closed_is_added(alice):
    note(alice, date(2026, 8, 5))
    keep_history(at=NOW)
    note(alice, date(2026, 8, 31))
    fold(date(2026, 8, 1))
    assert [(day.day.day, day.tenths) for day in history(alice)] == [(5, 405), (31, 431)]


@pytest.mark.parametrize(("today", "left"), [(date(2028, 11, 30), 1), (date(2028, 12, 1), 0)])
def test_months_go_when_charts_of_two_years_no_longer_reach_them(alice, today, left):
    note(alice, date(2026, 10, 31))
    keep_history(at=at(today))
    assert ScoreMonth.objects.count() == left
    assert len(history(alice, until=today)) == 0


def _rows(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]
