from __future__ import annotations

import base64
import hashlib
import http.client
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from scoring.collectors.base import CollectError, Identity, RateLimited
from scoring.collectors.errors import BadAddress, Unreachable
from scoring.collectors.guard import Server
from scoring.collectors.http import Limits
from scoring.networks.mastodon import oauth as mastodon
from scoring.networks.mastodon.oauth import AppRegistration, StaleRegistration
from tests.fakeserver import FakeServer, Reply, drop, hang, page, redirect, says
from tests.recorded import recorded

CALLBACK = "http://localhost:8000/connect/callback/"
METADATA = "/.well-known/oauth-authorization-server"
WEBFINGER = "/.well-known/webfinger"
APPS = "/api/v1/apps"
HASTY = Limits(connect=0.3, read=0.2, total=0.4, pauses=(0.01, 0.01))


@pytest.fixture
def server(fake) -> Server:
    """As Mastodon 4.4 answers."""
    fake.answer(METADATA, says(recorded("mastodon/authorization_server", fake.url)))
    fake.answer(APPS, says(recorded("mastodon/app")))
    fake.answer("/oauth/token", says(recorded("mastodon/token")))
    return Server(fake.host, fake.url)


@pytest.fixture
def app(server) -> AppRegistration:
    return mastodon.register(server, redirect_uri=CALLBACK)


def exchange(app: AppRegistration) -> mastodon.Token:
    return mastodon.exchange(app, redirect_uri=CALLBACK, code="c0de", verifier="v3rifier")


class TestFindServer:
    def test_a_bare_server_needs_no_question(self):
        assert mastodon.find_server("Mastodon.social").host == "mastodon.social"

    def test_a_handle_is_looked_up_where_its_domain_points(self, fake, settings):
        with FakeServer().running() as home:
            settings.LOOPBACK_SERVERS = frozenset({fake.host, home.host})
            fake.answer(WEBFINGER, says(recorded("mastodon/webfinger", home.url)))
            found = mastodon.find_server(f"@ann@{fake.host}")
        assert found == Server(home.host, home.url)
        assert fake.seen[0].query == {"resource": f"acct:ann@{fake.host}"}

    def test_the_look_up_follows_a_redirect_to_another_server(self, fake, settings):
        with FakeServer().running() as home:
            settings.LOOPBACK_SERVERS = frozenset({fake.host, home.host})
            fake.answer(WEBFINGER, redirect(f"{home.url}{WEBFINGER}?resource=x", 301))
            home.answer(WEBFINGER, says(recorded("mastodon/webfinger", home.url)))
            assert mastodon.find_server(f"ann@{fake.host}").host == home.host

    @pytest.mark.parametrize(
        "answer",
        [
            page(status=404),
            page(),
            says({}),
            says([]),
            says({"links": 5}),
            says({"links": [5, {}, {"rel": "self"}, {"rel": "self", "type": 1, "href": 1}]}),
            says({"links": [{"rel": "self", "type": "text/html", "href": "https://x.org"}]}),
            says({"error": "busy"}, 429),
            says({}, 500),
            redirect("http://127.0.0.1:6379/"),
        ],
    )
    def test_without_a_usable_answer_it_is_the_domain_itself(self, fake, answer):
        fake.answer(WEBFINGER, answer)
        assert mastodon.find_server(f"ann@{fake.host}").host == fake.host

    @pytest.mark.parametrize("home", ["http://169.254.169.254", "https://10.0.0.1", "file:///x"])
    def test_a_home_in_a_private_network_is_not_believed(self, fake, home):
        fake.answer(WEBFINGER, says(recorded("mastodon/webfinger", home)))
        assert mastodon.find_server(f"ann@{fake.host}").host == fake.host

    def test_a_domain_that_hangs_is_told(self, fake, monkeypatch):
        monkeypatch.setattr(mastodon, "LIMITS", HASTY)
        fake.answer(WEBFINGER, hang)
        with pytest.raises(Unreachable, match="did not answer in time"):
            mastodon.find_server(f"ann@{fake.host}")

    def test_nonsense_is_told(self):
        with pytest.raises(BadAddress):
            mastodon.find_server("ann")


class TestRegister:
    def test_it_introduces_the_site_and_asks_for_the_least(self, fake, app, settings):
        form = fake.requests_by_path()[APPS][0].form
        assert form == {
            "client_name": settings.SITE_NAME,
            "redirect_uris": CALLBACK,
            "scopes": "read:accounts read:statuses read:notifications",
            "website": settings.SITE_URL,
        }

    def test_it_keeps_what_the_server_says_about_itself(self, fake, app):
        assert (app.host, app.base_url, app.pkce) == (fake.host, fake.url, True)
        assert app.client_id == recorded("mastodon/app")["client_id"]
        assert app.token_endpoint == f"{fake.url}/oauth/token"
        assert mastodon.server_of(app) == Server(fake.host, fake.url)

    def test_the_secret_is_not_in_its_repr(self, app):
        assert "not-a-secret" not in repr(app)

    @pytest.mark.parametrize(
        "answer", [page(status=404), page(), says([]), says({"error": 1}, 401)]
    )
    def test_an_older_server_gets_the_usual_places_and_no_pkce(self, fake, server, answer):
        fake.answer(METADATA, answer)
        app = mastodon.register(server, redirect_uri=CALLBACK)
        assert not app.pkce
        assert app.scopes == "read:accounts read:statuses read:notifications"
        assert app.authorization_endpoint == f"{fake.url}/oauth/authorize"
        assert app.revocation_endpoint == f"{fake.url}/oauth/revoke"

    def test_a_server_with_coarse_scopes_is_asked_for_read(self, fake, server):
        fake.answer(METADATA, says({"scopes_supported": ["read", "write"]}))
        assert mastodon.register(server, redirect_uri=CALLBACK).scopes == "read"

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://evil.example.com/oauth/token",
            "http://127.0.0.1:6379/",
            "{base}@evil.com/token",
            "{base}/oauth/token?next=x",
            "{base}/to ken",
            "javascript:alert(1)",
            "",
            None,
            5,
            "{base}/" + "a" * 600,
        ],
    )
    def test_endpoints_elsewhere_are_not_believed(self, fake, server, endpoint):
        named = endpoint.replace("{base}", fake.url) if isinstance(endpoint, str) else endpoint
        fake.answer(METADATA, says({"token_endpoint": named, "authorization_endpoint": named}))
        app = mastodon.register(server, redirect_uri=CALLBACK)
        assert app.token_endpoint == f"{fake.url}/oauth/token"
        assert app.authorization_endpoint == f"{fake.url}/oauth/authorize"

    @pytest.mark.parametrize(
        "answer",
        [
            page(),
            page(status=404),
            page(status=405),
            Reply(200, b""),
            says([]),
            says({}),
            says({"client_id": "x"}),
            says({"client_id": "x", "client_secret": ""}),
            says({"client_id": 5, "client_secret": 6}),
            says({"client_id": "x\ny", "client_secret": "z"}),
        ],
    )
    def test_a_server_that_is_no_mastodon_is_told(self, fake, server, answer):
        fake.answer(METADATA, page(status=404))
        fake.answer(APPS, answer)
        with pytest.raises(CollectError, match="does not seem to be a Mastodon server"):
            mastodon.register(server, redirect_uri=CALLBACK)

    @pytest.mark.parametrize("status", [401, 403, 422])
    def test_a_server_that_lets_nobody_in_is_told(self, fake, server, status):
        fake.answer(APPS, says({"error": "no"}, status))
        with pytest.raises(CollectError, match="does not let other sites") as caught:
            mastodon.register(server, redirect_uri=CALLBACK)
        assert not caught.value.permanent

    def test_a_server_that_moved_says_where_to(self, fake, server):
        fake.answer(APPS, redirect("https://social.example.net/api/v1/apps", 301))
        with pytest.raises(CollectError, match=r"social\.example\.net"):
            mastodon.register(server, redirect_uri=CALLBACK)

    def test_a_busy_server_says_so(self, fake, server):
        fake.answer(APPS, says({"error": "Too many requests"}, 429))
        with pytest.raises(RateLimited):
            mastodon.register(server, redirect_uri=CALLBACK)


class TestConsent:
    def test_the_browser_is_sent_with_state_and_challenge(self, fake, app):
        verifier = mastodon.new_verifier()
        url = mastodon.authorize_url(app, redirect_uri=CALLBACK, state="st&te", verifier=verifier)
        query = {key: value for key, (value,) in parse_qs(urlsplit(url).query).items()}
        digest = hashlib.sha256(verifier.encode()).digest()
        assert url.startswith(f"{fake.url}/oauth/authorize?")
        assert query == {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": CALLBACK,
            "scope": app.scopes,
            "state": "st&te",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    def test_verifiers_are_long_and_never_the_same(self):
        one, other = mastodon.new_verifier(), mastodon.new_verifier()
        assert one != other
        assert 43 <= len(one) <= 128

    def test_an_older_server_gets_no_challenge(self, fake, server):
        fake.answer(METADATA, page(status=404))
        app = mastodon.register(server, redirect_uri=CALLBACK)
        url = mastodon.authorize_url(app, redirect_uri=CALLBACK, state="s", verifier="v")
        exchange(app)
        assert "code_challenge" not in url
        assert "code_verifier" not in fake.seen[-1].form


class TestExchange:
    def test_a_code_becomes_a_token(self, fake, app):
        token = exchange(app)
        assert token.access_token == recorded("mastodon/token")["access_token"]
        assert token.scopes == ("read:accounts", "read:statuses")
        assert token.access_token not in repr(token)
        form = fake.seen[-1].form
        assert form["grant_type"] == "authorization_code"
        assert (form["code"], form["code_verifier"]) == ("c0de", "v3rifier")
        assert (form["client_id"], form["client_secret"]) == (app.client_id, app.client_secret)

    @pytest.mark.parametrize("scope", ["read", "read write", "read:statuses read:accounts push"])
    def test_more_than_asked_will_do(self, fake, app, scope):
        fake.answer("/oauth/token", says({**recorded("mastodon/token"), "scope": scope}))
        assert exchange(app).scopes == tuple(scope.split())

    def test_scopes_that_no_column_holds_are_left_out(self, fake, app):
        scope = "read " + "x" * 300 + " a\x00b"
        fake.answer("/oauth/token", says({"access_token": "x", "scope": scope}))
        assert exchange(app).scopes == ("read",)

    def test_a_token_without_a_word_about_scopes_has_what_was_asked(self, fake, app):
        fake.answer("/oauth/token", says({"access_token": "x"}))
        assert exchange(app).scopes == tuple(app.scopes.split())

    @pytest.mark.parametrize("scope", ["", "profile", "read:accounts", "write", None, 5, ["read"]])
    def test_less_than_asked_is_told(self, fake, app, scope):
        fake.answer("/oauth/token", says({**recorded("mastodon/token"), "scope": scope}))
        with pytest.raises(CollectError, match="allowed less"):
            exchange(app)

    @pytest.mark.parametrize(
        "answer",
        [
            page(),
            says([]),
            says({}),
            Reply(200, b""),
            says({"access_token": ""}),
            says({"access_token": 5}),
            says({"access_token": "to ken"}),
            says({"access_token": "token\r\nX-Evil: 1"}),
            says({"access_token": "tökèn"}),
            says({"access_token": "x" * 501}),
            says({"access_token": "x", "token_type": "mac"}),
            says({"access_token": "x", "token_type": None}),
        ],
    )
    def test_an_answer_without_a_token_is_told(self, fake, app, answer):
        fake.answer("/oauth/token", answer)
        with pytest.raises(CollectError, match="web page|data that we can't read"):
            exchange(app)

    @pytest.mark.parametrize(
        ("answer", "kind", "words"),
        [
            (says({"error": "invalid_grant"}, 400), CollectError, "consent .* has run out"),
            (
                says({"error": "invalid_client"}, 401),
                StaleRegistration,
                "no longer knows this site",
            ),
            (says({"error": "unauthorized_client"}, 400), StaleRegistration, "no longer knows"),
            (says({"error": "Your login is currently disabled"}, 403), CollectError, "at present"),
            (says({"error": "server_error"}, 400), CollectError, "did not give us a key"),
            (page(status=404), CollectError, "did not give us a key"),
            (says({}, 503), CollectError, "trouble of its own"),
            (drop, Unreachable, "broke off"),
        ],
    )
    def test_a_refusal_is_told_in_plain_words(self, fake, app, answer, kind, words):
        fake.answer("/oauth/token", answer)
        with pytest.raises(CollectError, match=words) as caught:
            exchange(app)
        assert type(caught.value) is kind


class TestIdentify:
    ME = "/api/v1/accounts/verify_credentials"

    def test_it_says_whose_token_it_is(self, fake, server):
        fake.answer(self.ME, says(recorded("mastodon/verify_credentials")))
        assert mastodon.identify(server, "t0ken") == Identity(
            network="mastodon",
            host=fake.host,
            uid="109298348210973101",
            handle=f"ann@{fake.host}",
            display_name="Ann Ångström :verified:",
            url="https://example.net/@ann",
        )

    def test_a_link_that_is_no_web_address_is_left_out(self, fake, server):
        me = {**recorded("mastodon/verify_credentials"), "url": "javascript:alert(1)"}
        fake.answer(self.ME, says(me))
        assert mastodon.identify(server, "t0ken").url == ""

    @pytest.mark.parametrize("uid", ["", None, 5, "a/b", "x" * 200])
    def test_without_an_id_there_is_no_identity(self, fake, server, uid):
        fake.answer(self.ME, says({**recorded("mastodon/verify_credentials"), "id": uid}))
        with pytest.raises(CollectError):
            mastodon.identify(server, "t0ken")


class TestRevoke:
    def test_it_is_done_when_the_server_says_so(self, fake, app):
        fake.answer("/oauth/revoke", says({}))
        assert mastodon.revoke(app, "t0ken") is True
        form = fake.seen[-1].form
        assert (form["token"], form["client_id"]) == ("t0ken", app.client_id)

    @pytest.mark.parametrize(
        "answer", [says({}, 403), says({}, 500), page(status=404), page(), redirect("/x"), drop]
    )
    def test_anything_else_is_not_done_and_never_raises(self, fake, app, answer):
        fake.answer("/oauth/revoke", answer)
        assert mastodon.revoke(app, "t0ken") is False

    def test_it_does_not_wait_for_long(self, fake, app, monkeypatch):
        assert mastodon.REVOKE_LIMITS.total <= 5
        monkeypatch.setattr(mastodon, "REVOKE_LIMITS", HASTY)
        fake.answer("/oauth/revoke", hang)
        start = time.monotonic()
        assert mastodon.revoke(app, "t0ken") is False
        assert time.monotonic() - start < 1


class TestIsRegistered:
    def test_a_server_that_knows_us_says_so(self, fake, app):
        assert mastodon.is_registered(app) is True
        assert fake.seen[-1].form["grant_type"] == "client_credentials"

    def test_a_server_that_forgot_us_says_so(self, fake, app):
        fake.answer("/oauth/token", says({"error": "invalid_client"}, 401))
        assert mastodon.is_registered(app) is False

    def test_a_server_that_gives_no_such_tokens_is_believed_to_know_us(self, fake, app):
        fake.answer("/oauth/token", says({"error": "unsupported_grant_type"}, 400))
        assert mastodon.is_registered(app) is True


class TestAgainstMastodonMock:
    @staticmethod
    def consent(url: str, username: str) -> dict[str, str]:
        """Picks an account on the consent page, as a person in a browser does."""
        parts = urlsplit(url)
        form = {key: value for key, (value,) in parse_qs(parts.query).items()}
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=5)
        body = urlencode({**form, "username": username})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, body, kind)
        location = connection.getresponse().headers["Location"]
        connection.close()
        return {key: value for key, (value,) in parse_qs(urlsplit(location).query).items()}

    def test_the_whole_way_from_a_handle_to_an_identity_and_back(self, mock):
        server = mastodon.find_server(f"@ada@{mock.host}")
        app = mastodon.register(server, redirect_uri=CALLBACK)
        verifier = mastodon.new_verifier()
        url = mastodon.authorize_url(app, redirect_uri=CALLBACK, state="st4te", verifier=verifier)
        back = self.consent(url, "ada")
        assert back["state"] == "st4te"
        token = mastodon.exchange(
            app, redirect_uri=CALLBACK, code=back["code"], verifier=verifier
        ).access_token
        assert mastodon.identify(server, token).handle == f"ada@{mock.host}"
        assert mastodon.revoke(app, token)
        with pytest.raises(CollectError) as caught:
            mastodon.identify(server, token)
        assert caught.value.permanent

    def test_a_code_that_is_none_is_told(self, mock):
        app = mastodon.register(Server(mock.host, mock.base_url), redirect_uri=CALLBACK)
        with pytest.raises(CollectError, match="has run out"):
            exchange(app)
