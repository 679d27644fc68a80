"""To a central network and back, as a browser would go."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.urls import reverse

from profiles.views.accounts.pending import SESSION_KEY


def leave(client: Client, network: str, query: str = "") -> dict[str, str]:
    """To our consent page; what the network is asked for there."""
    answer = client.post(reverse("connect_network", args=[network]) + query)
    assert answer.url == reverse("consent"), answer.url
    url = client.session[SESSION_KEY]["url"]
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def come_back(client: Client, network: str, **query: str) -> Any:
    return client.get(reverse(f"{network}_callback"), query, follow=True)


def link(client: Client, network: str) -> Any:
    return come_back(client, network, code="a-code", state=leave(client, network)["state"])


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])
