"""Two formulas side by side, for each person and for everybody, and the day that one takes over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from profiles import tasks
from profiles.changes import reads
from profiles.changes.histogram import FEWEST
from scoring.models import CurrentScore, FormulaRelease, RescoreRun
from scoring.selectors import releases
from scoring.services import releasing
from scoring.services.rescoring import rescore
from tests.profiles.formulas import MONTH, plan
from tests.profiles.scored import make_scored

pytestmark = pytest.mark.django_db


def test_both_scores_stand_on_ones_own_page_and_on_the_public_one(client, announced, now):
    alice = make_scored("alice", at=now)
    both = reads.both_scores(alice.user_id, at=now)
    client.force_login(alice.user)
    for url in (reverse("me"), reverse("profile", args=["alice"])):
        page = client.get(url).content.decode()
        assert "Formula 2 will count from" in page
        assert f"<b>{both.before.points:.1f}</b>" in page
        assert f"<b>{both.after.points:.1f}</b>" in page
        assert announced.notes in page


def test_the_first_of_the_two_is_the_score_that_counts(announced, now):
    alice = make_scored("alice", at=now)
    both = reads.both_scores(alice.user_id, at=now)
    assert both.before.points == CurrentScore.objects.get().tenths / 10
    assert both.before.points != both.after.points


def test_the_parts_add_up_to_the_difference(announced, now):
    alice = make_scored("alice", at=now)
    both = reads.both_scores(alice.user_id, at=now)
    assert round(sum(row.change for row in both.differences), 1) == both.change
    assert {row.name: row.before for row in both.differences}["Curated by others"] is None


def test_too_few_posts_for_the_new_formula_are_said(client, announced, now):
    alice = make_scored("alice", posts=4, at=now)
    page = client.get(reverse("profile", args=["alice"])).content.decode()
    assert reads.both_scores(alice.user_id, at=now).after.points is None
    assert "not enough yet: 4 posts" in page


def test_one_score_stands_there_before_the_announcement_and_after_the_last_day(announced, now):
    alice = make_scored("alice", at=now)
    shown = [
        reads.both_scores(alice.user_id, at=now + timedelta(days=days)) is not None
        for days in (-1, 0, 60, 61)
    ]
    assert shown == [False, True, True, False]


def test_a_release_that_was_never_announced_ahead_is_not_laid_beside_anything(now):
    day = FormulaRelease.objects.get(version=2).effective_on
    assert releases.side_by_side(day) is None


def test_the_new_formula_counts_from_its_day_on(announced, now):
    alice = make_scored("alice", at=now)
    rescore(alice.user_id, at=now + MONTH - timedelta(days=1))
    assert CurrentScore.objects.get().formula == 1
    rescore(alice.user_id, at=now + MONTH)
    assert CurrentScore.objects.get().formula == 2
    assert reads.both_scores(alice.user_id, at=now + MONTH).counts_already


# --- Everybody -----------------------------------------------------------------------------


def test_the_changelog_has_every_release_with_its_dates_and_hash(client, announced):
    page = client.get(reverse("formula_changes")).content.decode()
    for version in (1, 2):
        release = FormulaRelease.objects.get(version=version)
        assert release.notes in page
        assert releases.constants_of(release).sha256 in page
        assert date_format(release.effective_on) in page


def test_the_changelog_keeps_what_is_not_announced_to_itself(client, first_only, now):
    releasing.announce(plan(now.date() + timedelta(days=1)), today=now.date())
    assert "responds" not in client.get(reverse("formula_changes")).content.decode()


def test_how_much_it_moves_people_is_counted_once_a_day_and_shown(client, announced, now):
    people = [make_scored(f"person{n}", followers=10 * 3**n, at=now) for n in range(FEWEST)]
    make_scored("short", posts=3, at=now)
    tasks.follow_formula()
    deltas = FormulaRelease.objects.get(version=2).deltas
    moved = [reads.both_scores(person.user_id, at=now).change for person in people]
    assert sum(deltas["counts"]) == deltas["people"] == FEWEST
    assert sum(deltas["counts"][:5]) == sum(change < -0.5 for change in moved)
    assert deltas["lost"] == 1
    page = client.get(reverse("formula_changes")).content.decode()
    assert f"the scores of {FEWEST} people change" in page


def test_the_picture_is_not_drawn_of_a_few(client, announced, now):
    make_scored("alice", at=now)
    tasks.follow_formula()
    assert "people change" not in client.get(reverse("formula_changes")).content.decode()


def test_a_large_site_is_counted_by_a_part_of_its_people(announced, now, monkeypatch):
    monkeypatch.setattr(releasing, "MOST_COMPARED", 3)
    for n in range(7):
        make_scored(f"person{n}", at=now)
    releasing.note_deltas(announced, at=now)
    assert announced.deltas["one_of"] == 3
    assert 2 <= announced.deltas["people"] <= 3


def test_chunks_of_accounts_never_part_a_person(announced, now, monkeypatch):
    monkeypatch.setattr(releasing, "ACCOUNTS_AT_ONCE", 1)
    for n in range(3):
        make_scored(f"person{n}", at=now)
    releasing.note_deltas(announced, at=datetime(2026, 11, 22, tzinfo=now.tzinfo))
    assert announced.deltas["people"] == 3


# --- On the day ----------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch):
    """The command lines that were started, instead of processes on the wrong database."""
    lines: list[list[str]] = []
    monkeypatch.setattr(tasks.subprocess, "run", lambda line, **_: lines.append(line))
    return lines


def test_everybody_is_brought_over_once_the_formula_counts(started, announced, now):
    tasks.bring_everybody_over()
    assert started == []
    today = now.date()
    FormulaRelease.objects.filter(version=2).update(announced_on=today, effective_on=today)
    tasks.bring_everybody_over()
    assert [line[2:4] for line in started] == [["rescore", "--all"]]


def test_who_was_brought_over_is_not_brought_again(started, announced, now):
    today = now.date()
    FormulaRelease.objects.filter(version=2).update(announced_on=today, effective_on=today)
    run = RescoreRun.objects.create(formula=2, day=today, started_at=now)
    tasks.bring_everybody_over()
    RescoreRun.objects.filter(pk=run.pk).update(finished_at=now)
    tasks.bring_everybody_over()
    assert len(started) == 1
