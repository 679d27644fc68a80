"""What one network's file declares: its authorization server, and what it answers to whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse

from tests.networks.netsim.graph import Graph, Member

FOR_EVER = 10 * 365 * 24 * 3600


@dataclass
class Asked:
    """One request for a resource, after its token was checked."""

    request: HttpRequest
    member: Member  # whose token it is
    scopes: frozenset[str]
    graph: Graph
    path: Mapping[str, str]  # the {words} of the route

    def get(self, name: str, default: str = "") -> str:
        return self.request.GET.get(name, default)

    def number(self, name: str, default: int) -> int:
        return int(self.get(name) or default)


class Refusal(Exception):
    """The network says no: with a status and a word that its dialect knows."""

    def __init__(self, status: int, what: str = "") -> None:
        super().__init__(what)
        self.status, self.what = status, what


@dataclass(frozen=True)
class Route:
    """`operation`: its name in the official description (tests/specs); "": there is none."""

    method: str
    url: str  # https://host/path/{word}
    answer: Callable[[Asked], Any]
    scopes: tuple[str, ...] = ()
    operation: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def pattern(self) -> re.Pattern[str]:
        path = re.escape(urlsplit(self.url.replace("{", "<").replace("}", ">")).path)
        return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))


@dataclass(frozen=True)
class Network:
    key: str
    authorize: str  # address of the consent page
    token: str  # address where a code becomes a token
    scopes: tuple[str, ...]  # all that the network knows
    routes: tuple[Route, ...] = ()
    revoke: str = ""
    implied: tuple[str, ...] = ()  # what is granted where no scope is asked for
    client_id_name: str = "client_id"
    basic: bool = False  # the client shows its secret in a Basic header, and nowhere else
    pkce: bool = False  # refuses who comes without
    token_by_get: bool = False
    lifetime: int = FOR_EVER
    refreshes: bool = False
    rotates: bool = False
    issuer: str = ""  # of id tokens
    denied: str = "access_denied"  # its word for a no
    # How tokens, refusals and requests to wait look here.
    says_token: Callable[[dict[str, Any], str], Mapping[str, Any]] = lambda data, grant: data
    refuses: Callable[[int, str], Any] = lambda status, what: {"error": what}
    limits: Callable[[int], HttpResponse] = lambda seconds: HttpResponse(status=429)
    # Further addresses that answer without a token: exchanges, discovery, keys.
    open: Mapping[tuple[str, str], Callable[[HttpRequest], HttpResponse]] = field(
        default_factory=dict
    )
    required_header: str = ""  # "Client-Id": must name our registration on every request
    claims: Callable[[Member], Mapping[str, Any]] = lambda member: {}
    uid: Callable[[Member], str] = lambda member: str(member.number)

    @property
    def client_id(self) -> str:
        return f"{self.key}-client"

    @property
    def client_secret(self) -> str:
        return f"{self.key}-secret"

    @property
    def hosts(self) -> set[str]:
        urls = [self.authorize, self.token, self.revoke, *(url for _method, url in self.open)]
        return {urlsplit(url).netloc for url in urls if url} | {r.host for r in self.routes}


def moment(at: Any) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def page_of(rows: Sequence[Any], start: int, size: int) -> tuple[list[Any], int | None]:
    """That part of the rows, and where the next one starts."""
    end = start + size
    return list(rows[start:end]), end if end < len(rows) else None


def wait(status: int, body: Any, headers: Mapping[str, str]) -> HttpResponse:
    return JsonResponse(body, status=status, headers=dict(headers))
