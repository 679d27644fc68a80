"""What Meta's three share: fields by name, edges in pages, tokens that are changed for longer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from oauth2_provider.generators import generate_client_id

from tests.networks.netsim import authorization
from tests.networks.netsim.network import Asked, page_of, wait

LONG: int = 60 * 24 * 3600


def names(text: str) -> dict[str, str]:
    """{"reactions": "reactions.limit(0).summary(true)", "id": "id"}"""
    parts, depth, start = [], 0, 0
    for at, mark in enumerate(text):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(mark, 0)
        if mark == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return {re.split(r"[.({]", part)[0]: part for part in [*parts, text[start:]] if part}


def only(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The fields that were asked for, and always the id."""
    asked = names(text)
    return {name: value for name, value in row.items() if name in asked or name == "id"}


def edge(asked: Asked, rows: list[Any]) -> dict[str, Any]:
    part, more = page_of(rows, asked.number("after", 0), asked.number("limit", 25))
    end = asked.number("after", 0) + len(part)
    paging: dict[str, Any] = {"cursors": {"before": "0", "after": str(end)}}
    if more:
        paging["next"] = f"https://{asked.request.get_host()}/?access_token=no&after={more}"
    return {"data": part, **({"paging": paging} if part else {})}


def insights(of: str, told: Mapping[str, int], asked: str, *, total: bool = False) -> list[Any]:
    """Of those metrics that were asked for."""
    rows = []
    for name in asked.split(","):
        if name in told:
            value = {"value": told[name]}
            how = {"total_value": value} if total else {"values": [value]}
            about = {"id": f"{of}/insights/{name}", "title": name, "description": name}
            rows.append({"name": name, "period": "lifetime", **about, **how})
    return rows


def refuses(status: int, what: str) -> dict[str, Any]:
    """An OAuthException: the number says which."""
    known = {"insufficient_scope": 10, "invalid_token": 190}
    code = known.get(what, 100)
    error = {"message": what or "No.", "type": "OAuthException", "code": code}
    return {"error": {**error, "fbtrace_id": "A"}}


def limits(seconds: int) -> HttpResponse:
    """Minutes until it opens again stand in a header, the reason in a number."""
    body = {"error": {"message": "Slow down.", "type": "OAuthException", "code": 4}}
    use = f'{{"call_count": 100, "estimated_time_to_regain_access": {seconds // 60}}}'
    usage = f'{{"1": [{{"type": "pages", {use[1:-1]}}}]}}'
    headers = {"X-App-Usage": '{"call_count": 100}', "X-Business-Use-Case-Usage": usage}
    return wait(400, body, headers)


def exchange(key: str, grant: str, named: str, *, secret: bool = True) -> Callable[..., Any]:
    """Changes a living token for one that lives for weeks."""

    def view(request: HttpRequest) -> HttpResponse:
        query = request.GET
        fine = query.get("grant_type") == grant
        if secret:
            fine = fine and query.get("client_secret") == f"{key}-secret"
        old, _why = authorization.token_of(request, query.get(named, ""), ())
        if not fine or old is None or old.application.name != key:
            return JsonResponse(refuses(400, "invalid_token"), status=400)
        expires = timezone.now() + timedelta(seconds=LONG)
        new = authorization.another(old, f"long{generate_client_id()}", expires)
        data = {"access_token": new.token, "token_type": "bearer", "expires_in": LONG}
        return JsonResponse(data)

    return view
