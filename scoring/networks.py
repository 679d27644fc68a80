"""What people see of a network: name, colour, icon, and what we will read once they agree."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Network:
    key: str
    name: str
    colour: str  # "#rrggbb", the network's own
    icon: str  # a name in the Lucide set
    scopes: str | Promise  # one sentence, read before consent


NETWORKS: dict[str, Network] = {
    network.key: network
    for network in [
        Network(
            key="mastodon",
            name="Mastodon",
            colour="#6364ff",
            icon="message-circle",
            scopes=_(
                "We read your profile, your public posts and who responded to them. We can't post,"
                " follow or change anything, and keep nothing of private posts and messages."
            ),
        ),
    ]
}
