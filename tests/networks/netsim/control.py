"""Behind the scenes: how the tests' process looks into the simulator and makes things happen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from tests.networks.netsim.state import FAULTS, GRAPH, INVALID, REQUESTS, start_over
from tests.networks.netsim.table import HOSTS, NETWORKS

HOST = "netsim.example.org"


def answer(request: HttpRequest) -> HttpResponse:
    asked = json.loads(request.body or b"{}")
    done = DEEDS[request.path.strip("/")](**asked)
    return JsonResponse({"done": done})


def reset() -> None:
    for model in (RefreshToken, AccessToken, Grant, IDToken):
        model.objects.all().delete()
    start_over()


def hosts() -> list[str]:
    return HOSTS


def operations() -> dict[str, list[str]]:
    """What answers are held against, of each network."""
    named = {
        key: {route.operation for route in network.routes if route.operation}
        for key, network in NETWORKS.items()
    }
    return {key: sorted(names) for key, names in named.items()}


def requests() -> list[dict[str, Any]]:
    return REQUESTS


def forget_requests() -> None:
    REQUESTS.clear()


def invalid() -> list[str]:
    return INVALID


def expire(network: str, member: str) -> None:
    """Access tokens are over; what renews them is not."""
    _tokens(network, member).update(expires=timezone.now() - timedelta(minutes=1))


def withdraw(network: str, member: str) -> None:
    """The member removes us in their settings there."""
    of = {"application__name": network, "user__username": member}
    RefreshToken.objects.filter(**of).delete()
    AccessToken.objects.filter(**of).delete()


def alive(network: str, member: str) -> int:
    """How many keys to this member's account work."""
    now = timezone.now()
    of = {"application__name": network, "user__username": member}
    renewing = RefreshToken.objects.filter(**of, revoked=None)
    keys = renewing.count() if NETWORKS[network].refreshes else 0
    return keys + _tokens(network, member).filter(expires__gt=now).count()


def fault(network: str, what: str, at: list[str], **how: Any) -> None:
    FAULTS[network] = {"what": what, "at": at, "after": 0, **how}


def mend() -> None:
    FAULTS.clear()


def post(member: str) -> int:
    return GRAPH.add_post(member).number


def delete(member: str) -> int:
    return GRAPH.delete_post(member).number


def _tokens(network: str, member: str) -> Any:
    return AccessToken.objects.filter(application__name=network, user__username=member)


DEEDS: dict[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (
        *(reset, hosts, operations, requests, forget_requests, invalid, expire, withdraw, alive),
        *(fault, mend, post, delete),
    )
}
