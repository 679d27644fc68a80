from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.urls import reverse

from klout_site import leaving
from profiles import services
from profiles.models import Appeal, FormulaNotice, Profile, User
from profiles.views.accounts import SESSION_KEY
from scoring.models import (
    AccountSignals,
    LinkedAccount,
    Post,
    Reading,
    ScoreMonth,
    Suppression,
)
from scoring.services import linking, refreshing
from tests import scenes
from tests.cast import NOW, make_person, make_proof

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def revoked(monkeypatch):
    tokens = []
    monkeypatch.setattr(
        linking.mastodon, "revoke", lambda app, token: bool(tokens.append(token)) or True
    )
    return tokens


@pytest.fixture
def alice(client):
    profile = make_person("alice", country="IT")
    scenes.give_score(profile, at=NOW, days=1, token="alices-token")
    client.force_login(profile.user)
    return profile


def test_two_steps_are_enough(client, alice):
    assert client.get(reverse("privacy")).status_code == 200
    assert client.post(reverse("opt_out")).status_code == 200
    assert Profile.objects.get().opted_out


def test_nothing_of_what_was_collected_is_left(client, alice):
    client.post(reverse("opt_out"))
    for model in (LinkedAccount, Post, Reading, AccountSignals):
        assert not model.objects.exists()


def test_no_row_that_says_whose_it_is_is_left_but_the_profiles(client, alice):
    whatever_else_there_may_be(alice.user)
    assert tables_about(alice) >= {
        *("scoring_linkedaccount", "scoring_accountsignals", "scoring_signalsday"),
        *("scoring_currentscore", "scoring_scoreday", "scoring_scoremonth"),
        *("profiles_appeal", "profiles_formulanotice"),
    }
    client.post(reverse("opt_out"))
    assert tables_about(alice) == {"profiles_profile"}


def whatever_else_there_may_be(user):
    numbers = {name: [400] for name in ("tenths", "low", "high", "formula")}
    ScoreMonth.objects.create(user=user, month=NOW.date().replace(day=1), **numbers)
    Appeal.objects.create(user=user, kind="look", text="Hm.", sent_at=NOW, due_at=NOW)
    FormulaNotice.objects.create(user=user, version=2, sent_at=NOW)


def tables_about(person):
    """Which tables have a row of that log-in's, by their columns user_id."""
    columns = "SELECT table_name FROM information_schema.columns WHERE column_name = 'user_id'"
    with connection.cursor() as cursor:
        cursor.execute(f"{columns} AND table_schema = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        found = set()
        for table in tables:
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE user_id = %s LIMIT 1', [person.user_id])
            found |= {table} if cursor.fetchone() else set()
    return found


def test_no_table_holds_the_network_handle_any_more(client, alice):
    client.post(reverse("opt_out"))
    assert not list(tables_with("alice@social.example.org"))


def tables_with(text):
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone():
                yield table


def test_the_check_for_what_is_left_finds_it_before(alice):
    assert "scoring_linkedaccount" in tables_with("alice@social.example.org")


def test_the_public_page_is_gone(client, alice):
    client.post(reverse("opt_out"))
    client.logout()
    assert client.get(reverse("profile", args=["alice"])).status_code == 404


def test_tokens_are_revoked_at_the_network(client, alice, revoked):
    client.post(reverse("opt_out"))
    assert revoked == ["alices-token"]


def test_a_network_that_does_not_confirm_is_named(client, alice, monkeypatch):
    monkeypatch.setattr(linking.mastodon, "revoke", lambda app, token: False)
    assert b"social.example.org" in client.post(reverse("opt_out")).content


def test_only_a_hash_of_the_identity_stays(client, alice):
    client.post(reverse("opt_out"))
    row = Suppression.objects.get()
    assert len(row.identity_hash) == 64
    assert "alice" not in str(vars(row))


def test_a_refresh_that_was_queued_finds_nothing_to_do(client, alice):
    account = LinkedAccount.objects.get()
    client.post(reverse("opt_out"))
    assert refreshing.refresh_account(account.pk, at=NOW) is False


def test_the_login_stays_unless_asked_otherwise(client, alice):
    client.post(reverse("opt_out"))
    assert client.get(reverse("privacy")).status_code == 200


def test_the_login_goes_too_when_asked(client, alice):
    client.post(reverse("opt_out"), {"delete_login": "yes"})
    assert not User.objects.exists()
    assert Suppression.objects.count() == 1


def test_looking_at_the_confirmation_deletes_nothing(client, alice):
    client.get(reverse("opt_out"))
    assert LinkedAccount.objects.exists()


def test_an_opted_out_profile_cannot_be_made_public(client, alice):
    client.post(reverse("opt_out"))
    client.post(reverse("visibility"), {"visibility": "public"})
    assert not Profile.objects.get().is_public


def test_opting_in_again_brings_nothing_back(client, alice):
    client.post(reverse("opt_out"))
    client.post(reverse("opt_in"))
    assert not Profile.objects.get().opted_out
    assert not LinkedAccount.objects.exists()


def test_a_second_click_on_deleting_the_login_finds_nothing_to_do(alice):
    leaving.leave(alice, with_login=True, at=NOW)
    assert leaving.leave(alice, with_login=True, at=NOW) == []


def test_a_link_that_comes_back_after_the_login_was_deleted_is_refused(alice):
    leaving.leave(alice, with_login=True, at=NOW)
    with pytest.raises(services.OptedOut):
        services.link_account(profile=alice, proven=make_proof("ada"), at=NOW)


def test_a_deleted_login_is_not_named_in_the_staffs_log(client, alice):
    staff = make_person("staff")
    for row in (alice, alice.user):
        LogEntry.objects.log_actions(staff.user_id, [row], CHANGE)
    assert "django_admin_log" in tables_with("alice")
    client.post(reverse("opt_out"), {"delete_login": "yes"})
    assert not list(tables_with("alice"))


def test_a_sign_in_at_a_network_that_was_under_way_is_forgotten(client, alice):
    session = client.session
    session[SESSION_KEY] = {"host": "social.example.org"}
    session.save()
    client.post(reverse("opt_out"))
    assert SESSION_KEY not in client.session
