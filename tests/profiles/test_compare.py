from __future__ import annotations

import pytest

from profiles.history.comparing import chance, comparison
from scoring.models import CurrentScore
from tests.cast import NOW, make_linked_account, make_person
from tests.profiles.past import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands", "newest_formula_only")]
TODAY = NOW.date()


@pytest.fixture
def alice():
    return scored("alice")


def scored(name, *, is_public=True, **told):
    owner = make_person(name, is_public=is_public)
    account = make_linked_account(owner)
    read(account, ago=1, **told)
    read(account, **told)
    return owner


def test_two_people_have_their_terms_side_by_side(client, alice):
    dora = scored("dora", listed=3000, likes=90, responders=5000.0)
    found = comparison(alice, dora, today=TODAY)
    assert round(sum(pair.one for pair in found.terms), 1) == found.one.points
    assert round(sum(pair.other for pair in found.terms), 1) == found.other.points
    assert round(sum(pair.points for pair in found.terms), 1) == found.points
    html = client.get("/@alice/compare/dora/").content.decode()
    assert all(str(pair.term.name) in html for pair in found.terms)


def test_overlapping_intervals_are_too_close_to_call(client, alice):
    scored("dora")
    html = client.get("/@alice/compare/dora/").content.decode()
    assert "Too close to call" in html
    assert "50 of 100 people would pick" in html


def test_intervals_apart_name_who_is_ahead(client, alice):
    scored("dora", listed=3000, likes=900, responders=5000.0, followers=1_000_000)
    html = client.get("/@alice/compare/dora/").content.decode()
    assert "<bdi>@dora</bdi> is ahead" in html


def test_ten_points_are_odds_of_seven_to_three():
    assert round(chance(100, version="2"), 2) == 0.71
    assert chance(0, version="2") == 0.5


def test_without_the_fitted_formula_for_both_no_chance_is_named(alice):
    dora = scored("dora")
    CurrentScore.objects.filter(user=dora.user).update(formula=1)
    found = comparison(alice, dora, today=TODAY)
    assert (found.chance, found.terms) == (None, ())


def test_both_lines_differ_without_colour_and_are_named(client, alice):
    scored("dora", listed=300)
    html = client.get("/@alice/compare/dora/").content.decode()
    assert html.count('class="chart__line"') == 1
    assert html.count('class="chart__line chart__line--other"') == 1
    assert html.count("chart__names") == 1


def test_somebody_without_a_score_is_compared_in_words(client, alice):
    make_person("newcomer")
    html = client.get("/@alice/compare/newcomer/").content.decode()
    assert "one of them is missing" in html


def test_search_engines_are_kept_out(client, alice):
    scored("dora")
    for path in ("/@alice/compare/", "/@alice/compare/dora/"):
        assert b'<meta name="robots" content="noindex">' in client.get(path).content


def test_the_form_leads_to_the_page(client, alice):
    scored("dora")
    answer = client.get("/@alice/compare/", {"other": "@DORA"})
    assert answer["Location"] == "/@alice/compare/dora/"


def test_a_hidden_person_and_none_are_told_apart_nowhere(client, alice):
    scored("hidden", is_public=False)
    client.force_login(make_person("charlie").user)
    forms = [
        client.get("/@alice/compare/", {"other": who}).context["form"]
        for who in ("hidden", "nobody")
    ]
    assert forms[0].errors == forms[1].errors != {}
    for path in ("/@alice/compare/hidden/", "/@hidden/compare/alice/", "/@alice/compare/nobody/"):
        assert client.get(path).status_code == 404


def test_alice_compares_her_own_hidden_page(client):
    alice = scored("alice", is_public=False)
    scored("dora")
    client.force_login(alice.user)
    assert client.get("/@dora/compare/alice/").status_code == 200


def test_whoever_looks_is_offered_to_compare_with_themselves(client, alice):
    client.force_login(scored("dora").user)
    assert b'href="/@alice/compare/dora/"' in client.get("/@alice/compare/").content
    assert b"Compare with me" not in client.get("/@dora/compare/").content


def test_nobody_is_compared_with_themselves(client, alice):
    form = client.get("/@alice/compare/", {"other": "alice"}).context["form"]
    assert form.errors["other"] == ["That is the same person."]
    assert client.get("/@alice/compare/ALICE/").status_code == 404


@pytest.mark.parametrize("typed", ["", " ", "@", "a" * 500, "../me", "<script>"])
def test_strange_names_are_refused_in_words(client, alice, typed):
    answer = client.get("/@alice/compare/", {"other": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors
