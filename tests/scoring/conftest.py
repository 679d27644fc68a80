"""Servers to talk to: one that misbehaves on demand, and one that is shaped like Mastodon."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.collectors import guard, wire
from tests import mock_mastodon
from tests.browser import certificates
from tests.fakeserver import FakeServer


@pytest.fixture
def fake(settings) -> Iterator[FakeServer]:
    with FakeServer().running() as server:
        settings.LOOPBACK_SERVERS = frozenset({server.host})
        yield server


@pytest.fixture(scope="session")
def mock_server() -> Iterator[mock_mastodon.MockMastodon]:
    with mock_mastodon.running() as server:
        yield server


@pytest.fixture
def mock(mock_server, settings) -> Iterator[mock_mastodon.MockMastodon]:
    settings.LOOPBACK_SERVERS = frozenset({mock_server.host})
    yield mock_server
    mock_server.mend()


CENTRAL = (
    *("api.github.com", "api.x.com", "youtube.googleapis.com", "api.twitch.tv"),
    *("open.tiktokapis.com", "api.pinterest.com", "graph.facebook.com", "graph.instagram.com"),
    *("graph.threads.net", "api.linkedin.com", "api.foursquare.com"),
)


@pytest.fixture(scope="session")
def their_certificates(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    return certificates.made(Path(tmp_path_factory.mktemp("certificates")), *CENTRAL)


@pytest.fixture
def central(their_certificates, monkeypatch) -> Iterator[FakeServer]:
    """One server that goes by the names of all central networks, at their own addresses."""
    trust: ssl.SSLContext = their_certificates.client_context()
    monkeypatch.setattr(wire, "ssl_context", lambda: trust)
    with FakeServer(their_certificates.server_context()).running() as server:
        monkeypatch.setattr(guard, "endpoints_for", lambda h, p: [("127.0.0.1", server.port)])
        yield server


@pytest.fixture
def oauth(monkeypatch):
    """Installs Mastodon's log-in as a test wants it."""
    from tests.cast import FakeOAuth, declare

    def install(**kwargs):
        fake = FakeOAuth(**kwargs)
        declare(monkeypatch, oauth=fake)
        return fake

    return install


@pytest.fixture
def collect(monkeypatch):
    """Installs a collector for Mastodon that answers what a test tells it to."""
    from scoring.services import refreshing
    from tests.cast import FakeCollector

    def install(*args, **kwargs):
        collector = FakeCollector(*args, **kwargs)
        monkeypatch.setitem(refreshing.COLLECTORS, "mastodon", collector)
        return collector

    return install
