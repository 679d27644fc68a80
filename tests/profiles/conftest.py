"""The central networks' back channel, answered by a server of the test's own, and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from profiles.linking.providers import PROVIDERS
from profiles.models import Profile
from scoring.collectors import guard, wire
from scoring.models import FormulaRelease
from tests.browser import certificates
from tests.browser.certificates import Certificates
from tests.cast import NOW, make_person
from tests.fakeserver import FakeServer
from tests.profiles.formulas import announce_the_second, only_the_first

HOSTS = (
    *("github.com", "api.github.com", "api.x.com", "id.twitch.tv", "api.twitch.tv"),
    *("oauth2.googleapis.com", "youtube.googleapis.com", "www.linkedin.com", "api.linkedin.com"),
    *("graph.facebook.com", "api.instagram.com", "graph.instagram.com", "graph.threads.net"),
    *("open.tiktokapis.com", "api.pinterest.com", "foursquare.com", "api.foursquare.com"),
)


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates.made(tmp_path_factory.mktemp("papers"), *HOSTS)


@pytest.fixture
def back(monkeypatch: pytest.MonkeyPatch, papers: Certificates) -> Iterator[FakeServer]:
    """Every name in HOSTS leads here, and no other name anywhere."""
    with FakeServer(papers.server_context()).running() as server:
        trusted = papers.client_context()
        monkeypatch.setattr(wire, "ssl_context", lambda: trusted)
        monkeypatch.setattr(guard, "endpoints_for", lambda host, port: _here(host, server.port))
        yield server


@pytest.fixture
def keys(settings: Any) -> None:
    """The operator is registered at every central network."""
    settings.NETWORK_KEYS = dict.fromkeys(PROVIDERS, ("our-id", "our-secret"))


@pytest.fixture
def alice(db: None, client: Client) -> Profile:
    profile = make_person("alice")
    client.force_login(profile.user)
    return profile


@pytest.fixture
def clock_stands() -> Iterator[None]:
    """At the cast's own time."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def newest_formula_only(db: None) -> None:
    """Without releases the newest counts on all days."""
    FormulaRelease.objects.all().delete()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def announced(now: datetime) -> FormulaRelease:
    """Formula 2, today, for in a month."""
    return announce_the_second(now.date())


@pytest.fixture
def first_only(now: datetime) -> None:
    only_the_first(now.date())


def _here(host: str, port: int) -> list[tuple[str, int]]:
    assert host in HOSTS, host
    return [("127.0.0.1", port)]
