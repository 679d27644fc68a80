"""One provider for each central network, by the network's key."""

from __future__ import annotations

from typing import Final

from profiles.linking.providers import meta, openid, plain
from profiles.linking.providers.base import CentralProvider

PROVIDERS: Final[dict[str, type[CentralProvider]]] = {
    provider.id: provider
    for provider in (
        *(plain.GitHub, plain.X, openid.YouTube, plain.Twitch, plain.TikTok, plain.Pinterest),
        *(meta.Instagram, meta.Threads, meta.Facebook, openid.LinkedIn, plain.Foursquare),
    )
}
