"""All networks that we know of, in the order in which people see them. One module each."""

from __future__ import annotations

from typing import Final

from scoring.collectors.base import Collector
from scoring.networks.bluesky.about import BLUESKY
from scoring.networks.declaring import Network
from scoring.networks.facebook import FACEBOOK
from scoring.networks.foursquare import FOURSQUARE
from scoring.networks.github import GITHUB
from scoring.networks.googleplus import GOOGLEPLUS
from scoring.networks.instagram import INSTAGRAM
from scoring.networks.linkedin import LINKEDIN
from scoring.networks.mastodon.about import MASTODON
from scoring.networks.operating import may_score
from scoring.networks.pinterest import PINTEREST
from scoring.networks.reddit import REDDIT
from scoring.networks.threads import THREADS
from scoring.networks.tiktok import TIKTOK
from scoring.networks.twitch import TWITCH
from scoring.networks.x.about import X
from scoring.networks.youtube import YOUTUBE

NETWORKS: Final[dict[str, Network]] = {
    network.key: network
    for network in [
        MASTODON,
        BLUESKY,
        GITHUB,
        X,
        YOUTUBE,
        TWITCH,
        TIKTOK,
        PINTEREST,
        INSTAGRAM,
        THREADS,
        FACEBOOK,
        LINKEDIN,
        FOURSQUARE,
        GOOGLEPLUS,
        REDDIT,
    ]
}
COLLECTORS: Final[dict[str, Collector]] = {
    network.key: network.collector for network in NETWORKS.values() if network.collector
}


def barred() -> list[str]:
    """Networks that must stay out of everything that is derived: of scores, topics and rankings."""
    return [key for key, network in NETWORKS.items() if not may_score(network)]
