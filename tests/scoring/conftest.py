"""Servers to talk to: one that misbehaves on demand, and one that is shaped like Mastodon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import mock_mastodon
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
