"""Any stored day comes out again bit for bit, or the command says of how many it does not."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from scoring.models import AccountSignals, LinkedAccount, ScoreDay, ScoreMonth, SignalsDay
from scoring.networks.declaring import Policy
from scoring.services import tidying
from scoring.services.mass import partitions
from tests.cast import NOW, declare
from tests.scoring.mass import (
    DAY,
    TODAY,
    at_once,
    make_people,
    make_releases,
    one_by_one,
    set_signals,
    some_row,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    """Scored by formula 1, and days later by formula 2 from other signals."""
    import numpy as np

    make_releases()
    users = make_people(20, day=TODAY - 6 * DAY)
    one_by_one(users, at=NOW - 5 * DAY)
    for number, account in enumerate(LinkedAccount.objects.order_by("pk")):
        if number % 3:
            set_signals(account, some_row(np.random.default_rng(number)), day=TODAY)
    at_once()
    return users


def check(capsys, day, *words):
    call_command("rescore", "--as-of", day.isoformat(), "--workers", "1", *words)
    return capsys.readouterr().out


def test_the_latest_day_and_a_day_of_an_older_formula_come_out_again(people, capsys):
    for day in (TODAY, TODAY - 5 * DAY):
        stored = ScoreDay.objects.filter(day=day).count()
        assert stored > 5
        assert f"{stored} stored: {stored} come out again bit for bit, 0 differ." in check(
            capsys, day
        )


def test_who_disconnected_since_comes_out_again_too(people, capsys):
    user = ScoreDay.objects.filter(day=TODAY).first().user
    for account in LinkedAccount.objects.filter(user=user):
        SignalsDay.objects.create(
            user=user, account_number=account.pk, network="mastodon", day=TODAY + DAY, packed=b""
        )
    AccountSignals.objects.filter(user=user).delete()
    assert "1 stored: 1 come out again" in check(capsys, TODAY, "--user", str(user.pk))


def test_a_closed_month_comes_out_again(people, capsys):
    stored = ScoreDay.objects.filter(day=TODAY).count()
    partitions.fold(TODAY.replace(day=1))
    assert not ScoreDay.objects.filter(day=TODAY).exists()
    assert ScoreMonth.objects.exists()
    assert f"{stored} come out again" in check(capsys, TODAY)


def test_one_that_differs_by_a_tenth_is_told_and_the_command_fails(people):
    one = ScoreDay.objects.filter(day=TODAY, tenths__gt=20).order_by("user_id").first()
    ScoreDay.objects.filter(user_id=one.user_id, day=TODAY).update(low=F("low") - 1)
    with pytest.raises(CommandError, match="1 differ"):
        call_command("rescore", "--as-of", TODAY.isoformat(), "--workers", "1")


def test_signals_that_are_no_longer_kept_are_told_apart(people, capsys):
    user = ScoreDay.objects.filter(day=TODAY).first().user
    SignalsDay.objects.filter(user=user).delete()
    assert "0 differ, of 1 the signals are no longer kept" in check(capsys, TODAY)


def test_so_are_those_of_a_network_that_lets_us_keep_them_for_days_only(
    people, capsys, monkeypatch
):
    declare(monkeypatch, "bluesky", policy=Policy("https://example.net/terms", days_kept=30))
    stored = ScoreDay.objects.filter(day=TODAY - 5 * DAY).count()
    tidying.forget_what_may_not_be_kept(at=NOW + 40 * DAY)
    said = check(capsys, TODAY - 5 * DAY)
    equal, gone = map(int, re.search(r"(\d+) come out.* of (\d+) the signals", said).groups())
    assert (equal + gone, " 0 differ" in said) == (stored, True)
    assert min(equal, gone) > 0


@pytest.mark.parametrize("then", [True, False])
def test_a_network_that_was_in_the_score_or_was_not_changes_no_day(
    capsys, monkeypatch, settings, then
):
    make_releases()
    declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
    settings.IN_SCORE = ["mastodon"] if then else []
    users = make_people(12)
    one_by_one(users)
    stored = ScoreDay.objects.count()
    settings.IN_SCORE = [] if then else ["mastodon"]
    assert f"{stored} come out again bit for bit, 0 differ." in check(capsys, TODAY)


def test_another_formula_than_the_one_asked_for_is_told_apart(people, capsys):
    stored = ScoreDay.objects.filter(day=TODAY).count()
    said = check(capsys, TODAY, "--formula", "1")
    assert f"0 come out again bit for bit, 0 differ, {stored} were made by another" in said


def test_nothing_is_written(people, capsys):
    before = list(ScoreDay.objects.order_by("user_id", "day").values_list())
    check(capsys, TODAY - 5 * DAY)
    assert list(ScoreDay.objects.order_by("user_id", "day").values_list()) == before


def test_a_day_without_scores_is_said_to_be_one():
    with pytest.raises(CommandError, match="No score is stored for 2020-01-01"):
        call_command("rescore", "--as-of", "2020-01-01", "--workers", "1")
