"""What if: the same core, other counts, and nothing stored."""

from __future__ import annotations

import pytest

from profiles.extras.what_if import MOST, STEPS, amount_at, bench, position_of
from scoring.models import CurrentScore
from tests.cast import NOW, make_linked_account, make_person
from tests.scenes import give_score

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return give_score(make_person("alice"), at=NOW)


@pytest.fixture
def own(client, account):
    client.force_login(account.user)
    return client


def name(account, signal):
    return f"{signal}-{account.pk}"


class TestTheEstimate:
    def test_untouched_it_is_the_score(self, account):
        estimate = bench(account.user_id).estimate({})
        current = CurrentScore.objects.get(user=account.user)
        shown = [round(10 * some) for some in (estimate.points, estimate.low, estimate.high)]
        assert shown == [current.tenths, current.low, current.high]
        assert (estimate.difference, estimate.moved) == (0, ())

    @pytest.mark.parametrize("signal", [one for one in MOST if one != "following"])
    def test_more_of_anything_received_never_lowers_it(self, account, signal):
        tried = bench(account.user_id)
        found = [tried.estimate({name(account, signal): at}).points for at in range(0, 101, 10)]
        assert found == sorted(found)

    def test_the_bars_that_change_add_up_to_the_difference(self, account):
        positions = {name(account, "reposts"): 90, name(account, "replies"): 70}
        estimate = bench(account.user_id).estimate(positions)
        moved = sum(bar.difference for bar in estimate.moved)
        assert estimate.difference > 0
        assert moved == pytest.approx(estimate.difference)

    def test_only_what_the_network_tells_can_be_moved(self, account):
        told = {slider.signal for slider in bench(account.user_id).sliders}
        assert "followers" in told
        assert "listed" not in told

    def test_nothing_is_stored(self, own, account):
        before = CurrentScore.objects.values().get()
        own.get("/me/what-if/", {name(account, "followers"): 100})
        assert CurrentScore.objects.values().get() == before


class TestSliders:
    @pytest.mark.parametrize("signal", MOST)
    def test_their_ends_are_nothing_and_the_most(self, signal):
        assert amount_at(signal, 0) == 0
        assert amount_at(signal, STEPS) == pytest.approx(MOST[signal])
        assert position_of(signal, MOST[signal] * 10) == STEPS

    def test_a_slider_at_its_own_place_is_exactly_what_the_person_has(self, account):
        [slider] = [one for one in bench(account.user_id).sliders if one.signal == "followers"]
        assert slider.amount(slider.own_position) == pytest.approx(900, rel=1e-4)


class TestThePage:
    def test_it_shows_the_new_score_and_which_bars_change(self, own, account):
        answer = own.get("/me/what-if/", {name(account, "reposts"): 95})
        html = answer.content.decode()
        assert answer.context["estimate"].difference > 0
        assert all(words in html for words in ("points more than your", "Passed on", "An estimate"))

    @pytest.mark.parametrize("bad", ["101", "-1", "abc", "1e3", "NaN", "9" * 5000])
    def test_a_slider_where_it_cannot_be_is_named_and_nothing_is_computed(self, own, account, bad):
        answer = own.get("/me/what-if/", {name(account, "followers"): bad})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "A slider stands at a whole number from 0 to 100." in html
        assert f'id="error-{name(account, "followers")}"' in html
        assert answer.context["estimate"] is None

    def test_somebody_elses_account_is_no_slider_of_mine(self, own, account):
        other = give_score(make_person("charlie"), at=NOW)
        answer = own.get("/me/what-if/", {name(other, "followers"): 100})
        assert answer.context["estimate"].difference == 0
        assert f"followers-{other.pk}" not in answer.content.decode()

    def test_strangers_are_asked_to_log_in(self, client):
        assert client.get("/me/what-if/").status_code == 302

    def test_without_a_score_it_says_what_is_missing(self, client):
        newcomer = make_person("newcomer")
        make_linked_account(newcomer)
        client.force_login(newcomer.user)
        assert "No score to start from" in client.get("/me/what-if/").content.decode()
