"""The sum on the page: reasons, peers, the percentile, and what stands there without a number."""

from __future__ import annotations

import pytest

from profiles import selectors
from profiles.models import User
from scoring.models import AccountSignals, CurrentScore
from tests.cast import NOW, make_person
from tests.profiles.test_pages import page_of
from tests.profiles.test_parts import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


@pytest.fixture
def alice():
    return make_person("alice")


def bars(score):
    return {part.key: part for group in score.groups for part in group.parts}


def test_what_holds_it_up_is_what_brings_most_of_what_was_told(alice):
    read(alice)
    score = page_of(alice).score
    told = [part for part in bars(score).values() if part.told and part.value is not None]
    most = sorted(told, key=lambda part: -part.points)[:3]
    assert [reason.key for reason in score.helps] == [part.key for part in most]


def test_the_first_limit_is_what_is_furthest_below_accounts_of_the_same_size(alice):
    read(alice, followers=5000, counts=((0, 0, 0), (1, 0, 0)))
    score = page_of(alice).score
    told = [part for part in bars(score).values() if part.told and part.typical is not None]
    gaps = {part.key: part.typical - part.points for part in told}
    first = score.limits[0]
    assert first.key == max(gaps, key=gaps.get)
    assert first.points == pytest.approx(gaps[first.key], abs=0.05)
    assert "where others of this size have" in first.words


def test_who_is_as_is_typical_is_shown_where_most_room_is_left(alice):
    crowd = [f"p{n}@x" for n in range(40)]
    read(alice, followers=300, counts=((30, 20, 20), (40, 20, 20)), who=crowd)
    score = page_of(alice).score
    told = [part for part in bars(score).values() if part.told and part.typical is not None]
    room = {part.key: part.cap - part.points for part in told}
    assert score.limits[0].key == max(room, key=room.get)
    assert len({reason.key for reason in score.limits}) == 3


def test_a_peer_of_whom_only_the_followers_are_known_is_typical(alice):
    read(alice, followers=300)
    audience = bars(page_of(alice).score)["audience"]
    assert audience.points == pytest.approx(audience.typical, abs=2)


def test_the_bars_of_three_accounts_add_up(alice):
    for name in ("one", "two", "three"):
        read(alice, name, followers=len(name) * 100)
    score = page_of(alice).score
    assert round(sum(group.points for group in score.groups), 1) == score.points
    assert {reason.where for reason in score.helps} == {"Mastodon"}


def test_the_old_formula_is_drawn_by_its_own_names_and_without_odds(alice, client):
    read(alice)
    CurrentScore.objects.update(formula=1)
    score = page_of(alice).score
    assert {"favourites", "responders"} <= bars(score).keys()
    assert (score.odds, score.has_peers) == (None, False)
    assert client.get("/@alice/").status_code == 200


def test_ten_points_are_said_in_odds(alice, client):
    read(alice)
    odds = page_of(alice).score.odds
    assert odds == pytest.approx(2.43, abs=0.01)
    assert "odds of 2.4 to 1" in client.get("/@alice/").content.decode()


@pytest.mark.parametrize("own", [True, False])
def test_on_three_posts_there_is_no_number(alice, client, own):
    read(alice, posts=3)
    if own:
        client.force_login(alice.user)
    html = client.get("/me/" if own else "/@alice/").content.decode()
    assert "<b>3</b> of 10 posts" in html
    assert 'class="badge' not in html
    assert ("What would help" in html) is own


def test_a_number_from_before_signals_were_kept_stands_without_bars(alice, client):
    read(alice)
    AccountSignals.objects.all().delete()
    score = page_of(alice).score
    assert score.groups == ()
    assert (
        "The next reading of the accounts brings the bars"
        in client.get("/@alice/").content.decode()
    )


class TestPlace:
    """Among the people here: apart from the score."""

    def others(self, *tenths):
        people = [User(email=f"p{n}@example.org", password="!") for n in range(len(tenths))]
        users = User.objects.bulk_create(people)
        CurrentScore.objects.bulk_create(
            CurrentScore(
                user=user, tenths=t, low=10, high=1000, posts=50, day=NOW.date(), formula=2
            )
            for user, t in zip(users, tenths, strict=True)
        )

    def test_of_fewer_than_a_hundred_nothing_is_said(self):
        self.others(*[500] * 99)
        assert selectors.place(tenths=600, low=550, high=650) is None

    def test_it_counts_who_stands_below_the_number_and_both_ends(self):
        self.others(*[300] * 50, *[400] * 30, *[500] * 20)
        found = selectors.place(tenths=450, low=350, high=550)
        assert (found.below, found.low, found.high) == (80, 50, 99)

    def test_equals_are_not_below(self):
        self.others(*[300] * 60, *[500] * 40)
        assert selectors.place(tenths=500, low=500, high=500).below == 60

    def test_the_page_says_a_range_and_not_a_rank(self, alice, client):
        self.others(*range(100, 300, 2), *range(450, 650, 2))
        read(alice)
        place = page_of(alice).place
        assert (
            f"between {place.low} and {place.high} of 100"
            in client.get("/@alice/").content.decode()
        )
