"""Where to send people who want to link an account, whatever kind of network it is at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.urls import reverse

from scoring.networks.declaring import Link, Network
from scoring.services import bluesky_connecting, connecting


@dataclass(frozen=True, slots=True)
class Started:
    """What to keep in the session until the person is back.

    `host`: the last part of the address that the answer comes to; `server`: who will ask.
    """

    host: str
    server: str
    state: str
    url: str
    remember: Mapping[str, Any] = field(default_factory=dict, repr=False)


def start(request: HttpRequest, network: Network, typed: str, *, at: datetime) -> Started:
    """Raises CollectError, in words for the person."""
    if network.link is Link.CONSENT:
        return _central(request, network)
    if network.key == "bluesky":
        return _bluesky(request, typed, at)
    return _mastodon(request, typed, at)


def _central(request: HttpRequest, network: Network) -> Started:
    """Scopes are those of the declaration: nothing in the request can widen them."""
    provider = get_adapter().get_provider(request, network.key)
    url = provider.redirect(request, process=AuthProcess.CONNECT).url
    state = parse_qs(urlsplit(url).query)["state"][0]
    return Started(network.key, network.name, state, url)


def _mastodon(request: HttpRequest, typed: str, at: datetime) -> Started:
    def callback(host: str) -> str:
        return request.build_absolute_uri(reverse("connect_callback", args=[host]))

    begun = connecting.start(typed, redirect_uri=callback, at=at)
    remember = {"app_id": begun.app_id, "verifier": begun.verifier}
    return Started(begun.host, begun.host, begun.state, begun.consent_url, remember)


def _bluesky(request: HttpRequest, typed: str, at: datetime) -> Started:
    back = request.build_absolute_uri(reverse("connect_callback", args=[bluesky_connecting.HOST]))
    begun = bluesky_connecting.start(typed, redirect_uri=back, at=at)
    remember = dict(begun.remember)
    return Started(begun.host, begun.server, begun.state, begun.consent_url, remember)
