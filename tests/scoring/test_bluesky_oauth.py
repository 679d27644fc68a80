from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scoring.collectors.base import CollectError, Tokens
from scoring.collectors.http import Transport
from scoring.networks.bluesky import client, dpop
from scoring.networks.bluesky.identity import HOST
from scoring.networks.bluesky.oauth import BlueskyOAuth
from scoring.services import bluesky_connecting
from scoring.services.bluesky_connecting import Started
from scoring.services.connecting import Proven
from tests.fakebluesky import DID, HANDLE, FakeBluesky
from tests.fakeserver import drop, hang, page, says

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BACK = "http://127.0.0.1:8000/settings/accounts/callback/atproto/"
OTHER_DID = "did:plc:z72i7hdynmk6r22z27h6tvur"


@pytest.fixture
def sky(fake, settings) -> FakeBluesky:
    settings.BLUESKY_PLC = settings.BLUESKY_APPVIEW = fake.url
    settings.BLUESKY_PRIVATE_KEY = ""
    return FakeBluesky(fake)


@pytest.fixture
def confidential(sky, settings) -> FakeBluesky:
    """The site as in production, with a key of its own."""
    settings.SITE_URL = "https://klout.example.org"
    settings.BLUESKY_PRIVATE_KEY = dpop.new_key()
    sky.jwks = client.jwks
    return sky


def start(typed: str = HANDLE, back: str = BACK) -> Started:
    return bluesky_connecting.start(typed, redirect_uri=back, at=AT)


def finish(started: Started, params: dict[str, str]) -> Proven:
    return bluesky_connecting.finish(started.remember, params=params, at=AT)


@pytest.fixture
def linked(sky) -> Callable[..., Proven]:
    def link(typed: str = HANDLE) -> Proven:
        started = start(typed)
        return finish(started, sky.consents(started.consent_url))

    return link


def renewed(tokens: Tokens) -> Tokens:
    return BlueskyOAuth().refresh(tokens, None, at=AT)


class TestStarting:
    @pytest.mark.parametrize("typed", [HANDLE, f"@{HANDLE}", "Ann.Test", DID, f"at://{DID}"])
    def test_a_name_leads_to_its_own_server_and_is_hinted(self, sky, typed):
        started = start(typed)
        assert (started.host, started.server) == (HOST, sky.fake.host)
        assert sky.asked["login_hint"] == HANDLE

    def test_a_server_will_do_and_nobody_is_hinted(self, sky):
        start(sky.fake.host)
        assert "login_hint" not in sky.asked

    def test_the_browser_carries_nothing_but_a_reference(self, sky):
        url = urlsplit(start().consent_url)
        query = parse_qs(url.query)
        assert f"{url.scheme}://{url.netloc}{url.path}" == f"{sky.fake.url}/oauth/authorize"
        assert set(query) == {"client_id", "request_uri"}
        assert query["client_id"] == [sky.asked["client_id"]]

    def test_the_loopback_client_names_its_address_and_scopes(self, sky):
        start()
        named = parse_qs(urlsplit(sky.asked["client_id"]).query)
        assert named == {"redirect_uri": [BACK], "scope": [client.SCOPES]}

    def test_from_localhost_the_way_back_leads_over_the_number(self, sky):
        start(back=BACK.replace("127.0.0.1", "localhost"))
        assert sky.asked["redirect_uri"] == f"http://127.0.0.1:8000/{client.LOOPBACK_PATH}"

    def test_a_server_without_narrow_scopes_is_asked_who_it_is_only(self, sky):
        sky.narrow_scopes = False
        start()
        assert sky.asked["scope"] == "atproto"

    def test_what_is_remembered_is_sealed(self, sky):
        started = start()
        assert list(started.remember) == ["sealed"]
        assert "PRIVATE KEY" not in repr(started)
        assert started.state not in started.remember["sealed"]

    def test_a_site_with_neither_key_nor_loopback_says_so(self, sky):
        with pytest.raises(CollectError, match="not set up for Bluesky"):
            start(back="https://klout.example.org/back/")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("issuer", "https://evil.example.net"),
            ("require_pushed_authorization_requests", False),
            ("authorization_response_iss_parameter_supported", None),
            ("client_id_metadata_document_supported", "true"),
            ("dpop_signing_alg_values_supported", ["RS256"]),
            ("code_challenge_methods_supported", ["plain"]),
            ("scopes_supported", ["openid"]),
            ("token_endpoint", "javascript:alert(1)"),
            ("authorization_endpoint", 5),
            ("pushed_authorization_request_endpoint", ""),
        ],
    )
    def test_a_server_that_does_less_than_the_protocol_is_refused(self, sky, name, value):
        sky.metadata[name] = value
        sky.tell()
        with pytest.raises(CollectError):
            start()

    @pytest.mark.parametrize("inside", ["http://169.254.169.254/par", "https://10.0.0.1/par"])
    def test_an_endpoint_in_a_private_network_is_not_asked(self, sky, inside):
        sky.metadata["pushed_authorization_request_endpoint"] = inside
        sky.tell()
        with pytest.raises(CollectError):
            start()

    @pytest.mark.parametrize(
        "resource",
        [
            {"resource": "https://other.example.net", "authorization_servers": ["{url}"]},
            {"resource": "{url}", "authorization_servers": []},
            {"resource": "{url}", "authorization_servers": ["{url}", "{url}"]},
            {"resource": "{url}", "authorization_servers": ["{url}/"]},
            {"resource": "{url}", "authorization_servers": [7]},
            [],
        ],
    )
    def test_a_server_that_is_unclear_about_who_may_ask_is_refused(self, sky, resource):
        sky.resource = _placed(resource, sky.fake.url)
        sky.tell()
        with pytest.raises(CollectError):
            start()

    @pytest.mark.parametrize("answer", [page(), says([]), says({}), says({}, 500), drop])
    def test_whatever_the_pushed_request_gets_is_told(self, sky, answer):
        sky.fake.answer("/oauth/par", answer)
        with pytest.raises(CollectError):
            start()


def _placed(value: Any, url: str) -> Any:
    if isinstance(value, dict):
        return {name: _placed(inner, url) for name, inner in value.items()}
    if isinstance(value, list):
        return [_placed(inner, url) for inner in value]
    return value.replace("{url}", url) if isinstance(value, str) else value


class TestFinishing:
    def test_it_proves_who_they_are(self, linked):
        identity = linked().identity
        assert (identity.network, identity.host, identity.uid) == ("bluesky", HOST, DID)
        assert (identity.handle, identity.also) == (HANDLE, (f"handle:{HANDLE}",))
        assert identity.url == f"https://bsky.app/profile/{HANDLE}"

    def test_a_server_alone_does_too_if_the_account_is_its_own(self, sky, linked):
        assert linked(sky.fake.host).identity.uid == DID

    def test_tokens_come_with_all_that_later_requests_need(self, sky, linked):
        tokens = linked().tokens
        assert (tokens.access, tokens.refresh) == ("acc-1", "ref-1")
        assert tokens.expires_at == AT + timedelta(seconds=3599)
        assert tokens.scopes == tuple(client.SCOPES.split())
        assert tokens.extra["base_url"] == tokens.extra["issuer"] == sky.fake.url

    def test_a_handle_that_leads_elsewhere_by_now_is_not_shown(self, sky, linked):
        started = start(DID)
        sky.fake.answer("/xrpc/com.atproto.identity.resolveHandle", says({"did": OTHER_DID}))
        proven = finish(started, sky.consents(started.consent_url))
        assert (proven.identity.handle, proven.identity.also) == (DID, ())

    @pytest.mark.parametrize(
        ("name", "value"), [("state", "other"), ("iss", "https://evil.example.net"), ("iss", "")]
    )
    def test_an_answer_to_something_else_is_not_taken(self, sky, name, value):
        started = start()
        params = {**sky.consents(started.consent_url), name: value}
        with pytest.raises(CollectError, match="does not belong to your last request"):
            finish(started, params)
        assert sky.tokens == 0

    def test_a_no_is_a_no(self, sky):
        started = start()
        params = {**sky.consents(started.consent_url), "error": "access_denied"}
        with pytest.raises(CollectError, match="said no"):
            finish(started, params)

    @pytest.mark.parametrize("change", [{"code": ""}, {"error": "server_error"}, {"code": "a b"}])
    def test_an_answer_without_a_code_is_told(self, sky, change):
        started = start()
        with pytest.raises(CollectError, match="did not finish"):
            finish(started, {**sky.consents(started.consent_url), **change})

    def test_a_code_works_once(self, sky):
        started = start()
        params = sky.consents(started.consent_url)
        finish(started, params)
        with pytest.raises(CollectError, match="has run out"):
            finish(started, params)

    def test_another_account_than_the_typed_one_is_refused_and_its_tokens_given_back(self, sky):
        started = start()
        sky.sub = OTHER_DID
        with pytest.raises(CollectError, match="another account than the one you typed"):
            finish(started, sky.consents(started.consent_url))
        assert sky.revoked == ["ref-1"]

    def test_a_server_can_not_vouch_for_somebody_elses_people(self, sky):
        """Whoever runs a server may name any DID: only the DID's own data tell whose it is."""
        started = start(sky.fake.host)
        elsewhere = {**sky.resource, "authorization_servers": ["https://bsky.social"]}
        sky.fake.answer("/.well-known/oauth-protected-resource", says(elsewhere))
        with pytest.raises(CollectError, match="is not the server of that account"):
            finish(started, sky.consents(started.consent_url))
        assert sky.revoked == ["ref-1"]

    @pytest.mark.parametrize("remembered", [{}, {"sealed": "x"}, {"sealed": ""}])
    def test_what_nobody_remembers_is_told(self, sky, remembered):
        with pytest.raises(CollectError, match="no longer known"):
            bluesky_connecting.finish(remembered, params={}, at=AT)

    @pytest.mark.parametrize(
        "change", [{"token_type": "Bearer"}, {"scope": "x"}, {"sub": 5}, {"access_token": ""}]
    )
    def test_tokens_that_are_not_what_we_asked_for_are_refused(self, sky, monkeypatch, change):
        started, made = start(), sky._new_tokens
        monkeypatch.setattr(sky, "_new_tokens", lambda: {**made(), **change})
        with pytest.raises(CollectError):
            finish(started, sky.consents(started.consent_url))


class TestNonces:
    def test_the_first_request_learns_it_and_the_next_knows_it(self, sky):
        start()
        assert len(sky.fake.requests_by_path()["/oauth/par"]) == 2

    def test_one_that_changes_in_between_costs_one_more_request(self, sky):
        started = start()
        sky.nonce = "nonce-2"
        finish(started, sky.consents(started.consent_url))
        assert len(sky.fake.requests_by_path()["/oauth/token"]) == 2

    def test_a_server_that_is_never_content_is_asked_twice(self, sky):
        sky.fake.answer("/oauth/par", says({"error": "use_dpop_nonce"}, 400, DPoP_Nonce="n"))
        with pytest.raises(CollectError):
            start()
        assert len(sky.fake.requests_by_path()["/oauth/par"]) == 2


class TestRenewing:
    def test_a_renewal_replaces_both_tokens(self, linked):
        tokens = renewed(linked().tokens)
        assert (tokens.access, tokens.refresh) == ("acc-2", "ref-2")
        assert tokens.extra["did"] == DID

    def test_it_can_be_renewed_again(self, linked):
        assert renewed(renewed(linked().tokens)).access == "acc-3"

    def test_a_token_that_comes_twice_ends_the_log_in_for_good(self, linked):
        tokens = linked().tokens
        after = renewed(tokens)
        for old in (tokens, after):
            with pytest.raises(CollectError, match="connect it again") as refused:
                renewed(old)
            assert refused.value.permanent

    @pytest.mark.parametrize("answer", [says({}, 503), drop, says({"error": "slow_down"}, 429)])
    def test_trouble_at_the_server_is_not_the_end(self, sky, linked, answer):
        tokens = linked().tokens
        sky.fake.answer("/oauth/token", answer)
        with pytest.raises(CollectError) as refused:
            renewed(tokens)
        assert not refused.value.permanent

    def test_whoever_has_moved_must_connect_again_and_the_token_is_not_used_up(self, sky, linked):
        tokens = linked().tokens
        sky.resource["authorization_servers"] = ["https://bsky.social"]
        sky.tell()
        with pytest.raises(CollectError, match="has moved") as refused:
            renewed(tokens)
        assert refused.value.permanent
        assert sky.refresh_token == "ref-1"

    def test_a_renewal_for_somebody_else_is_refused(self, sky, linked):
        tokens = linked().tokens
        sky.sub = OTHER_DID
        with pytest.raises(CollectError, match="for another account"):
            renewed(tokens)

    def test_slow_checks_before_it_leave_it_its_own_time(self, sky, linked, monkeypatch):
        """A renewal that is cut off is lost: the server has used up the old token."""
        from scoring.networks.bluesky import oauth

        tokens = linked().tokens
        seen = []

        def transport(limits):
            seen.append(limits)
            return Transport(limits)

        monkeypatch.setattr(oauth, "Transport", transport)
        renewed(tokens)
        assert seen == [oauth.CHECK_LIMITS, oauth.LIMITS]
        assert oauth.CHECK_LIMITS.whole + oauth.LIMITS.whole <= 30  # the database's patience

    def test_the_old_refresh_token_stays_where_none_comes(self, sky, linked, monkeypatch):
        tokens, made = linked().tokens, sky._new_tokens
        monkeypatch.setattr(sky, "_new_tokens", lambda: {**made(), "refresh_token": None})
        assert renewed(tokens).refresh == "ref-1"

    def test_a_log_in_that_came_without_a_refresh_token_ends_with_its_token(self, linked):
        with pytest.raises(CollectError, match="connect it again") as refused:
            renewed(replace(linked().tokens, refresh=""))
        assert refused.value.permanent

    def test_without_what_was_kept_only_a_new_consent_helps(self):
        with pytest.raises(CollectError) as refused:
            renewed(Tokens("acc", "ref"))
        assert refused.value.permanent


class TestRevoking:
    def test_the_server_is_told(self, sky, linked):
        assert BlueskyOAuth().revoke(linked().tokens, None)
        assert sky.revoked == ["ref-1"]

    @pytest.mark.parametrize("answer", [says({}, 500), drop, says({"error": "no"}, 400)])
    def test_a_server_that_does_not_confirm_is_reported(self, sky, linked, answer):
        tokens = linked().tokens
        sky.fake.answer("/oauth/revoke", answer)
        assert not BlueskyOAuth().revoke(tokens, None)

    def test_nothing_kept_is_nothing_revoked(self):
        assert not BlueskyOAuth().revoke(Tokens("acc", "ref"), None)


class TestInProduction:
    def test_we_sign_in_with_our_own_key_each_time_anew(self, confidential, linked):
        tokens = linked().tokens
        assert renewed(tokens).access == "acc-2"
        assert BlueskyOAuth().revoke(tokens, None)
        assert confidential.asked["client_id"] == (
            "https://klout.example.org/oauth/bluesky/client-metadata.json"
        )

    def test_the_way_back_is_the_one_that_our_metadata_name(self, confidential):
        start(back="https://www.klout.example.org/settings/accounts/callback/atproto/")
        back = "https://klout.example.org/settings/accounts/callback/atproto/"
        assert confidential.asked["redirect_uri"] == back
        assert client.metadata(back)["redirect_uris"] == [back]

    def test_a_key_that_the_operator_lost_is_told(self, confidential, linked, settings):
        tokens = linked().tokens
        settings.BLUESKY_PRIVATE_KEY = ""
        with pytest.raises(CollectError, match="has lost its key") as refused:
            renewed(tokens)
        assert not refused.value.permanent

    def test_the_published_key_has_no_private_half(self, confidential):
        (jwk,) = client.jwks()["keys"]
        assert set(jwk) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_a_server_that_hangs_is_told(sky, monkeypatch):
    from scoring.collectors.http import Limits
    from scoring.networks.bluesky import oauth

    hasty = Limits(connect=0.3, read=0.2, total=0.4, pauses=(0.01, 0.01))
    monkeypatch.setattr(oauth, "LIMITS", hasty)
    sky.fake.answer("/oauth/par", hang)
    with pytest.raises(CollectError, match="did not answer in time"):
        start()
