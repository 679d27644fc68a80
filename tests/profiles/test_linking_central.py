"""Linking at the networks that have one server each: allauth's protocol, our outcome."""

from __future__ import annotations

import json

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.urls import reverse

from profiles import services
from scoring.models import Credential, LinkedAccount
from scoring.networks import NETWORKS
from scoring.vault import unseal
from tests.cast import NOW, make_person
from tests.fakeserver import Reply, drop, page, says
from tests.profiles.ways import come_back, leave, link, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

GITHUB_SCOPES = ",".join(scope.name for scope in NETWORKS["github"].scopes)
X_SCOPES = " ".join(scope.name for scope in NETWORKS["x"].scopes)


@pytest.fixture
def github(back):
    token = {"access_token": "gh-1", "token_type": "bearer", "scope": GITHUB_SCOPES}
    me = {"id": 7, "login": "ann", "name": "Ann", "html_url": "https://github.com/ann"}
    back.answer("/login/oauth/access_token", says(token))
    back.answer("/user", says(me))
    back.answer("/applications/our-id/token", says(None, 204))
    return back


@pytest.fixture
def x(back):
    token = {"access_token": "x-1", "refresh_token": "x-r", "expires_in": 7200, "scope": X_SCOPES}
    back.answer("/2/oauth2/token", says(token))
    back.answer("/2/users/me", says({"data": {"id": "42", "username": "ann", "name": "Ann"}}))
    back.answer("/2/oauth2/revoke", says({"revoked": True}))
    return back


def token_of(network):
    return unseal(Credential.objects.get(account__network=network).sealed_token)


def test_people_read_what_each_scope_is_for_before_they_leave(client, alice):
    asked = leave(client, "x")
    html = client.get(reverse("consent")).content.decode()
    assert "https://x.com/i/oauth2/authorize?" in html
    assert all(str(scope.why) in html for scope in NETWORKS["x"].scopes)
    assert set(asked["scope"].split()) == {scope.name for scope in NETWORKS["x"].scopes}


def test_the_answer_comes_to_our_own_address(client, alice):
    asked = leave(client, "github")
    assert asked["redirect_uri"].endswith("/settings/accounts/callback/github/")


def test_x_is_asked_with_pkce_and_answered_with_the_verifier(client, alice, x, rings):
    assert leave(client, "x")["code_challenge_method"] == "S256"
    link(client, "x")
    [seen] = x.requests_by_path()["/2/oauth2/token"]
    assert seen.form["code_verifier"]
    assert seen.headers["authorization"].startswith("Basic ")


def test_github_links(client, alice, github, rings):
    link(client, "github")
    account = LinkedAccount.objects.get(user=alice.user)
    assert (account.network, account.host, account.uid) == ("github", "github.com", "7")
    assert (account.handle, account.url) == ("ann", "https://github.com/ann")
    assert rings == [account.pk]


def test_what_a_consent_brings_is_kept_sealed_and_whole(client, alice, x, rings):
    link(client, "x")
    row = Credential.objects.get()
    assert unseal(row.sealed_token) == "x-1"
    assert unseal(row.sealed_refresh) == "x-r"
    assert sorted(row.scopes) == sorted(X_SCOPES.split())
    assert row.expires_at is not None


def test_no_row_of_allauths_is_written(client, alice, github, rings):
    link(client, "github")
    assert not any(model.objects.exists() for model in (SocialAccount, SocialApp, SocialToken))


@pytest.mark.parametrize("query", ["?scope=repo", "?auth_params=scope%3Drepo", "?process=login"])
def test_no_query_parameter_widens_what_is_asked(client, alice, query):
    asked = leave(client, "github", query)
    assert asked["scope"] == GITHUB_SCOPES


def test_the_second_owner_is_refused_and_the_firsts_token_stays(client, alice, x, rings):
    link(client, "x")
    client.force_login(make_person("charlie").user)
    x.answer("/2/oauth2/token", says({"access_token": "x-2", "scope": X_SCOPES}))
    assert link(client, "x").status_code == 409
    assert token_of("x") == "x-1"
    assert LinkedAccount.objects.get().user == alice.user


def test_linking_ones_own_again_renews_the_token(client, alice, x, rings):
    link(client, "x")
    x.answer("/2/oauth2/token", says({"access_token": "x-2", "scope": X_SCOPES}))
    link(client, "x")
    assert token_of("x") == "x-2"


def test_a_declined_consent_links_nothing_and_says_so(client, alice, x):
    state = leave(client, "x")["state"]
    answer = come_back(client, "x", error="access_denied", state=state)
    assert "You said no at X" in said(answer)
    assert not LinkedAccount.objects.exists()


def test_a_forged_state_asks_the_network_nothing(client, alice, x):
    leave(client, "x")
    answer = come_back(client, "x", code="a-code", state="forged")
    assert "does not belong to your last request" in said(answer)
    assert x.seen == []


def test_an_answer_works_once(client, alice, x, rings):
    state = leave(client, "x")["state"]
    come_back(client, "x", code="a-code", state=state)
    assert "already used" in said(come_back(client, "x", code="a-code", state=state))


def test_the_state_of_one_network_is_none_at_another(client, alice, x, github):
    state = leave(client, "x")["state"]
    come_back(client, "github", code="a-code", state=state)
    assert not LinkedAccount.objects.exists()


def test_what_one_person_began_the_next_at_this_browser_can_not_end(client, alice, x):
    state = leave(client, "x")["state"]
    client.force_login(make_person("charlie").user)
    come_back(client, "x", code="a-code", state=state)
    assert x.seen == []


def test_no_token_is_logged_or_lies_in_the_session(client, alice, x, rings, caplog):
    caplog.set_level("DEBUG")
    link(client, "x")
    x.answer("/2/users/me", says({"data": {}}), page(status=500))
    link(client, "x")
    told = caplog.text + json.dumps(dict(client.session))
    assert not [secret for secret in ("x-1", "x-r", "our-secret", "a-code") if secret in told]


def test_less_than_asked_is_refused_and_given_back(client, alice, x):
    x.answer("/2/oauth2/token", says({"access_token": "x-1", "scope": "users.read"}))
    assert "You allowed less than we need at X" in said(link(client, "x"))
    assert not LinkedAccount.objects.exists()
    [seen] = x.requests_by_path()["/2/oauth2/revoke"]
    assert seen.form["token"] == "x-1"


def test_who_opted_out_neither_leaves_nor_arrives(client, alice, x):
    state = leave(client, "x")["state"]
    services.opt_out(profile=alice, at=NOW)
    assert come_back(client, "x", code="a-code", state=state).status_code == 409
    assert client.post(reverse("connect_network", args=["x"])).url == reverse("privacy")
    assert x.seen == []


def test_an_identity_that_opted_out_is_not_linked_by_another(client, alice, x, rings):
    link(client, "x")
    services.opt_out(profile=alice, at=NOW)
    client.force_login(make_person("charlie").user)
    assert link(client, "x").status_code == 409
    assert not LinkedAccount.objects.exists()


def test_a_stranger_is_sent_to_log_in(client, back):
    assert "/accounts/login/" in client.get(reverse("x_callback"), {"code": "c"}).url


@pytest.mark.parametrize("network", ["github", "x", "youtube", "twitch"])
def test_a_network_without_keys_is_not_there(client, alice, settings, network):
    settings.NETWORK_KEYS = {}
    assert client.post(reverse("connect_network", args=[network])).status_code == 404
    assert client.get(reverse(f"{network}_callback")).status_code == 404


@pytest.mark.parametrize("network", ["nowhere", "googleplus"])
def test_what_is_no_network_of_ours_can_not_be_connected(client, alice, network):
    assert client.post(reverse("connect_network", args=[network])).status_code == 404


BAD = [drop, page(status=500), page(), says({"error": "invalid_grant"}, 400), says([]), says(None)]
BAD += [says({"access_token": ""}), says({"access_token": 7}), says({"a": 1}), says({}, 302)]
JSON = {"Content-Type": "application/json"}
BAD += [says(5), Reply(200, b"[" * 100_000, JSON)]


@pytest.mark.parametrize("reply", BAD)
def test_a_token_endpoint_in_trouble_is_said_in_words(client, alice, x, reply):
    x.answer("/2/oauth2/token", reply)
    assert said(link(client, "x"))
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize("reply", [*BAD, says({"data": {}}), says({"data": {"id": 7}}), says("x")])
def test_a_profile_that_cannot_be_read_is_said_in_words(client, alice, x, reply):
    x.answer("/2/users/me", reply)
    assert said(link(client, "x"))
    assert not LinkedAccount.objects.exists()


def test_what_a_network_says_in_its_own_words_reaches_nobody(client, alice, x):
    x.answer("/2/oauth2/token", says({"error": "<b>secret-code</b>"}, 400))
    assert b"secret-code" not in link(client, "x").content


def test_nothing_is_asked_with_what_the_environment_holds(
    client, alice, github, rings, monkeypatch
):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    link(client, "github")
    assert LinkedAccount.objects.exists()


def test_nobody_logs_in_or_signs_up_by_a_network(client, x):
    assert client.get("/accounts/x/login/").status_code == 404
    assert client.get("/accounts/social/signup/").status_code == 404
