"""What stands behind each bar: who may see it, and that it works out to the points shown."""

from __future__ import annotations

from datetime import timedelta
from math import exp, log1p

import pytest
from django.urls import reverse

from profiles import selectors
from scoring.models import BusyResponder, CurrentScore, Post
from scoring.networks.declaring import Policy
from scoring.services import storing
from scoring.services.packing import repack
from scoring.services.rescoring import rescore
from tests.cast import NOW, declare, make_linked_account, make_pages, make_person, post_seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
KEYS = ("audience", "ratio", "lists", "people", "reposts", "replies", "likes", "steady")


@pytest.fixture
def alice():
    return make_person("alice")


def read(owner, name="", *, counts=((4, 2, 1), (9, 0, 3)), posts=12, **pages):
    account = make_linked_account(owner, name, refreshed_at=NOW)
    seen = [post_seen(n + 1, received=counts[n % len(counts)]) for n in range(posts)]
    told = make_pages(posts=seen, **{"who": ["bob@x", "eve@x"], **pages})
    storing.store_observations(account, told, at=NOW)
    repack(account, at=NOW)
    rescore(owner.user_id, at=NOW)
    return account


def behind(owner, account, key):
    return selectors.evidence(owner, account.pk, key, is_own=True)


def address(account, key="likes"):
    return reverse("part", args=["alice", account.pk, key])


@pytest.mark.parametrize("key", KEYS)
def test_every_bar_has_a_page(alice, client, key):
    account = read(alice)
    assert client.get(address(account, key)).status_code == 200


def test_where_more_people_like_a_post_than_are_known_the_page_says_so(alice):
    account = read(alice, counts=((30, 0, 0),))
    line = behind(alice, account, "people").lines[0]
    assert "as many people as the likes of a typical post" in line.words
    assert line.formula == "30.0000"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("others", [0, 1])
def test_the_last_line_is_the_points_of_the_bar(alice, key, others):
    account = read(alice)
    for number in range(others):
        read(alice, f"other{number}", followers=900)
    found = behind(alice, account, key)
    points = float(found.lines[-1].formula.rsplit("= ", 1)[1])
    assert points == pytest.approx(found.part.points, abs=0.1)


def test_the_typical_post_works_out_from_the_posts_of_the_table(alice):
    account = read(alice)
    found = behind(alice, account, "likes")
    counts = [row.count for row in found.posts]
    typical = exp(sum(map(log1p, counts)) / len(counts)) - 1
    assert len(counts) == 12
    assert found.part.value == pytest.approx(typical, rel=1e-5)


def test_posts_that_came_after_the_reading_are_not_in_the_table(alice):
    account = read(alice)
    later = NOW + timedelta(hours=1)
    Post.objects.create(account=account, uid="new", created_at=later, favourites=99)
    assert len(behind(alice, account, "likes").posts) == 12


def test_steady_counts_the_posts_that_received_as_much_as_their_place(alice):
    account = read(alice, counts=((1, 0, 0), (3, 2, 1)))
    rows = behind(alice, account, "steady").posts
    assert [row.rank for row in rows if row.counts] == [1, 2, 3, 4, 5, 6]
    assert behind(alice, account, "steady").part.said == "6"


def test_people_who_respond_to_everything_are_said_to_count_less(alice):
    account = read(alice)
    number = Post.objects.filter(account=account).first().responders[0]
    BusyResponder.objects.create(number=number, responses=400)
    crowd = behind(alice, account, "people").crowd
    assert (crowd.distinct, crowd.busy, crowd.weighted) == (2, 1, pytest.approx(1.1))


def test_followers_beyond_those_who_respond_are_said_not_to_count(alice, client):
    account = read(alice, followers=61_000)
    html = client.get("/@alice/").content.decode()
    assert "of 61,000 followers: 20 count for each person who responds" in html
    assert "61,000" in client.get(address(account, "audience")).content.decode()


def test_what_is_not_told_is_marked_as_guessed(alice, client):
    account = read(alice)
    assert "part--guessed" in client.get("/@alice/").content.decode()
    assert "guessed from" in client.get(address(account, "lists")).content.decode()


@pytest.mark.parametrize("who", ["", "charlie"])
def test_behind_a_hidden_profile_there_is_nothing_for_others(client, who):
    account = read(make_person("alice", is_public=False))
    if who:
        client.force_login(make_person(who).user)
    assert client.get(address(account)).status_code == 404


def test_its_owner_sees_behind_a_hidden_profile(client):
    alice = make_person("alice", is_public=False)
    account = read(alice)
    client.force_login(alice.user)
    html = client.get(address(account)).content.decode()
    assert reverse("appeal") in html


def test_an_account_of_somebody_else_is_not_found_under_a_name(alice, client):
    read(alice)
    theirs = read(make_person("bob"), "bob")
    assert client.get(address(theirs)).status_code == 404


@pytest.mark.parametrize("key", ["base", "nothing"])
def test_what_is_no_bar_of_an_account_has_no_page(alice, client, key):
    assert client.get(address(read(alice), key)).status_code == 404


def test_what_a_network_forbids_to_show_only_its_owner_sees(alice, client, monkeypatch):
    account = read(alice)
    declare(monkeypatch, policy=Policy("https://example.net/terms", may_show=False))
    assert client.get(address(account)).status_code == 404
    assert address(account) not in client.get("/@alice/").content.decode()
    client.force_login(alice.user)
    assert client.get(address(account)).status_code == 200


def test_parts_of_the_old_formula_have_pages_too(alice, client):
    account = read(alice)
    CurrentScore.objects.filter(user=alice.user).update(formula=1)
    found = behind(alice, account, "favourites")
    points = float(found.lines[-1].formula.rsplit("= ", 1)[1])
    assert points == pytest.approx(found.part.points, abs=0.1)
    assert client.get(address(account, "favourites")).status_code == 200


def test_without_a_number_there_is_nothing_behind_it(alice, client):
    account = read(alice, posts=3)
    assert client.get(address(account)).status_code == 404
