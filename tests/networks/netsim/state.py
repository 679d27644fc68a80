"""What the simulator remembers while it runs: the graph, who asked what, what is broken."""

from __future__ import annotations

from typing import Any

from tests.networks.netsim.graph import Graph

GRAPH = Graph()
REQUESTS: list[dict[str, Any]] = []
INVALID: list[str] = []  # answers that the networks' official descriptions do not allow
FAULTS: dict[str, dict[str, Any]] = {}  # by network: what its resources answer instead


def start_over() -> None:
    GRAPH.__init__()  # type: ignore[misc]
    REQUESTS.clear()
    INVALID.clear()
    FAULTS.clear()
