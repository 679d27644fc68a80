from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scoring import tasks
from scoring.collectors import guard, http, wire
from scoring.networks import NETWORKS
from tests.cast import make_person
from tests.networks import facts, sim
from tests.networks.person import Person


@pytest.fixture(scope="session")
def running_netsim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sim.Netsim]:
    with sim.running(tmp_path_factory.mktemp("netsim")) as simulator:
        yield simulator


@pytest.fixture
def netsim(running_netsim: sim.Netsim, monkeypatch: pytest.MonkeyPatch) -> Iterator[sim.Netsim]:
    """All closed networks, as they are at first. Whatever they say must be lawful there."""
    running_netsim.do("reset")
    running_netsim.down.clear()
    monkeypatch.setattr(guard, "endpoints_for", running_netsim.endpoints_for)
    monkeypatch.setattr(http.time, "sleep", lambda seconds: None)  # between a GET's tries
    monkeypatch.setattr(wire, "ssl_context", lambda: running_netsim.trust)
    yield running_netsim
    assert running_netsim.do("invalid") == []


@pytest.fixture(params=[row for row in facts.ALL if row.key in NETWORKS], ids=lambda row: row.key)
def network(request: pytest.FixtureRequest) -> facts.Facts:
    """Each of the closed networks, one after the other."""
    row: facts.Facts = request.param
    return row


@pytest.fixture(autouse=True)
def _registered(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator has keys of every network; rings of the doorbell are heard by nobody."""
    keys = {row.key: (f"{row.key}-client", f"{row.key}-secret") for row in facts.ALL}
    settings.NETWORK_KEYS = keys
    monkeypatch.setattr(tasks, "ring", lambda account_id: None)


@pytest.fixture
def alice(db: None, netsim: sim.Netsim) -> Person:
    return Person(make_person("alice"), netsim)


@pytest.fixture
def charlie(db: None, netsim: sim.Netsim) -> Person:
    return Person(make_person("charlie"), netsim)
