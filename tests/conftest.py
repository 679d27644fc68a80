from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests import mock_mastodon, servers
from tests.browser import chromium


def pytest_configure(config: pytest.Config) -> None:
    servers.require()
    # How long an example takes says how busy the machine is, not whether the code is right.
    examples.register_profile(
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    examples.load_profile("patient")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says how to get a browser, where tests were skipped for want of one."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(chromium.MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(chromium.MISSING, yellow=True)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and signs of life of one test are none of the next one's business."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def mastodon() -> Iterator[mock_mastodon.MockMastodon]:
    """A Mastodon-shaped server on the loopback; one for all tests of this process."""
    with mock_mastodon.running() as server:
        yield server


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Doorbells that were rung, instead of a broker that nobody listens to."""
    from profiles.views import accounts

    rung: list[int] = []
    monkeypatch.setattr(accounts, "ring", rung.append)
    return rung
