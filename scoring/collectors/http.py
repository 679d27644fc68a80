"""The one HTTP client of the site: asks for JSON, within limits, and complains in plain words."""

from __future__ import annotations

import json
import math
import random
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors import answers, guard
from scoring.collectors.answers import Reply
from scoring.collectors.errors import BadAddress, Moved, NotData, Unreachable
from scoring.collectors.pacing import Pacer
from scoring.collectors.rates import Pace
from scoring.collectors.wire import Deadline, GuardedTransport

MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

# A name may come more than once: then as pairs.
Params = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes. `total` is for all tries and redirects of one request together, `whole`
    for all requests of one Transport: strangers can't make somebody who waits, wait longer."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 20.0
    whole: float = math.inf
    body: int = 4 * 1024 * 1024
    # Upper bounds of the waits before a GET is tried again.
    pauses: tuple[float, ...] = (0.3, 0.6)


class Transport:
    """Requests of one collection or one step of OAuth; keeps the connection between them.

    Every method raises CollectError (see errors.py for its kinds) and nothing else. Not for use
    by two threads at once. With a `pace`, every request is counted in the buckets that all
    workers share: of its host, and of the account that `label` names.
    """

    def __init__(
        self, limits: Limits | None = None, *, pace: Pace | None = None, label: str = ""
    ) -> None:
        self._limits = limits or Limits()
        self._pacer = Pacer(pace, label)
        self.requests = 0  # sent so far, repeats included
        self._deadline = Deadline(self._limits.whole)
        self._wire = GuardedTransport(self._deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    def get_json(
        self,
        url: str,
        *,
        token: str = "",
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        anywhere: bool = False,
    ) -> Any:
        """What the server says, parsed. `anywhere` follows redirects to other public servers."""
        self._deadline.start(self._limits.total)
        target = _url(url, params)
        named = _with_token(headers, token)
        for _hop in range(MOST_REDIRECTS + 1):
            reply = self._get_patiently(target, named)
            if not _is_redirect(reply):
                return answers.data_of(reply, self._pacer.dialect)
            target, before = _next(target, reply), target
            if not _same_origin(target, before):
                if not anywhere:
                    raise _moved(target, reply.host)
                named = {}  # the other server gets neither the token nor anything else of ours
        raise NotData(_("%(host)s sends us round in circles.") % {"host": reply.host})

    def get(
        self,
        url: str,
        *,
        token: str = "",
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer as it came, whatever its status, after the tries that a GET gets.

        For networks whose refusals must be read. Follows nothing.
        """
        self._deadline.start(self._limits.total)
        return self._get_patiently(_url(url, params), _with_token(headers, token))

    def post_form(
        self, url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Sent once: no retry and no redirect, since neither is safe for a POST."""
        body = urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return answers.data_of(
            self._post(url, body, {**kind, **(headers or {})}), self._pacer.dialect
        )

    def post_json(
        self,
        url: str,
        data: Any,
        *,
        token: str = "",
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """As post_form."""
        body = json.dumps(data).encode()
        named = {"Content-Type": "application/json", **_with_token(headers, token)}
        return answers.data_of(self._post(url, body, named, params), self._pacer.dialect)

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """One request and its answer as it came, whatever its status; follows nothing.

        For callers that must read an answer's headers.
        """
        self._deadline.start(self._limits.total)
        if method != "GET":
            # On a connection that the server is just closing (some always do, and do not say
            # so) it would be lost, and unlike a GET it can't be sent again.
            self._wire.close()
        return self._send(self._request(method, _url(url, params), headers or {}, body))

    def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], params: Params | None = None
    ) -> Reply:
        reply = self.send("POST", url, params=params, headers=headers, body=body)
        if _is_redirect(reply):
            raise _moved(_next(_url(url, params), reply), reply.host)
        return reply

    def _get_patiently(self, url: httpx2.URL, headers: Mapping[str, str]) -> Reply:
        """A failing server gets a second and a third chance within a second."""
        for pause in _jittered(self._limits.pauses):
            try:
                reply = self._send(self._request("GET", url, headers))
                if reply.status < 500:
                    return reply
            except Unreachable as error:
                if not error.worth_retrying:
                    raise
            time.sleep(pause)
        return self._send(self._request("GET", url, headers))

    def _request(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], body: bytes = b""
    ) -> httpx2.Request:
        named = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # nothing to blow up
            "User-Agent": settings.USER_AGENT.encode("ascii", "replace").decode(),
            **headers,
        }
        seconds = {"connect": self._limits.connect, "pool": self._limits.connect}
        seconds |= {"read": self._limits.read, "write": self._limits.read}
        content = body if method != "GET" else None
        return httpx2.Request(
            method, url, headers=named, content=content, extensions={"timeout": seconds}
        )

    def _send(self, request: httpx2.Request) -> Reply:
        """Every request passes here, so every address, redirects' too, meets the guard here."""
        host = guard.server_of(str(request.url)).host
        self._pacer.keep(host)
        self.requests += 1
        try:
            response = self._wire.handle_request(request)
            try:
                body = self._read(response, host)
            finally:
                response.close()
        except httpx2.TransportError as error:
            raise _unreachable(error, host) from None
        reply = Reply(host, response.status_code, response.headers, body)
        self._pacer.heed(reply)
        return reply

    def _read(self, response: httpx2.Response, host: str) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise NotData(_("%(host)s sent packed data that we did not ask for.") % {"host": host})
        if _declared_size(response) > self._limits.body:
            raise _too_much(host)
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self._limits.body:
                raise _too_much(host)
        return bytes(body)


def _jittered(pauses: tuple[float, ...]) -> Iterator[float]:
    return (random.uniform(pause / 3, pause) for pause in pauses)


def _declared_size(response: httpx2.Response) -> int:
    declared = response.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() else 0


def _too_much(host: str) -> NotData:
    return NotData(_("%(host)s sent far more data than we asked for.") % {"host": host})


def _is_redirect(reply: Reply) -> bool:
    return reply.status in REDIRECTS and "location" in reply.headers


def _with_token(headers: Mapping[str, str] | None, token: str) -> dict[str, str]:
    return {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}


def _url(url: str, params: Params | None = None) -> httpx2.URL:
    try:
        asked = httpx2.URL(url)
        return asked.copy_merge_params(list(_pairs(params))) if params else asked
    except httpx2.InvalidURL:
        raise BadAddress(_("That address can't be read.")) from None


def _pairs(params: Params) -> Sequence[tuple[str, str]]:
    return list(params.items()) if isinstance(params, Mapping) else params


def _next(url: httpx2.URL, reply: Reply) -> httpx2.URL:
    try:
        return url.join(reply.headers["location"])
    except (httpx2.InvalidURL, ValueError):
        raise NotData(
            _("%(host)s sends us to an address that can't be read.") % {"host": reply.host}
        ) from None


def _same_origin(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _moved(url: httpx2.URL, host: str) -> Moved:
    """Names the other server only if we could talk to it: the text is a stranger's."""
    names = {"host": host}
    try:
        names["other"] = guard.server_of(str(url)).host
    except BadAddress:
        return Moved(_("%(host)s sends us on to where we may not go.") % names)
    return Moved(
        _("%(host)s sends us on to %(other)s. If your account is there, type that name.") % names
    )


def _unreachable(error: httpx2.TransportError, host: str) -> Unreachable:
    if isinstance(error, httpx2.TimeoutException):
        return Unreachable(_("%(host)s did not answer in time.") % {"host": host})
    if _is_about_tls(error):
        message = _("%(host)s has no valid certificate, so nothing was sent to it.")
        return Unreachable(message % {"host": host})
    if isinstance(error, httpx2.ConnectError):
        message = _("%(host)s does not take connections just now.")
    else:
        message = _("%(host)s broke off the conversation.")
    return Unreachable(message % {"host": host}, worth_retrying=True)


def _is_about_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
