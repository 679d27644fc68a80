"""The demo's server as the site meets it: through its own OAuth and its own collector."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from functools import cache
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener, urlopen

import pytest

from scoring.collectors.base import Audience, Budget, Cursor, Grant, PostSeen, Responses
from scoring.formula import NEWEST, Facts, PostCounts, explain, summarise
from scoring.networks.mastodon import oauth as mastodon
from scoring.networks.mastodon.collector import MastodonCollector

BACK = "http://localhost:8000/settings/accounts/callback/"


class DemoServer:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "LOCAL_DIR": str(folder),
            "DEMO_SERVER_PORT": str(self.port),
        }
        self.host = f"localhost:{self.port}"
        self.start()

    def start(self):
        command = [sys.executable, "-m", "klout_site.demo.server"]
        self.process = subprocess.Popen(command, env=self.environment)
        until = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)

    def answers(self):
        try:
            with urlopen(f"http://{self.host}/health", timeout=5) as answer:
                return answer.status == 200
        except (URLError, ConnectionError, TimeoutError):
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def log_in(self, username):
        """(server, token) after the consent of that member."""
        server = mastodon.find_server(self.host)
        app = mastodon.register(server, redirect_uri=BACK)
        code = self.consent(username, app)
        token = mastodon.exchange(app, redirect_uri=BACK, code=code, verifier="v" * 43)
        return server, token.access_token

    def consent(self, username, app):
        """What the browser sends when a name in the list is clicked."""
        asked = mastodon.authorize_url(app, redirect_uri=BACK, state="s", verifier="v" * 43)
        form = {"username": username, "redirect_uri": BACK, "state": "s"}
        with pytest.raises(HTTPError) as found:
            build_opener(Stay()).open(asked.partition("?")[0], urlencode(form).encode(), timeout=5)
        with found.value as answer:
            return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def page(self, path):
        with urlopen(f"http://{self.host}{path}", timeout=5) as answer:
            return answer.read().decode()


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = DemoServer(tmp_path_factory.mktemp("local"))
    yield server
    server.stop()


@pytest.fixture
def server(running, settings):
    settings.LOOPBACK_SERVERS = frozenset({running.host})
    return running


@cache
def collected(server, username):
    at, token = server.log_in(username)
    uid = mastodon.identify(at, token).uid
    pages = MastodonCollector().collect(Grant(at.base_url, uid, token), Cursor(), Budget())
    items = [item for page in pages for item in page.items]
    return items[0], [i for i in items[1:] if isinstance(i, PostSeen)], items


def points(server, username):
    audience, posts, items = collected(server, username)
    people = {who for item in items if isinstance(item, Responses) for who in item.responders}
    counts = tuple(PostCounts(p.favourites, p.reposts, p.replies) for p in posts)
    facts = Facts(audience.followers, audience.following, None, len(people), 1.0, counts)
    found = explain({1: summarise(facts)}, version=NEWEST, day=0)
    return found.tenths / 10 if found.enough else None


def test_a_member_can_be_chosen_and_is_who_they_say(server):
    identity = mastodon.identify(*server.log_in("theo"))
    assert identity.handle == f"theo@{server.host}"
    assert identity.display_name == "Theo Lindqvist"


def test_the_collector_finds_followers_posts_and_responses(server):
    audience, posts, items = collected(server, "theo")
    assert isinstance(audience, Audience)
    assert audience.followers == 78
    assert len(posts) > 20
    assert any(post.hashtags for post in posts)
    assert any(isinstance(item, Responses) and item.responders for item in items)


def test_every_post_lies_in_the_past_and_the_newest_come_first(server):
    _audience, posts, _items = collected(server, "nadia")
    days = [post.created_at for post in posts]
    assert days == sorted(days, reverse=True)
    assert (days[0] - days[-1]).days > 60


def test_who_has_just_arrived_has_no_score_yet(server):
    assert points(server, "sam") is None


def test_members_score_from_quiet_to_well_known(server):
    quiet, ordinary, known = (points(server, who) for who in ("nadia", "theo", "ines"))
    assert quiet < 30 < ordinary < 45 < known < 75


def test_links_from_the_site_lead_to_a_page(server):
    audience, posts, _items = collected(server, "nadia")
    assert audience.url == f"http://{server.host}/@nadia"
    assert "Nadia Okoro" in server.page(urlsplit(audience.url).path)
    assert posts[0].text.split("#")[0].strip()[:20] in server.page(urlsplit(posts[0].url).path)


@pytest.mark.parametrize("path", ["/@nobody", "/@nadia/1"])
def test_pages_of_nobody_are_not_found(server, path):
    with pytest.raises(HTTPError, match="404") as found:
        server.page(path)
    found.value.close()


def test_a_linked_account_lives_on_after_a_restart(server):
    at, token = server.log_in("priya")
    before = mastodon.identify(at, token)
    server.stop()
    server.start()
    assert mastodon.identify(at, token) == before
