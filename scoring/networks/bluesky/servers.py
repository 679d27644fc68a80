"""The servers that ask people for their consent: which one it is, and what it says it can do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from scoring.collectors import guard
from scoring.collectors.base import CollectError
from scoring.collectors.errors import BadAddress, NotData, Refused
from scoring.collectors.guard import Server
from scoring.collectors.http import Transport
from scoring.networks.bluesky.dpop import ALGORITHM

# An endpoint without query, fragment or trick.
PLAIN_URL: Final = re.compile(r"[A-Za-z0-9:/._~%-]{1,500}")
MUST_HOLD: Final = {
    "code_challenge_methods_supported": "S256",
    "dpop_signing_alg_values_supported": ALGORITHM,
    "scopes_supported": "atproto",
}
MUST_BE_TRUE: Final = (
    "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported",
    "client_id_metadata_document_supported",
)


@dataclass(frozen=True, slots=True)
class Authorization:
    """One authorization server, as its checked metadata describe it."""

    issuer: str  # "https://bsky.social", no trailing slash
    authorization_endpoint: str
    token_endpoint: str
    par_endpoint: str
    revocation_endpoint: str  # "" where it has none

    @property
    def host(self) -> str:
        return guard.server_of(self.issuer).host


def issuer_for(transport: Transport, pds: Server) -> str:
    """Who may give out tokens for what lies on that server."""
    try:
        data = transport.get_json(f"{pds.base_url}/.well-known/oauth-protected-resource")
    except (Refused, NotData):
        raise _no_bluesky(pds) from None
    issuers = data.get("authorization_servers") if isinstance(data, dict) else None
    if not isinstance(issuers, list) or len(issuers) != 1 or data.get("resource") != pds.base_url:
        raise _no_bluesky(pds)
    return _issuer(issuers[0], pds)


def authorization_at(transport: Transport, issuer: str) -> Authorization:
    """Raises CollectError unless the server says that it does all that we rely on."""
    server = guard.server_of(issuer)
    try:
        about = transport.get_json(f"{issuer}/.well-known/oauth-authorization-server")
    except (Refused, NotData):
        raise _no_bluesky(server) from None
    if not isinstance(about, dict) or about.get("issuer") != issuer or not _is_able(about):
        raise _no_bluesky(server)
    return Authorization(
        issuer=issuer,
        authorization_endpoint=_endpoint(server, about, "authorization"),
        token_endpoint=_endpoint(server, about, "token"),
        par_endpoint=_endpoint(server, about, "pushed_authorization_request"),
        revocation_endpoint=_revocation(server, about),
    )


def authorization_of(transport: Transport, server: Server) -> Authorization:
    """Of a server that a person typed: one that holds data, or one that only asks."""
    try:
        issuer = issuer_for(transport, server)
    except BadAddress:
        raise
    except NotData:
        issuer = server.base_url
    return authorization_at(transport, issuer)


def _is_able(about: Mapping[str, Any]) -> bool:
    lists = all(_holds(about.get(name), value) for name, value in MUST_HOLD.items())
    return lists and all(about.get(name) is True for name in MUST_BE_TRUE)


def _holds(values: Any, value: str) -> bool:
    return isinstance(values, list) and value in values


def _issuer(value: Any, pds: Server) -> str:
    if not isinstance(value, str) or not PLAIN_URL.fullmatch(value):
        raise _no_bluesky(pds)
    if guard.server_of(value).base_url != value:
        raise _no_bluesky(pds)
    return value


def _endpoint(server: Server, about: Mapping[str, Any], name: str) -> str:
    """Wherever the server has it, but in a place that we may talk to."""
    url = about.get(f"{name}_endpoint")
    if not isinstance(url, str) or not PLAIN_URL.fullmatch(url):
        raise _no_bluesky(server)
    guard.server_of(url)
    return url


def _revocation(server: Server, about: Mapping[str, Any]) -> str:
    return _endpoint(server, about, "revocation") if about.get("revocation_endpoint") else ""


def _no_bluesky(server: Server) -> CollectError:
    message = _(
        "%(host)s does not let other sites ask for leave in Bluesky's way. Type your handle, for"
        " example ann.bsky.social, or the server where your account is."
    )
    return NotData(message % {"host": server.host})
