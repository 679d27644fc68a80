"""From version 1's tables to version 2's, with what people had."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from scoring import selectors
from scoring.models import CurrentScore, FormulaRelease
from tests.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def before():
    """The models as they were; afterwards everything is as new as it was."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    executor = MigrationExecutor(connection)
    executor.migrate([("scoring", "0002_networks")])
    yield executor.loader.project_state([("scoring", "0002_networks")]).apps
    MigrationExecutor(connection).migrate(newest)


def upgrade():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_days_keep_their_numbers_under_the_formula_that_made_them(before):
    make_user, make_day = (
        before.get_model(*name).objects.create
        for name in (("profiles", "User"), ("scoring", "ScoreDay"))
    )
    alice, bob = make_user(email="alice@example.org"), make_user(email="bob@example.org")
    times = {"connected_at": NOW, "refreshed_at": NOW, "next_refresh_at": None}
    before.get_model("scoring", "LinkedAccount").objects.create(user=alice, uid="1", **times)
    rest = {"posts_counted": 12, "computed_at": NOW, "parts": [], "inputs_hash": ""}
    for user in (alice, bob):
        make_day(user=user, day=TODAY - DAY, tenths=412, low_tenths=None, **rest)
        make_day(user=user, day=TODAY, tenths=423, low_tenths=400, high_tenths=450, **rest)
    upgrade()
    days = selectors.score_history(alice.pk, until=TODAY, days=9)
    assert [(day.tenths, day.low, day.high, day.formula) for day in days] == [
        (412, 10, 1000, "1"),
        (423, 400, 450, "1"),
    ]
    # bob has disconnected everything: his days stay, and he has no score now.
    assert list(CurrentScore.objects.values_list("user", "tenths", "posts")) == [
        (alice.pk, 423, 12)
    ]
    assert set(FormulaRelease.objects.values_list("version", flat=True)) == {1, 2}
