"""From a Bluesky handle that somebody typed to an account that is proven to be theirs.

As connecting.py does it for servers of Mastodon's kind, except that nothing is registered
beforehand, and that the answer of every server comes to one address (`iss` tells them apart).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from scoring import vault
from scoring.collectors.base import CollectError
from scoring.networks.bluesky import oauth
from scoring.networks.bluesky.identity import HOST
from scoring.services.connecting import Proven


@dataclass(frozen=True, slots=True)
class Started:
    """What to remember (server-side) until the person comes back, and where to send them.

    `server` is the name of where they will be asked; `host` the last part of the address to
    which the answer comes. `remember` is sealed: it may lie in a session as it is.
    """

    host: str
    server: str
    state: str
    consent_url: str
    remember: dict[str, str] = field(repr=False)


def start(typed: str, *, redirect_uri: str, at: datetime) -> Started:
    """Takes a handle, a DID, or a server. Raises CollectError, in words for the person."""
    pending, consent_url = oauth.begin(typed, redirect_uri=redirect_uri)
    sealed = vault.seal(json.dumps(asdict(pending))).decode()
    return Started(HOST, pending.server, pending.state, consent_url, {"sealed": sealed})


def finish(remember: Mapping[str, str], *, params: Mapping[str, str], at: datetime) -> Proven:
    """Turns the answer that came to our address into tokens whose owner is proven.

    `params` is the query of that request, `error` included. Raises CollectError.
    """
    pending = _pending(remember)
    identity, tokens = oauth.complete(pending, params, at=at)
    return Proven(identity, tokens)


def _pending(remember: Mapping[str, str]) -> oauth.Pending:
    try:
        return oauth.Pending(**json.loads(vault.unseal(remember["sealed"].encode())))
    except (KeyError, TypeError, ValueError, vault.Unreadable):
        raise CollectError(_("This sign-in is no longer known. Please connect again.")) from None
