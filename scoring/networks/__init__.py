"""All networks that we know of, in the order in which people see them. One module each."""

from __future__ import annotations

from typing import Final

from scoring.collectors.base import Collector
from scoring.networks.declaring import Network
from scoring.networks.mastodon.about import MASTODON

NETWORKS: Final[dict[str, Network]] = {
    network.key: network
    for network in [
        MASTODON,
    ]
}
COLLECTORS: Final[dict[str, Collector]] = {
    network.key: network.collector for network in NETWORKS.values() if network.collector
}
