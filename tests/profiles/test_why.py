from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from profiles.history import reads
from scoring.models import FormulaRelease, ScoreDay, SignalsDay
from scoring.networks import NETWORKS
from tests.cast import NOW, declare, make_linked_account, make_person
from tests.profiles.past import disconnect, path_of, read, second_account, store_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands", "newest_formula_only")]
TODAY = NOW.date()


@pytest.fixture
def alice():
    return make_person("alice")


def why_of(owner, ago=0, hidden=()):
    day = TODAY - timedelta(days=ago)
    return reads.day_page(owner.user_id, day, today=TODAY, hidden=hidden).why


def added_up(why):
    return sum(reason.tenths for reason in why.reasons)


def test_more_responders_are_named_with_before_and_after(alice):
    account = make_linked_account(alice)
    read(account, ago=1, responders=20.0)
    read(account, responders=400.0)
    why = why_of(alice)
    (part,) = [p for p in why.accounts[0].parts if p.words == "more people responded on Mastodon"]
    assert (part.before, part.after) == ("20", "400")
    assert part.tenths > 0


@pytest.mark.parametrize("likes", [0, 9, 300])
def test_the_reasons_add_up_to_the_difference(alice, likes):
    first, second = make_linked_account(alice), second_account(alice)
    read(first, ago=1)
    read(second, ago=1, likes=7, listed=40)
    read(first, likes=likes, followers=5000, responders=90.0)
    read(second, listed=None, following=400)
    why = why_of(alice)
    assert why.tenths != 0
    assert added_up(why) == why.tenths


def test_all_three_kinds_of_reasons_on_one_day_add_up(alice):
    release = {"announced_on": TODAY, "side_by_side_until": TODAY}
    FormulaRelease.objects.create(
        version=1,
        effective_on=TODAY - timedelta(days=9),
        **{**release, "announced_on": TODAY - timedelta(days=9)},
    )
    first, second, third = (
        make_linked_account(alice),
        second_account(alice),
        second_account(alice, "github"),
    )
    read(first, ago=1)
    read(third, ago=1)
    FormulaRelease.objects.create(version=2, effective_on=TODAY, **release)
    disconnect(third)
    read(second)
    read(first, likes=40)
    why = why_of(alice)
    assert (why.before.formula, why.after.formula) == ("1", "2")
    assert why.connection.words == "Bluesky connected, GitHub disconnected"
    assert why.formula.words == "formula 2 counts instead of formula 1"
    assert why.accounts
    assert added_up(why) == why.tenths


def test_a_new_account_is_a_reason_of_its_own(alice):
    read(make_linked_account(alice), ago=1)
    read(second_account(alice))
    why = why_of(alice)
    assert (why.connection.words, why.connection.tenths) == ("Bluesky connected", why.tenths)


def test_a_network_that_tells_no_more_is_said_so(alice):
    account = make_linked_account(alice)
    read(account, ago=1, listed=500)
    read(account, listed=None)
    words = [part.words for part in why_of(alice).accounts[0].parts]
    assert "Curated by others: Mastodon tells it no more" in words


def test_the_first_day_has_nothing_before_it(client, alice):
    read(make_linked_account(alice))
    assert "nothing to compare with" in client.get(path_of("alice", 0)).content.decode()


def test_it_says_when_signals_are_no_longer_kept(client, alice):
    store_days(alice, {1: 400, 0: 412})
    html = client.get(path_of("alice", 0)).content.decode()
    assert "no longer kept" in html
    assert "+1.2" in html


def test_signals_that_give_another_number_explain_nothing(alice):
    account = make_linked_account(alice)
    read(account, ago=1)
    read(account, likes=50)
    ScoreDay.objects.filter(user=alice.user, day=TODAY).update(low=10, tenths=11, high=1000)
    assert not why_of(alice).kept
    SignalsDay.objects.all().delete()
    assert not why_of(alice).kept


def test_the_page_shows_the_sum(client, alice):
    account = make_linked_account(alice)
    read(account, ago=1)
    read(account, likes=50)
    html = client.get(path_of("alice", 0)).content.decode()
    why = why_of(alice)
    assert "posts are liked more on Mastodon" in html
    assert f"+{why.points}" in html
    assert path_of("alice", 1) in html


def test_charlie_sees_only_points_where_the_network_forbids_more(client, alice, monkeypatch):
    policy = replace(NETWORKS["mastodon"].policy, may_show=False)
    declare(monkeypatch, policy=policy)
    account = make_linked_account(alice)
    read(account, ago=1, responders=20.0)
    read(account, responders=12345.0)
    client.force_login(make_person("charlie").user)
    seen = client.get(path_of("alice", 0)).content.decode()
    client.force_login(alice.user)
    own = client.get(path_of("alice", 0)).content.decode()
    assert "12,345" in own
    assert account.handle in own
    assert "12,345" not in seen
    assert account.handle not in seen
    assert "only points" in seen
    assert added_up(why_of(alice, hidden={"mastodon"})) == why_of(alice).tenths


def test_a_line_names_the_largest_reasons_and_adds_the_rest(alice):
    account = make_linked_account(alice)
    read(account, ago=1)
    read(account, likes=40, followers=900, responders=300.0, listed=90)
    why = why_of(alice)
    assert len(why.in_a_line) == 3
    assert sum(reason.tenths for reason in why.in_a_line) == why.tenths
