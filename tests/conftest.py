from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from xdist.scheduler import LoadScopeScheduling

from tests import mock_mastodon, servers
from tests.browser import chromium


def pytest_configure(config: pytest.Config) -> None:
    servers.require()
    # How long an example takes says how busy the machine is, not whether the code is right.
    examples.register_profile(
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    examples.load_profile("patient")


class FilesInOnePiece(LoadScopeScheduling):
    """Files go to whoever is free; those of the browser to one, first, so its site starts once.

    xdist has groups for this, which do nothing with pytest 9.2 (pytest-xdist issue 1386).
    Tests that empty the tables come last, for they leave nothing of what migrations wrote: they
    have files of their own (*_races.py and such), and the order of the files is not changed.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesInOnePiece:
    config.option.loadscopereorder = False  # else the longest come first
    return FilesInOnePiece(config, log)


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
    from scoring import tasks

    rung: list[int] = []
    monkeypatch.setattr(tasks, "ring", rung.append)
    return rung
