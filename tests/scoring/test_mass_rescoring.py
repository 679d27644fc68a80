"""Everybody at once gives what each one alone gives, and nobody's newer score is lost."""

from __future__ import annotations

import re
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from profiles.models import User
from scoring.formula.signals import FIELD
from scoring.models import (
    AccountSignals,
    CurrentScore,
    FormulaRelease,
    LinkedAccount,
    RescoreRun,
    ScoreDay,
)
from scoring.selectors import formula_on
from scoring.services.mass import computing, running
from scoring.services.mass.running import CannotRun, rescore_everybody
from tests.cast import NOW, declare
from tests.scoring.mass import (
    DAY,
    TODAY,
    another_connection,
    at_once,
    make_people,
    make_releases,
    one_by_one,
    set_signals,
    some_row,
    stored,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _releases():
    """Tables are emptied between these tests, those that migrations fill included."""
    make_releases()


@pytest.mark.parametrize("version", ["1", "2"])
def test_everybody_at_once_gives_exactly_what_one_by_one_gives(version):
    at = NOW if version == "2" else NOW - 5 * DAY
    users = make_people(40)
    at_once(version=version, at=at, workers=2)
    found = stored()
    CurrentScore.objects.all().delete()
    ScoreDay.objects.all().delete()
    assert found == one_by_one(users, at=at)
    thin = CurrentScore.objects.filter(tenths=None).count()
    assert (len(found[0]), len(found[1])) == (40, 40 - thin)
    assert thin > 0 or version == "1"  # which gave a number to anybody


def test_many_ranges_change_nothing(monkeypatch):
    users = make_people(20)
    expected = one_by_one(users)
    CurrentScore.objects.all().delete()
    monkeypatch.setattr("scoring.services.mass.pool.PEOPLE_AT_ONCE", 7)
    at_once(workers=2)
    assert stored() == expected


def test_slices_hold_all_accounts_of_a_person(monkeypatch):
    random = np.random.default_rng(7)
    who, rows = np.repeat(np.arange(9), 3), np.stack([some_row(random) for _ in range(27)])
    whole = computing.scored(who, rows, version="2", day=TODAY)
    monkeypatch.setattr(computing, "ACCOUNTS_AT_ONCE", 4)
    sliced = computing.scored(who, rows, version="2", day=TODAY)
    assert (sliced.points == whole.points).all()
    assert list(sliced.person) == list(range(9))


def test_the_next_day_writes_scores_anew_and_adds_to_the_history():
    users = make_people(8)
    at_once()
    later = NOW + 9 * DAY
    at_once(at=later)
    found = stored()
    assert {day for _, day, *_ in found[1]} == {TODAY, later.date()}
    assert found[0] == one_by_one(users, at=later)[0]


def test_running_again_for_the_same_day_changes_nothing():
    make_people(8)
    at_once()
    found = stored()
    assert at_once().changed == 0
    assert stored() == found


def test_who_has_too_few_posts_now_loses_number_and_todays_history():
    user = make_people(1)[0]
    row = some_row(np.random.default_rng(3))
    row[FIELD["posts"]] = 30
    account = LinkedAccount.objects.get(user=user)
    set_signals(account, row)
    at_once()
    assert ScoreDay.objects.filter(user=user).exists()
    row[FIELD["posts"]] = 3
    set_signals(account, row)
    at_once()
    assert CurrentScore.objects.get(user=user).tenths is None
    assert not ScoreDay.objects.filter(user=user).exists()


def test_a_network_that_forbids_it_stays_out(monkeypatch):
    from scoring.networks.declaring import Policy

    declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
    users = make_people(6)
    at_once()
    found = stored()
    assert found == one_by_one(users)
    assert 0 < len(found[0]) < 6  # those with that account only have no score


def test_a_score_without_signals_is_left_as_it_is():
    user = make_people(1)[0]
    at_once()
    AccountSignals.objects.all().delete()
    make_people(1, seed=2)
    before = CurrentScore.objects.filter(user=user).values().get()
    at_once(at=NOW + DAY)
    assert CurrentScore.objects.filter(user=user).values().get() == before


def test_a_score_of_a_later_day_is_not_turned_back():
    users = make_people(4)
    one_by_one(users[:1], at=NOW + DAY)
    at_once()
    assert CurrentScore.objects.get(user=users[0]).day == TODAY + DAY
    assert not ScoreDay.objects.filter(user=users[0], day=TODAY).exists()
    assert CurrentScore.objects.filter(day=TODAY).count() == 3


def test_what_an_upgrade_left_unpacked_is_packed_first_if_asked():
    from scoring.models import Post, Reading

    user = User.objects.create(email="old@example.org", password="!")
    account = LinkedAccount.objects.create(
        user=user, network="mastodon", host="social.example.org", uid="9", connected_at=NOW
    )
    Reading.objects.create(account=account, taken_at=NOW, followers=100, responders=20)
    Post.objects.bulk_create(
        Post(account=account, uid=str(n), created_at=NOW - n * DAY, favourites=4) for n in range(12)
    )
    # Ended earlier, when it had passed this person, of whom nothing was packed.
    RescoreRun.objects.create(formula=2, day=TODAY, started_at=NOW, next_user=user.pk + 1, people=0)
    total = at_once(repack=True)
    assert CurrentScore.objects.get(user=user).posts == 12
    assert not total.resumed


def test_what_is_packed_now_is_of_today_only():
    with pytest.raises(CannotRun, match="--repack"):
        rescore_everybody(
            version=formula_on(TODAY - DAY),
            day=TODAY - DAY,
            at=NOW,
            workers=1,
            told=lambda progress: None,
            repack=True,
        )


class TestFormulas:
    def test_one_that_does_not_count_yet_is_refused(self):
        make_people(1)
        FormulaRelease.objects.filter(version=2).update(
            effective_on=TODAY + DAY, side_by_side_until=TODAY + DAY
        )
        with pytest.raises(CommandError, match="On .* formula 1 counts, not 2"):
            call_command("rescore", "--all", "--formula", "2", "--day", TODAY.isoformat())
        assert not CurrentScore.objects.exists()

    def test_but_may_be_looked_at_and_nothing_is_written(self, capsys):
        users = make_people(30)
        one_by_one(users)
        before = stored()
        words = ["--all", "--dry-run", "--formula", "1", "--day", TODAY.isoformat()]
        call_command("rescore", *words, "--workers", "1")
        said = capsys.readouterr().out
        assert stored() == before
        assert not RescoreRun.objects.exists()
        with_number = CurrentScore.objects.exclude(tenths=None).count()
        assert f"30 people: {with_number} have a number before and after" in said

    def test_one_that_is_not_there_is_refused(self):
        with pytest.raises(CommandError, match="There is no formula 99"):
            call_command("rescore", "--all", "--formula", "99")

    @pytest.mark.parametrize(("days", "why"), [(1, "not come yet"), (-100, "is closed")])
    def test_days_that_are_not_open_are_refused(self, days, why):
        FormulaRelease.objects.filter(version=1).update(
            announced_on=TODAY - 400 * DAY, effective_on=TODAY - 400 * DAY
        )
        with pytest.raises(running.CannotRun, match=why):
            rescore_everybody(
                version="2" if days > 0 else "1",
                day=TODAY + days * DAY,
                at=NOW,
                workers=1,
                told=lambda progress: None,
            )


def test_only_one_runs_at_a_time():
    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [running.LOCK])
        with pytest.raises(running.CannotRun, match="Somebody"):
            at_once()


class Terminal(StringIO):
    def isatty(self):
        return True


class TestTheCommand:
    def run(self, *words, **options):
        out, err = StringIO(), options.pop("stderr", StringIO())
        call_command("rescore", *words, "--workers", "1", stdout=out, stderr=err, **options)
        return out.getvalue(), err.getvalue()

    def test_a_terminal_gets_a_bar_with_rate_and_time_left(self):
        make_people(6)
        said, shown = self.run("--all", stderr=Terminal())
        assert said.startswith("6 people scored for ")
        assert re.search(r"\r#{24} 100%  6 people, \d+/s, 0 s left", shown)

    def test_elsewhere_there_are_plain_lines(self):
        make_people(6)
        said, shown = self.run("--all")
        assert "6 of them written" in said
        assert "\r" not in shown

    def test_quiet_is_quiet(self):
        make_people(2)
        assert self.run("--all", stderr=Terminal(), verbosity=0) == ("", "")
