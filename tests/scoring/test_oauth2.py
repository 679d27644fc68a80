from __future__ import annotations

from datetime import timedelta

import pytest

from scoring.collectors import http
from scoring.collectors.base import CollectError, Tokens
from scoring.networks.declaring import Keys
from scoring.networks.oauth2 import FacebookOAuth, GitHubOAuth, LongLived, OAuth2, scopes_in
from tests.cast import NOW
from tests.fakeserver import FakeServer, drop, page, says

KEYS = Keys("our-id", "our-secret")
OLD = Tokens("old", refresh="old-r", scopes=("read",), extra={"kept": "yes"})
NEW = {"access_token": "new", "refresh_token": "new-r", "expires_in": 3600}


@pytest.fixture
def network(settings):
    with FakeServer().running() as server:
        settings.LOOPBACK_SERVERS = frozenset({server.host})
        server.answer("/token", says(NEW))
        server.answer("/revoke", says({}))
        yield server


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr(http.time, "sleep", lambda seconds: None)


def oauth(network, **options):
    return OAuth2(f"{network.url}/token", f"{network.url}/revoke", **options)


def test_a_refresh_brings_new_tokens_and_keeps_the_rest(network):
    new = oauth(network).refresh(OLD, KEYS, at=NOW)
    assert (new.access, new.refresh) == ("new", "new-r")
    assert new.expires_at == NOW + timedelta(hours=1)
    assert (new.scopes, dict(new.extra)) == (("read",), {"kept": "yes"})


def test_the_old_refresh_token_stays_where_none_comes(network):
    network.answer("/token", says({"access_token": "new"}))
    assert oauth(network).refresh(OLD, KEYS, at=NOW).refresh == "old-r"


def test_the_client_is_named_in_the_form(network):
    oauth(network, client_id_name="client_key").refresh(OLD, KEYS, at=NOW)
    [seen] = network.seen
    assert seen.form["client_key"] == "our-id"
    assert seen.form["client_secret"] == "our-secret"


def test_the_client_is_named_in_the_header(network):
    oauth(network, client_auth="basic").refresh(OLD, KEYS, at=NOW)
    [seen] = network.seen
    assert seen.headers["authorization"] == "Basic b3VyLWlkOm91ci1zZWNyZXQ="
    assert "client_secret" not in seen.form


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        (says({"error": "invalid_grant"}, 400), True),
        (says({"error": "invalid_request"}, 400), True),
        (says({"message": "Invalid refresh token", "status": 400}, 400), True),
        (says({"error": "bad_refresh_token"}), True),
        (says({"error": "invalid_client"}, 401), False),
        (says({"error": "invalid_client"}), False),
        (says({"error": "invalid_grant"}, 403), True),
        (page(status=403), False),
        (says({}, 404), False),
        (says({}, 503), False),
        (says({}, 429), False),
        (says({"error": {"message": "No."}}), True),
        (says({"access_token": ""}), False),
        (says({"access_token": "no-header-holds-é"}), False),
        (says([]), False),
        (page(), False),
        (drop, False),
    ],
)
def test_a_refused_refresh_says_whether_only_the_person_can_help(network, reply, permanent):
    network.answer("/token", reply)
    with pytest.raises(CollectError) as refused:
        oauth(network).refresh(OLD, KEYS, at=NOW)
    assert refused.value.permanent is permanent


def test_without_a_refresh_token_only_the_person_can_help(network):
    with pytest.raises(CollectError) as refused:
        oauth(network).refresh(Tokens("old"), KEYS, at=NOW)
    assert refused.value.permanent
    assert network.seen == []


def test_a_confirmed_revocation(network):
    assert oauth(network).revoke(OLD, KEYS)
    assert network.seen[0].form["token"] == "old"


def test_both_halves_are_revoked_where_the_network_wants_it(network):
    assert oauth(network, revokes=("refresh", "access")).revoke(OLD, KEYS)
    assert [seen.form["token"] for seen in network.seen] == ["old-r", "old"]


def test_the_client_stays_unnamed_where_the_token_alone_is_asked_for(network):
    oauth(network, revoke_names_client=False).revoke(OLD, KEYS)
    assert list(network.seen[0].form) == ["token"]


@pytest.mark.parametrize("reply", [says({}, 400), says({"error": "no"}), page(status=500), drop])
def test_an_unconfirmed_revocation_is_told_and_raises_nothing(network, reply):
    network.answer("/revoke", reply)
    assert not oauth(network).revoke(OLD, KEYS)


def test_a_network_that_has_no_revocation_confirms_none(network):
    assert not OAuth2(f"{network.url}/token").revoke(OLD, KEYS)


def test_github_ends_a_token_in_its_own_way(network):
    network.answer("/applications/our-id/token", says(None, 204))
    github = GitHubOAuth("", network.url + "/applications/{client_id}/token")
    assert github.revoke(OLD, KEYS)
    assert network.seen[0].method == "DELETE"


def test_a_long_lived_token_renews_itself(network):
    network.answer("/refresh", says({"access_token": "new", "expires_in": 5_184_000}))
    renewed = LongLived(f"{network.url}/refresh", "ig_refresh_token").refresh(OLD, None, at=NOW)
    assert (renewed.access, renewed.expires_at) == ("new", NOW + timedelta(days=60))
    assert network.seen[0].query["grant_type"] == "ig_refresh_token"


def test_facebook_ends_the_consent_of_who_runs_the_page(network):
    network.answer("/me/permissions", says({"success": True}))
    tokens = Tokens("page", extra={"user_token": "person"})
    assert FacebookOAuth(network.url).revoke(tokens, KEYS)
    assert network.seen[0].query["access_token"] == "person"


@pytest.mark.parametrize("said", ["a b", "a,b", ["a", "b"], "a b a"])
def test_scopes_are_read_however_a_network_writes_them(said):
    assert scopes_in(said) == ("a", "b")
