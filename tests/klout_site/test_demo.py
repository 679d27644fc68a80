from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from klout_site.demo import LOGINS, fill, history, people, posting
from perks.models import Brand, BrandMember, Perk, Unit
from perks.services import Details, claim_perk, create_perk, publish_perk
from profiles.models import Profile, User
from scoring import selectors as scoring
from scoring.models import (
    AccountSignals,
    CurrentScore,
    LinkedAccount,
    Post,
    Reading,
    ScoreDay,
    SignalsDay,
    Suppression,
)
from scoring.services import linking
from tests import scenes
from tests.cast import NOW, make_linked_account, make_person


@pytest.fixture
def small(monkeypatch):
    """A small world of ordinary people is as good where it is made again and again."""
    monkeypatch.setattr(people, "HOW_MANY", 20)
    monkeypatch.setattr(people, "STARS", (100_000,))
    monkeypatch.setattr(people, "WELL_KNOWN", (10_000,))
    monkeypatch.setattr(people, "ALICES_DAYS", 30)
    monkeypatch.setattr(history, "DAYS_BETWEEN_READINGS", 30)


@pytest.fixture
def few(small, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def demo(*options):
    out = io.StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def rows():
    kept = (Post, Reading, AccountSignals, SignalsDay, CurrentScore, ScoreDay)
    models = (User, Profile, LinkedAccount, *kept, Brand, Perk, Unit)
    return Counter({model.__name__: model.objects.count() for model in models})


def test_the_same_number_makes_the_same_people(small):
    assert people.everybody(seed=5, at=NOW) == people.everybody(seed=5, at=NOW)


def test_another_number_makes_other_people(small):
    one, other = people.everybody(seed=1, at=NOW), people.everybody(seed=2, at=NOW)
    assert {p.handle for p in one} != {p.handle for p in other}


@pytest.fixture(scope="module")
def large():
    return people.everybody(seed=1, at=NOW)


def test_everybody_has_a_handle_of_their_own_that_the_site_accepts(large):
    handles = [person.handle for person in large]
    assert len(set(handles)) == len(handles)
    for handle in handles:
        Profile(handle=handle).clean_fields(exclude=["user", "is_public"])


def test_responses_come_in_over_days_and_never_go(large):
    account = large[0].accounts[0]
    post = account.posts[-1]
    moments = [post.created_at + posting.ALL_ARRIVED_AFTER * part / 8 for part in range(9)]
    seen = [len(post.responders_until(moment)) for moment in moments]
    assert seen == sorted(seen)
    assert post.counts(moments[-1]) == post.received


def test_it_says_what_it_made_and_how_to_log_in(few):
    said = demo()
    assert said.startswith("20 made-up people")
    assert all(login.email in said and login.password in said for login in LOGINS)


def test_a_second_time_changes_nothing(few):
    demo()
    before = rows()
    assert "already: 20 people" in demo()
    assert rows() == before


def test_if_empty_is_quiet_where_somebody_is(few):
    make_person("alice")
    assert demo("--if-empty") == ""
    assert User.objects.count() == 1


def test_if_empty_fills_an_empty_site(few):
    demo("--if-empty")
    assert User.objects.count() == 20


def test_removing_leaves_nothing_behind(few, tmp_path, django_capture_on_commit_callbacks):
    demo()
    assert list(tmp_path.rglob("*.webp"))
    with django_capture_on_commit_callbacks(execute=True):
        said = demo("--remove")
    assert "20 demo people and 8 demo perks" in said
    assert rows().total() == 0
    assert not list(tmp_path.rglob("*.webp"))
    assert not Suppression.objects.exists()


def test_removing_takes_nothing_of_real_people(few):
    alice = make_person("alice", country="IT")
    real_perk(alice.user, claimed_by=alice)
    before = rows()
    demo()
    demo("--remove")
    assert rows() == before
    assert Unit.objects.filter(user=alice.user).exists()


def test_removing_says_whose_claims_went_with_a_perk(few):
    alice = make_person("alice", country="IT")
    scenes.give_score(alice, at=NOW)
    demo()
    perk = Perk.objects.get(title__startswith="An advance copy")
    claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    assert "with 1 claims by people" in demo("--remove")
    assert scoring.current_score(alice.user_id)


def test_what_demo_people_linked_is_revoked(few, monkeypatch):
    given_back = []
    monkeypatch.setattr(
        linking.mastodon, "revoke", lambda app, token: bool(given_back.append(token)) or True
    )
    demo()
    make_linked_account(Profile.objects.get(handle="alice"), token="a-real-token")
    demo("--remove")
    assert given_back == ["a-real-token"]


def test_a_real_person_keeps_the_handle(few):
    alice = make_person("alice")
    demo()
    assert Profile.objects.get(handle="alice") == alice
    assert Profile.objects.get(handle="alice2").user.is_demo


def test_an_address_that_is_taken_stops_it_in_one_line(few):
    User.objects.create_user("bob@demo.example", "correct-horse-battery")
    with pytest.raises(CommandError, match="bob@demo.example is the address of somebody"):
        demo()
    assert User.objects.count() == 1


def test_a_demo_that_dies_half_way_leaves_nothing(few, monkeypatch):
    monkeypatch.setattr(fill, "fill_perks", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demo()
    assert rows().total() == 0


@pytest.mark.parametrize("option", ["--if-empty", "--remove", "--seed=3"])
def test_production_refuses_it(few, settings, option):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production"):
        demo(option)


def real_perk(member, *, claimed_by):
    scenes.give_score(claimed_by, at=NOW)
    brand = Brand.objects.create(name="Real", slug="real")
    BrandMember.objects.create(brand=brand, user=member)
    details = Details("Soup", "Hot.", NOW - timedelta(days=1), NOW + timedelta(days=9), min_score=1)
    perk = create_perk(brand=brand, details=details, codes=["A", "B"], at=NOW)
    publish_perk(perk_id=perk.pk, at=NOW)
    claim_perk(user=claimed_by.user, perk_id=perk.pk, at=NOW)
