"""kill -9 of each part of the running site while it collects and while people claim perks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakeserver import FakeServer
from tests.klout_site.fault_people import UNITS
from tests.klout_site.faults import (
    CHECKOUT,
    LEASE_SECONDS,
    SECONDS,
    Crowd,
    Group,
    Site,
    SlowMastodon,
    until,
)

PARTS = ["worker", "web", "valkey", "postgres"]


@pytest.fixture(scope="module")
def mastodon() -> Iterator[SlowMastodon]:
    with FakeServer().running() as fake:
        yield SlowMastodon(fake)


@pytest.fixture(scope="module")
def site(mastodon: SlowMastodon, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), mastodon.host)
    try:
        site.start()
        site.settle(PARTS)
        yield site
    finally:
        # After all that was killed and started again, Ctrl-C still leaves nobody behind.
        assert not site.interrupt()


@dataclass(frozen=True)
class Aftermath:
    part: str
    site: Site
    group: Group
    crowd: Crowd

    def wait_for_refreshes(self) -> None:
        until(lambda: self.site.refreshed(self.group) == len(self.group.accounts), "all refreshes")


@pytest.fixture(scope="module", params=PARTS)
def aftermath(request: pytest.FixtureRequest, site: Site, mastodon: SlowMastodon) -> Aftermath:
    """A part was killed during collections and claims, and everybody had their answer since."""
    part, group = request.param, site.groups[request.param]
    mastodon.knows(group.accounts)
    with Crowd(site, group) as crowd:
        until(lambda: crowd.given, "a first claim")
        site.make_due(group)
        until(lambda: site.is_collecting(group), "a collection")
        crowd.wake()
        killed = site.kill(part)
        site.wait_for_another(part, killed)
        if part == "valkey":
            site.empty_redis()
        until(crowd.everybody_knows, "an answer to everybody")
    return Aftermath(part, site, group, crowd)


def test_everything_that_was_due_is_refreshed(aftermath: Aftermath) -> None:
    aftermath.wait_for_refreshes()
    assert aftermath.site.scores(aftermath.group) == len(aftermath.group.accounts)


def test_no_account_is_asked_again_within_its_lease(
    aftermath: Aftermath, mastodon: SlowMastodon
) -> None:
    aftermath.wait_for_refreshes()
    pauses = [pause for token in aftermath.group.accounts for pause in mastodon.pauses(token)]
    # From the request of a slow start to that of a quick one it may be a little less.
    assert all(pause > LEASE_SECONDS * 0.8 for pause in pauses)


def test_a_collection_that_was_cut_off_begins_again(
    aftermath: Aftermath, mastodon: SlowMastodon
) -> None:
    aftermath.wait_for_refreshes()
    if aftermath.part in {"worker", "postgres"}:
        assert any(mastodon.pauses(token) for token in aftermath.group.accounts)


def test_who_was_told_that_a_unit_is_theirs_has_one(aftermath: Aftermath) -> None:
    group, crowd = aftermath.group, aftermath.crowd
    assert len(crowd.given) == UNITS
    assert crowd.given | crowd.refused == set(group.sessions.values())


def test_each_unit_is_with_somebody_who_was_told_so(aftermath: Aftermath) -> None:
    owners = aftermath.site.owners(aftermath.group.perk)
    assert len(owners) == UNITS
    assert set(owners) == aftermath.crowd.given


def test_the_site_is_whole_again(aftermath: Aftermath) -> None:
    site = aftermath.site
    until(lambda: site.status("/healthz") == "200", "a healthy site", pause=0.3)
    # Each web process with its own old connection to the database: none shows an error now.
    assert {site.status(f"/perks/{aftermath.group.perk}/") for _ in range(8)} == {"200"}


def test_pages_need_no_worker_and_no_redis(aftermath: Aftermath) -> None:
    if aftermath.part in {"worker", "valkey"}:
        assert not aftermath.crowd.troubles


def test_a_doorbell_without_a_broker_gives_up_quickly() -> None:
    ring = (
        "import django; django.setup(); import time; from scoring.tasks import ring;"
        "began = time.monotonic(); ring(1); ring(1); print(time.monotonic() - began)"
    )
    nowhere = {"REDIS_URL": "unix:///nowhere/redis.sock", "PYTHONWARNINGS": "ignore"}
    said = subprocess.run(
        [sys.executable, "-c", ring],
        cwd=CHECKOUT,
        env={**os.environ, **nowhere, "DJANGO_SETTINGS_MODULE": "klout_site.settings"},
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    assert float(said.stdout) < 4
