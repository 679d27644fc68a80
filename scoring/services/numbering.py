"""By which number an account stands among those who responded to others."""

from __future__ import annotations

from typing import Final

from scoring import vault
from scoring.collectors.base import Identity, Signal
from scoring.models import LinkedAccount
from scoring.networks import NETWORKS

# Whose collectors tell responders by name; all others by the id that accounts have here.
BY_HANDLE: Final = frozenset({"mastodon"})


def number_of(account: Identity | LinkedAccount) -> int | None:
    """None where the network tells nobody who responded."""
    network = NETWORKS.get(account.network)
    if network is None or Signal.RESPONDERS not in network.capabilities:
        return None
    who = account.handle.lower() if account.network in BY_HANDLE else account.uid
    return vault.person_number(network=account.network, who=who)
