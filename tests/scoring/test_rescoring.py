"""What makes the score: of networks that allow it, live before archived, and of others than me."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scoring import selectors
from scoring.formula import change, explain, load, unpack
from scoring.formula.signals import FIELD, amount_of
from scoring.models import (
    AccountSignals,
    Archive,
    CurrentScore,
    FormulaRelease,
    Post,
    Reading,
    ScoreDay,
    SignalsDay,
)
from scoring.networks.declaring import Policy
from scoring.services import packing
from scoring.services.rescoring import rescore
from scoring.services.storing import store_observations
from tests.cast import (
    NOW,
    declare,
    make_linked_account,
    make_pages,
    make_person,
    make_score,
    post_seen,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice():
    return make_person("alice")


@pytest.fixture
def account(alice):
    return make_linked_account(alice)


def signal(account, name):
    (row,) = unpack([AccountSignals.objects.get(account=account).packed])
    return amount_of(name, float(row[FIELD[name]]))


class TestWhichReading:
    @pytest.fixture
    def archive(self, account):
        return Archive.objects.create(user=account.user, uploaded_at=NOW, state="done")

    def read(self, account, followers, *, at=NOW, archive=None, posts=0):
        Reading.objects.create(
            account=account, taken_at=at, followers=followers, archive=archive, responders=900
        )
        Post.objects.bulk_create(
            Post(
                account=account,
                archive=archive,
                uid=f"{at:%j}-{n}",
                created_at=at - n * DAY,
                favourites=900,
                responders=list(range(900)),
            )
            for n in range(posts)
        )

    def repacked(self, account):
        packing.repack(account, at=NOW)
        return rescore(account.user_id, at=NOW)

    def test_an_archive_counts_where_there_is_nothing_else_up_to_its_cap(self, account, archive):
        self.read(account, 10**6, at=NOW - 2000 * DAY, archive=archive, posts=30)
        now = self.repacked(account)
        curve = load(str(now.formula)).points
        most = 1 + load(str(now.formula)).archive_cap * (curve[-1][1] - 1) / curve[-1][0]
        assert now.posts == 30
        assert now.tenths == round(most * 10)

    def test_a_live_reading_wins_even_over_a_later_archive(self, account, archive):
        self.read(account, 10, at=NOW - 5 * DAY)
        self.read(account, 1000, at=NOW, archive=archive)
        self.repacked(account)
        assert signal(account, "followers") == pytest.approx(10)

    def test_of_two_archives_the_later_day_counts(self, account, archive):
        again = Archive.objects.create(user=account.user, uploaded_at=NOW, state="done", folder="b")
        self.read(account, 2, at=NOW - DAY, archive=archive)
        self.read(account, 1, at=NOW - 9 * DAY, archive=again)
        self.repacked(account)
        assert signal(account, "followers") == pytest.approx(2)

    def test_where_the_last_reading_is_gone_the_account_counts_no_more(self, account):
        self.read(account, 10, at=NOW)
        packing.repack(account, at=NOW - DAY)
        Reading.objects.all().delete()
        assert self.repacked(account) is None
        assert bytes(SignalsDay.objects.get(day=NOW.date()).packed) == b""


class TestTheScoreOfTheDay:
    def test_a_network_that_forbids_it_stays_out_of_the_score(self, alice, monkeypatch):
        declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
        make_score(alice)
        assert not CurrentScore.objects.exists()

    def test_unless_the_operator_has_leave(self, alice, monkeypatch, settings):
        declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
        settings.IN_SCORE = frozenset({"mastodon"})
        assert make_score(alice) > 10

    def test_who_falls_below_ten_posts_has_no_score_of_today(self, alice):
        make_score(alice, posts=12)
        make_score(alice, posts=9)
        assert CurrentScore.objects.get().tenths is None
        assert not ScoreDay.objects.exists()

    def test_the_formula_that_counts_today_is_used_and_noted(self, alice):
        for version, day in ((1, NOW - DAY), (2, NOW + DAY)):
            days = {"effective_on": day.date(), "side_by_side_until": day.date()}
            FormulaRelease.objects.update_or_create(
                version=version, defaults={"announced_on": (NOW - DAY).date(), **days}
            )
        first = make_score(alice)
        second = make_score(alice, at=NOW + DAY)
        assert list(ScoreDay.objects.values_list("formula", "tenths").order_by("day")) == [
            (1, first),
            (2, second),
        ]

    def test_accounts_read_before_the_upgrade_are_packed_with_the_first_that_needs_them(
        self, alice
    ):
        score = make_score(alice)
        AccountSignals.objects.all().delete()
        assert selectors.explained(alice.user_id) is None
        assert rescore(alice.user_id, at=NOW).tenths == score


class TestWhatADayKeeps:
    def test_signals_that_are_what_they_were_take_no_further_row(self, account):
        pages = make_pages(posts=[post_seen(n) for n in range(12)], who=["bob@x"])
        for at in (NOW, NOW + DAY):
            store_observations(account, pages, at=at)
        store_observations(account, make_pages(followers=9, posts=()), at=NOW + 2 * DAY)
        assert sorted(row.day for row in SignalsDay.objects.all()) == [
            NOW.date(),
            (NOW + 2 * DAY).date(),
        ]
        assert selectors.signals_on(account.user_id, (NOW + DAY).date()).keys() == {account.pk}

    def test_a_stored_day_can_be_taken_apart_to_the_tenth(self, alice):
        later = NOW + 5 * DAY
        make_score(alice, at=NOW, followers=100)
        make_score(alice, at=later, followers=9000, who=[f"fan{n}@x" for n in range(300)])
        before, after = selectors.score_history(alice.user_id, until=later.date(), days=30)
        rows = [selectors.signals_on(alice.user_id, day.day) for day in (before, after)]
        days = tuple(selectors.days_since_1970(day.day) for day in (before, after))
        for day, told, number in zip((before, after), rows, days, strict=True):
            parts = explain(told, version=day.formula, day=number).parts
            assert sum(part.tenths for part in parts) == day.tenths
        found = change(*rows, versions=(before.formula, after.formula), days=days)
        assert (found.connection, found.data) == (0, after.tenths - before.tenths)
        assert found.data > 0


class TestWhoCounts:
    def responders(self, account, who):
        store_observations(account, make_pages(posts=[post_seen(1)], who=who), at=NOW)
        return signal(account, "responders")

    def test_people_are_counted_once_however_often_they_respond(self, account):
        posts = [post_seen(n) for n in range(12)]
        store_observations(account, make_pages(posts=posts, who=["bob@x", "eve@x"]), at=NOW)
        assert signal(account, "responders") == pytest.approx(2)

    def test_nobody_responds_to_themselves(self, account):
        assert self.responders(account, [account.handle, "bob@x"]) == pytest.approx(1)
