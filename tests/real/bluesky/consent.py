"""Somebody's yes at their own server, as its pages say it, without a browser."""

from __future__ import annotations

import json
import urllib.request
from email.message import Message
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

from tests.real.bluesky.people import PASSWORD, Person

API: Final = "/@atproto/oauth-provider/~api"
ANSWER: Final = ("iss", "state", "code", "error")


def answer(consent_url: str, person: Person, *, yes: bool = True) -> dict[str, str]:
    """The query with which they come back to us."""
    return _Pages(consent_url).answer(person, yes=yes)


class _Pages:
    def __init__(self, consent_url: str) -> None:
        self._url = consent_url
        parts = urlsplit(consent_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._cookies: dict[str, str] = {}  # Python's jar keeps none for "localhost"

    def answer(self, person: Person, *, yes: bool) -> dict[str, str]:
        self._look()
        typed = {"username": person.handle, "password": PASSWORD, "remember": False}
        signed_in = self._post("sign-in", {"locale": "en", **typed})
        said = self._post(
            "consent" if yes else "reject",
            {"did": person.did} if yes else {},
            signed_in.get("ephemeralToken", ""),
        )
        # One more page of theirs sends the browser there, with what this address says.
        back = dict(parse_qsl(urlsplit(said["url"]).query))
        return {name: back[name] for name in ANSWER if name in back}

    def _post(self, name: str, body: dict[str, Any], token: str = "") -> Any:
        headers = {
            "Content-Type": "application/json",
            "X-CSRF-Token": self._cookies["csrf-token"],
            "Origin": self._origin,
            "Referer": self._url,
            "Sec-Fetch-Mode": "same-origin",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Dest": "empty",
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        data = json.dumps(body).encode()
        status, _headers, said = self._ask(f"{self._origin}{API}/{name}", headers, data)
        assert status == HTTPStatus.OK, f"{name}: {said[:300]!r}"
        return json.loads(said)

    def _look(self) -> None:
        headers = {
            "Accept": "text/html",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Dest": "document",
        }
        status, _headers, said = self._ask(self._url, headers)
        assert status == HTTPStatus.OK, said[:300]

    def _ask(
        self, url: str, headers: dict[str, str], data: bytes | None = None
    ) -> tuple[int, Message, bytes]:
        kept = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        request = urllib.request.Request(url, data, {**headers, "Cookie": kept})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                answered = answer.status, answer.headers, answer.read()
        except HTTPError as other:
            with other:
                answered = other.code, other.headers, other.read()
        for line in answered[1].get_all("set-cookie", []):
            self._cookies.update({one.key: one.value for one in SimpleCookie(line).values()})
        return answered
