"""Many people with signals of all sorts, and their scores at once or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import psycopg2
from django.db import connection, transaction

from profiles.models import User
from scoring.formula import pack
from scoring.formula.signals import FIELD, FIELDS, SAMPLED, SIGNALS
from scoring.models import (
    AccountSignals,
    CurrentScore,
    FormulaRelease,
    LinkedAccount,
    ScoreDay,
    SignalsDay,
)
from scoring.services.mass.running import rescore_everybody
from scoring.services.rescoring import rescore
from tests.cast import NOW

DAY = timedelta(days=1)
TODAY = NOW.date()


def make_releases():
    FormulaRelease.objects.all().delete()
    for version, day in ((1, TODAY - 10 * DAY), (2, TODAY - 2 * DAY)):
        dates = {"announced_on": day, "effective_on": day, "side_by_side_until": day}
        FormulaRelease.objects.create(version=version, notes="Words.", **dates)


@contextmanager
def another_connection() -> Iterator[psycopg2.extensions.connection]:
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        yield other
    finally:
        other.close()


def make_people(count, *, seed=1, networks=("mastodon", "bluesky", "github", "x"), day=TODAY):
    """Of all sorts: one account and several, thin ones, archives, signals that are not told."""
    random = np.random.default_rng(seed)
    users = User.objects.bulk_create(
        User(email=f"{seed}-{n}@example.org", password="!") for n in range(count)
    )
    for number, user in enumerate(users):
        for index in range(1 + number % len(networks)):
            make_account(user, networks[index], some_row(random), uid=f"{seed}-{number}", day=day)
    return users


def some_row(random):
    row = random.lognormal(0.3, 0.8, len(FIELDS)).astype(np.float32)
    row[FIELD["followers"]] = np.log1p(random.lognormal(5, 3))
    for name in SAMPLED:
        row[FIELD[f"low_{name}"]] = row[FIELD[name]] * 0.7
        row[FIELD[f"high_{name}"]] = row[FIELD[name]] * 1.4
    row[FIELD["selectivity"]] = random.random()
    for name in SIGNALS:
        if random.random() < 0.2:
            row[[FIELD[field] for field in FIELDS if field.endswith(name)]] = np.nan
    row[FIELD["posts"]] = random.integers(0, 60)
    row[FIELD["newest"]] = 20_000 + random.integers(0, 700)
    row[FIELD["archive"]] = random.random() < 0.2
    return row


def make_account(user, network, row, *, uid="1", day=TODAY):
    account = LinkedAccount.objects.create(
        user=user, network=network, host="social.example.org", uid=uid, connected_at=NOW
    )
    set_signals(account, row, day=day)
    return account


def set_signals(account, row, *, day=TODAY):
    values = {"user_id": account.user_id, "network": account.network, "packed": pack(row)}
    AccountSignals.objects.update_or_create(account=account, defaults={**values, "day": day})
    SignalsDay.objects.update_or_create(
        user_id=account.user_id, account_number=account.pk, day=day, defaults=values
    )


def at_once(*, version="2", at=NOW, workers=1, **options):
    return rescore_everybody(
        version=version,
        day=at.date(),
        at=at,
        workers=workers,
        told=lambda progress: None,
        **options,
    )


def stored():
    """Scores and history, as the tables have them."""
    now = CurrentScore.objects.order_by("user_id").values_list()
    days = ScoreDay.objects.order_by("user_id", "day").values_list(
        "user_id", "day", "tenths", "low", "high", "formula"
    )
    return list(now), list(days)


def one_by_one(users, *, at=NOW):
    for user in users:
        with transaction.atomic():
            rescore(user.pk, at=at)
    return stored()
