"""Which readings make the score: of networks that allow it, and live before archived."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scoring.formula import PostCounts, Signals, fingerprint, score
from scoring.formula.weights import ARCHIVE_CAP
from scoring.models import Archive, Reading
from scoring.networks.declaring import Policy
from scoring.services.rescoring import rescore
from tests.cast import NOW, declare, make_linked_account, make_person

DAY = timedelta(days=1)
LOUD = Signals(5000, 400, (PostCounts(50, 20, 10),) * 20)
ARCHIVED = Signals(5000, 400, (PostCounts(50, 20, 10),) * 20, from_archive=True)


class TestTheCap:
    def test_an_archive_brings_so_much_and_no_more(self):
        raws = [part.raw for part in score([ARCHIVED]).parts if part.account == 0]
        assert sum(raws) == pytest.approx(ARCHIVE_CAP)
        assert score([ARCHIVED]).tenths == 110

    def test_less_than_that_counts_as_it_is(self):
        few, archived = Signals(3, None, ()), Signals(3, None, (), from_archive=True)
        assert score([archived]).tenths == score([few]).tenths

    def test_beside_a_live_account_it_can_only_add(self):
        assert score([LOUD]).tenths <= score([LOUD, ARCHIVED]).tenths < score([LOUD, LOUD]).tenths

    def test_its_interval_holds_the_score(self):
        low, high = score([ARCHIVED]).interval
        assert low <= 110 <= high

    def test_the_fingerprint_tells_it_from_a_live_one(self):
        assert fingerprint([("a", LOUD)]) != fingerprint([("a", ARCHIVED)])


@pytest.mark.django_db
class TestReadings:
    @pytest.fixture
    def account(self):
        return make_linked_account(make_person("alice"))

    @pytest.fixture
    def archive(self, account):
        return Archive.objects.create(user=account.user, uploaded_at=NOW, state="done")

    def read(self, account, followers, *, at=NOW, archive=None):
        counts = [[9, 9, 9]] * 9
        Reading.objects.create(
            account=account, taken_at=at, followers=followers, posts=counts, archive=archive
        )

    def followers(self, account):
        parts = rescore(account.user_id, at=NOW).parts
        return next(part for part in parts if part["key"] == "followers")

    def test_an_archive_counts_where_there_is_nothing_else_and_is_labelled(self, account, archive):
        self.read(account, 1000, at=NOW - 2000 * DAY, archive=archive)
        assert self.followers(account)["archive"] is True
        assert rescore(account.user_id, at=NOW).tenths == 110

    def test_a_live_reading_wins_even_over_a_later_archive(self, account, archive):
        self.read(account, 10, at=NOW - 5 * DAY)
        self.read(account, 1000, at=NOW, archive=archive)
        part = self.followers(account)
        assert (part["value"], "archive" in part) == (10, False)

    def test_of_two_archives_the_later_day_counts(self, account, archive):
        again = Archive.objects.create(user=account.user, uploaded_at=NOW, state="done", folder="b")
        self.read(account, 2, at=NOW - DAY, archive=archive)
        self.read(account, 1, at=NOW - 9 * DAY, archive=again)
        assert self.followers(account)["value"] == 2

    def test_a_network_that_forbids_it_stays_out_of_the_score(self, account, monkeypatch):
        declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
        self.read(account, 1000)
        assert rescore(account.user_id, at=NOW) is None

    def test_unless_the_operator_has_leave(self, account, monkeypatch, settings):
        declare(monkeypatch, policy=Policy("https://example.net/terms", may_score=False))
        settings.IN_SCORE = frozenset({"mastodon"})
        self.read(account, 1000)
        assert self.followers(account)["value"] == 1000
