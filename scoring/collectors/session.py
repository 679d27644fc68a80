"""Our one HTTP client behind the face of `requests`, for libraries that ask by that."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import requests
from django.utils.translation import gettext as _
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError
from scoring.collectors.http import REDIRECTS, Limits, Transport

LIMITS: Final = Limits(connect=5, read=10, total=15, body=1024 * 1024)
# What Transport says by itself, and better.
OWN_HEADERS: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)


class Failed(requests.RequestException):
    """What kept us from an answer; `str(error)` is in words for people."""


def session() -> requests.Session:
    """Every request of it goes through Transport: its guard, limits and certificates.

    Nothing is followed, and neither proxies nor passwords are taken from the environment.
    """
    made = requests.Session()
    made.trust_env = False
    made.headers.clear()
    made.adapters.clear()
    made.mount("https://", _Adapter())
    made.mount("http://", _Adapter())
    return made


class _Adapter(BaseAdapter):
    def send(
        self, request: requests.PreparedRequest, *_args: Any, **_options: Any
    ) -> requests.Response:
        body = request.body
        if not isinstance(body, bytes):
            body = body.encode() if isinstance(body, str) else b""  # we stream nothing
        try:
            with Transport(LIMITS) as transport:
                reply = transport.send(
                    request.method or "GET",
                    request.url or "",
                    headers=_headers(request.headers),
                    body=body,
                )
        except CollectError as error:
            raise Failed(str(error), request=request) from None
        if reply.status in REDIRECTS:
            message = _("%(host)s sends us on to where we may not go.")
            raise Failed(message % {"host": reply.host}, request=request)
        return _response(reply, request)

    def close(self) -> None:
        """Each request has a connection of its own."""


def _headers(given: Mapping[str, Any]) -> dict[str, str]:
    texts = {
        name: value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in given.items()
    }
    return {name: value for name, value in texts.items() if name.lower() not in OWN_HEADERS}


def _response(reply: Reply, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = reply.status
    response.headers = CaseInsensitiveDict({"content-type": "", **dict(reply.headers)})
    response.raw = BytesIO(reply.body)
    response.encoding = "utf-8"
    response.url = request.url or ""
    response.request = request
    return response
