"""Moments: what got most against the usual of its account, over all networks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from profiles.extras.moments import moments
from profiles.models import Profile
from scoring.models import Archive, Post
from scoring.networks.declaring import Policy
from tests.cast import NOW, declare, make_linked_account, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
TERMS = "https://example.net/terms"


@pytest.fixture
def alice():
    return make_person("alice")


def posts(account, *received, ago=1, **fields):
    """One post for each number of likes, newest first."""
    return Post.objects.bulk_create(
        Post(
            account=account,
            uid=f"{ago + number}-{likes}",
            text=f"{account.network} with {likes} likes",
            created_at=NOW - timedelta(days=ago + number),
            favourites=likes,
            **fields,
        )
        for number, likes in enumerate(received)
    )


def found(alice, **options):
    return moments(alice, **{"at": NOW, "is_own": False} | options)


class TestWhichComeFirst:
    def test_what_beats_its_own_accounts_usual_the_most(self, alice):
        posts(make_linked_account(alice, "loud"), 900, 1000, 1000, 2000, 800)
        posts(make_linked_account(alice, "quiet"), 3, 3, 21, 2, 4)
        first, second = found(alice)[:2]
        assert (first.received, first.times) == (21, 7)
        assert (second.received, second.times) == (2000, 2)

    def test_the_page_says_how_many_times_the_usual(self, alice, client):
        posts(make_linked_account(alice), 3, 3, 21, 2, 4)
        html = " ".join(client.get("/@alice/moments/").content.decode().split())
        assert "<b>7×</b> the usual" in html

    def test_one_response_where_none_is_usual_is_one(self, alice):
        posts(make_linked_account(alice), 0, 0, 0, 1)
        assert [moment.times for moment in found(alice)] == [1]

    def test_views_count_where_nothing_else_is_told(self, alice):
        posts(make_linked_account(alice), None, None, None, views=50)
        Post.objects.filter(uid="2-None").update(views=500)
        assert found(alice)[0].times == 10

    def test_what_is_older_than_ninety_days_is_there_on_request(self, alice, client):
        account = make_linked_account(alice)
        posts(account, 3, 3)
        posts(account, 77, ago=91)
        assert "77 likes" not in client.get("/@alice/moments/").content.decode()
        assert "77 likes" in client.get("/@alice/moments/?all=1").content.decode()

    def test_a_post_dated_to_tomorrow_waits_for_it(self, alice):
        posts(make_linked_account(alice), 5, ago=-1)
        assert found(alice) == ()

    def test_counts_beyond_any_integer_are_borne(self, alice):
        account = make_linked_account(alice)
        posts(account, 2**62, reposts=2**62)
        posts(account, 3, ago=9)
        assert found(alice)[0].received == 2**63

    def test_twenty_are_enough(self, alice):
        posts(make_linked_account(alice), *[5] * 30)
        assert len(found(alice)) == 20


class TestWithWhom:
    def test_people_who_agreed_are_named_and_the_others_counted(self, alice, client):
        for name, number in (("bob", 22), ("charlie", 33)):
            make_linked_account(make_person(name), person_number=number)
        Profile.objects.exclude(handle="charlie").update(shows_ties=True)
        posts(make_linked_account(alice), 9, responders=[22, 33, 44])
        html = " ".join(client.get("/@alice/moments/").content.decode().split())
        assert '<a href="/@bob/"><bdi>@bob</bdi></a> and 2 other people responded' in html
        assert "charlie" not in html

    def test_where_alice_did_not_agree_nobody_is_named(self, alice, client):
        make_linked_account(make_person("bob"), person_number=22)
        Profile.objects.filter(handle="bob").update(shows_ties=True)
        posts(make_linked_account(alice), 9, responders=[22, 33])
        html = client.get("/@alice/moments/").content.decode()
        assert "2 different people responded" in html
        assert "bob" not in html

    def test_nobody_knows_is_not_nobody(self, alice, client):
        posts(make_linked_account(alice), 9)
        assert "Who responded is not told" in client.get("/@alice/moments/").content.decode()


class TestTheRulesOfNetworks:
    def test_what_may_not_be_shown_is_there_for_its_owner_only(self, alice, monkeypatch):
        declare(monkeypatch, policy=Policy(TERMS, may_show=False))
        posts(make_linked_account(alice), 9)
        assert found(alice) == ()
        assert len(found(alice, is_own=True)) == 1

    def test_what_may_not_be_ranked_is_there_for_nobody(self, alice, monkeypatch):
        declare(monkeypatch, policy=Policy(TERMS, may_score=False))
        posts(make_linked_account(alice), 9)
        assert found(alice, is_own=True) == ()

    def test_what_came_in_an_archive_says_so(self, alice, client):
        archive = Archive.objects.create(user=alice.user, uploaded_at=NOW, state="done")
        posts(make_linked_account(alice), 9, archive=archive)
        assert "From an archive" in client.get("/@alice/moments/").content.decode()


def test_many_posts_and_people_cost_no_more_queries(alice, django_assert_num_queries):
    Profile.objects.update(shows_ties=True)
    alice.refresh_from_db()
    account = make_linked_account(alice)
    posts(account, *range(1, 30), responders=list(range(500)))
    with django_assert_num_queries(3):
        found(alice)
