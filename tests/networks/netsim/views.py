"""Every request passes here: which network is meant, what it may have, is the answer lawful."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from tests import specs
from tests.networks.netsim import authorization, control
from tests.networks.netsim.network import Asked, Network, Refusal, Route
from tests.networks.netsim.state import FAULTS, GRAPH, INVALID, REQUESTS
from tests.networks.netsim.table import NETWORKS


@csrf_exempt
def answer(request: HttpRequest) -> HttpResponse:
    if request.get_host() == control.HOST:
        return control.answer(request)
    url = f"https://{request.get_host()}{request.path}"
    network, kind, response = _answered(request, url)
    REQUESTS.append(
        {
            "network": network.key if network else "",
            "kind": kind,
            "method": request.method,
            "url": url,
            "query": sorted(request.GET),
            "status": response.status_code,
        }
    )
    return response


def _answered(request: HttpRequest, url: str) -> tuple[Network | None, str, HttpResponse]:
    # The token endpoint of one network is a page of another (graph.facebook.com): all are asked.
    for network in NETWORKS.values():
        for kind, view in _doors(network, url):
            return network, kind, _or_fault(network, kind) or view(request, network)
        if (request.method, url) in network.open:
            view = network.open[request.method or "", url]
            return network, "open", _or_fault(network, "open") or view(request)
        for route in network.routes:
            if found := _matches(route, request):
                broken = _or_fault(network, "resource")
                return network, "resource", broken or _resource(request, network, route, found)
    return None, "nowhere", HttpResponse(status=404)


def _doors(network: Network, url: str) -> list[tuple[str, Any]]:
    doors = {
        network.authorize: ("consent", authorization.consent),
        network.token: ("token", authorization.token),
        network.revoke: ("revoke", authorization.revoke),
    }
    return [doors[url]] if url in doors else []


def _matches(route: Route, request: HttpRequest) -> dict[str, str] | None:
    if route.host != request.get_host() or route.method != request.method:
        return None
    found = route.pattern.fullmatch(request.path)
    return {"": "", **found.groupdict()} if found else None


def _or_fault(network: Network, kind: str) -> HttpResponse | None:
    fault = FAULTS.get(network.key)
    if fault is None or kind not in fault["at"] or fault["after"] > 0:
        if fault and kind in fault["at"]:
            fault["after"] -= 1
        return None
    if fault["what"] == "wait":
        return network.limits(fault["seconds"])
    time.sleep(fault.get("delay", 0))
    return HttpResponse(status=int(fault["what"]))


def _resource(
    request: HttpRequest, network: Network, route: Route, path: dict[str, str]
) -> HttpResponse:
    try:
        asked = _asked(request, network, route, path)
        data = route.answer(asked)
    except Refusal as refusal:
        body = network.refuses(refusal.status, refusal.what)
        return JsonResponse(body, status=refusal.status, safe=False)
    if isinstance(data, HttpResponse):
        return data
    if route.operation and (wrong := _unlawful(network, route.operation, data)):
        INVALID.append(wrong)
        return JsonResponse({"simulator": wrong}, status=500)
    return JsonResponse(data, safe=False)


def _asked(request: HttpRequest, network: Network, route: Route, path: dict[str, str]) -> Asked:
    token, why = authorization.token_of(request, _given(request), route.scopes)
    if token is not None and token.application.name != network.key:
        token, why = None, "invalid_token"
    if token is None:
        raise Refusal(403 if why == "insufficient_scope" else 401, why)
    if network.required_header and (
        request.headers.get(network.required_header) != network.client_id
    ):
        raise Refusal(401, "invalid_client")
    member = GRAPH.members[token.user.username]
    return Asked(request, member, frozenset(token.scope.split()), GRAPH, path)


def _given(request: HttpRequest) -> str:
    kind, _space, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() in {"bearer", "token", "oauth"}:
        return value
    return request.GET.get("access_token") or request.GET.get("oauth_token") or ""


def _unlawful(network: Network, operation: str, data: Any) -> str:
    try:
        specs.check(network.key, operation, json.loads(json.dumps(data)))
    except jsonschema.ValidationError as error:
        return f"{network.key} {operation}: {error.json_path}: {error.message}"
    return ""
