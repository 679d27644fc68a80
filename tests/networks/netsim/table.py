"""All simulated networks."""

from __future__ import annotations

import importlib
import pkgutil

from tests.networks.netsim import at
from tests.networks.netsim.network import Network

NETWORKS: dict[str, Network] = {
    found.name: importlib.import_module(f"{at.__name__}.{found.name}").NETWORK
    for found in pkgutil.iter_modules(at.__path__)
}
BY_CLIENT = {network.client_id: network for network in NETWORKS.values()}
HOSTS = sorted(set().union(*(network.hosts for network in NETWORKS.values())))
