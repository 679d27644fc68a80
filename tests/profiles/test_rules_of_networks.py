"""What the networks' rules keep out of the score, or out of the public's sight."""

from __future__ import annotations

import pytest

from profiles import selectors
from scoring import selectors as scoring
from scoring.formula import pack
from scoring.formula.signals import FIELD
from scoring.models import AccountSignals, Reading
from scoring.networks.declaring import Policy
from scoring.services import storing
from tests.cast import NOW, declare, make_linked_account, make_pages, make_person, post_seen
from tests.scenes import rescored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
TERMS = "https://example.net/terms"


@pytest.fixture
def alice():
    return make_person("alice")


def read(owner, *names, network="mastodon", hashtags=("cats",)):
    account = make_linked_account(owner, *names, refreshed_at=NOW)
    account.network = network
    account.save()
    posts = [post_seen(n, hashtags=hashtags, text=f"{network} {n}") for n in range(12)]
    storing.store_observations(account, make_pages(followers=1234, posts=posts), at=NOW)
    rescored(account, at=NOW)
    return account


def page_of(owner, *, is_own=False):
    return selectors.profile_page(owner, is_own=is_own, at=NOW)


class TestOutOfTheScore:
    def test_nothing_is_derived_from_it(self, alice):
        read(alice, network="youtube")
        page = page_of(alice)
        assert (page.score, page.topics, page.best_posts) == (None, (), ())

    def test_beside_another_account_it_changes_nothing(self, alice):
        read(alice)
        before = page_of(alice).score
        read(alice, "films", network="youtube")
        assert page_of(alice).score == before

    def test_the_page_says_so_and_shows_its_figures_as_they_are(self, alice, client):
        read(alice, network="youtube")
        html = client.get("/@alice/").content.decode()
        assert "1,234 subscribers" in html
        assert "Not part of the score: YouTube" in html
        assert "nothing could be read" not in html

    def test_once_the_leave_is_taken_back_no_score_stands_on_it(self, alice, settings):
        settings.IN_SCORE = ("youtube",)
        read(alice, network="youtube")
        assert page_of(alice).score
        settings.IN_SCORE = ()
        assert page_of(alice).score is None


class TestOutOfSight:
    @pytest.fixture
    def hidden(self, alice, monkeypatch):
        declare(monkeypatch, policy=Policy(TERMS, may_show=False))
        return read(alice)

    def test_others_see_its_points_and_nothing_of_what_they_come_from(self, alice, hidden, client):
        html = client.get("/@alice/").content.decode()
        assert "not shown: the network" in html
        assert all(told not in html for told in ("1,234", hidden.handle, "#cats", "mastodon 1"))

    def test_its_owner_sees_all_of_it(self, alice, hidden, client):
        client.force_login(alice.user)
        html = client.get("/me/").content.decode()
        assert all(told in html for told in ("1,234", hidden.handle, "#cats"))

    def test_how_choosy_those_are_who_respond_only_its_owner_reads(self, alice, hidden, client):
        (row,) = scoring.signals_of(alice.user_id).values()
        row[FIELD["selectivity"]] = 0.61
        AccountSignals.objects.update(packed=pack(row))
        assert "61%" not in client.get("/@alice/factors/").content.decode()
        assert page_of(alice).subscores.relevance is None
        client.force_login(alice.user)
        assert "61%" in client.get("/@alice/factors/").content.decode()
        assert page_of(alice, is_own=True).subscores.relevance.selectivity == pytest.approx(0.61)


class TestSilence:
    """What a line of the sum says where the network told nothing of it."""

    def notes(self, owner):
        groups = page_of(owner).score.groups
        return {(g.account, p.key): f"{p.silence}{p.note}" for g in groups for p in g.parts}

    def test_an_empty_account_is_not_one_whose_network_does_not_tell(self, alice):
        read(alice)
        empty = make_linked_account(alice, "quiet", refreshed_at=NOW)
        storing.store_observations(empty, make_pages(posts=[]), at=NOW)
        rescored(empty, at=NOW)
        said = self.notes(alice)[empty.pk, "replies"]
        assert said.startswith("no public posts to count")

    def test_followers_that_are_hidden_are_not_told_whatever_else_there_is(self, alice):
        account = make_linked_account(alice, refreshed_at=NOW)
        pages = make_pages(followers=None, posts=[post_seen(n) for n in range(12)])
        storing.store_observations(account, pages, at=NOW)
        rescored(account, at=NOW)
        assert self.notes(alice)[account.pk, "audience"].startswith("not told by the network")

    def test_what_a_network_never_tells_is_counted_as_is_typical(self, alice):
        account = make_linked_account(alice, refreshed_at=NOW, network="github")
        posts = [post_seen(n, received=(4, 2, None)) for n in range(12)]
        storing.store_observations(account, make_pages(posts=posts), at=NOW)
        rescored(account, at=NOW)
        said = self.notes(alice)[account.pk, "replies"]
        assert said == "not told by the network: counted as is typical for what it tells"


def test_the_largest_counts_that_a_network_may_tell_fit_everywhere(alice, client):
    most = 2**53 - 1
    account = make_linked_account(alice, refreshed_at=NOW)
    posts = [post_seen(n, received=(most, most, most), views=most) for n in range(12)]
    storing.store_observations(account, make_pages(followers=most, posts=posts), at=NOW)
    rescored(account, at=NOW)
    assert client.get("/@alice/").status_code == 200
    assert page_of(alice).score.points <= 100
    assert (Reading.objects.get().followers, Reading.objects.get().posts[0]) == (most, [most] * 3)


def test_repositories_are_not_called_posts(alice):
    read(alice, network="github")
    lines = {part.key: str(part.counted) for part in page_of(alice).score.groups[0].parts}
    assert lines["likes"] == "stars of a typical repository"


def test_where_only_views_are_told_they_move_a_post(alice):
    account = make_linked_account(alice, refreshed_at=NOW, network="twitch")
    posts = [post_seen(n, received=(None, None, None), views=n) for n in range(3)]
    storing.store_observations(account, make_pages(posts=posts), at=NOW)
    rescored(account, at=NOW)
    assert [post.views for post in page_of(alice).best_posts] == [2, 1]
