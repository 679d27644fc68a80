"""What the session remembers of a sign-in, while the person is at the network."""

from __future__ import annotations

import hmac
import json
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from profiles.linking.starting import Started
from scoring import vault
from scoring.collectors.base import Identity, Tokens
from scoring.services.connecting import Proven

SESSION_KEY: Final = "connecting"
# Long enough to find a password and a second factor, short enough to be forgotten.
STALE_SECONDS: Final = 15 * 60


def remember(request: HttpRequest, network: str, started: Started) -> None:
    request.session[SESSION_KEY] = {
        "network": network,
        "host": started.host,
        "server": started.server,
        "state": started.state,
        "url": started.url,
        "remember": dict(started.remember),
        "at": timezone.now().timestamp(),
    }


def recall(request: HttpRequest) -> dict[str, Any] | None:
    """None where there is nothing, or nothing fresh."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if not kept or timezone.now().timestamp() - kept["at"] > STALE_SECONDS:
        return None
    return kept


def is_answer_to(kept: dict[str, Any] | None, given: str) -> bool:
    asked = (kept or {}).get("state", "")
    return bool(asked) and hmac.compare_digest(given.encode(), asked.encode())


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def keep_choice(request: HttpRequest, proven: tuple[Proven, ...]) -> None:
    """Accounts of which the person has yet to choose one: with tokens, so sealed."""
    rows = [_row(one) for one in proven]
    request.session[SESSION_KEY] = {
        "network": proven[0].identity.network,
        "choice": vault.seal(json.dumps(rows)).decode(),
        "at": timezone.now().timestamp(),
    }


def choice(request: HttpRequest) -> tuple[Proven, ...]:
    """() where there is none, or where it has become too old."""
    kept = recall(request) or {}
    try:
        rows = json.loads(vault.unseal(kept["choice"].encode()))
    except (KeyError, vault.Unreadable):
        return ()
    return tuple(_proven(row) for row in rows)


def _row(proven: Proven) -> dict[str, Any]:
    """Tokens of those who offer a choice do not expire by a date (Facebook's Pages)."""
    identity, tokens = proven.identity, proven.tokens
    return {
        "identity": {name: getattr(identity, name) for name in Identity.__slots__},
        "tokens": {
            "access": tokens.access,
            "refresh": tokens.refresh,
            "scopes": list(tokens.scopes),
            "extra": dict(tokens.extra),
        },
    }


def _proven(row: dict[str, Any]) -> Proven:
    said, held = row["identity"], row["tokens"]
    identity = Identity(**{**said, "also": tuple(said["also"])})
    return Proven(identity, Tokens(**{**held, "scopes": tuple(held["scopes"])}))
