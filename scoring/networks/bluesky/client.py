"""Who we are at Bluesky's servers. Nobody registers there: they read about us at our own address.

With BLUESKY_PRIVATE_KEY we are a confidential client, whose log-ins last; without it, and only on
a developer's machine, the loopback client that the AT protocol has for that.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors.base import CollectError
from scoring.networks.bluesky import dpop

# Paths of this site; a client is named by the address of what it says about itself.
METADATA_PATH: Final = "oauth/bluesky/client-metadata.json"
JWKS_PATH: Final = "oauth/bluesky/jwks.json"
# Answers for a loopback client must come to 127.0.0.1; from there we go back to "localhost".
LOOPBACK_PATH: Final = "oauth/bluesky/loopback/"

IDENTITY_SCOPE: Final = "atproto"
PROFILE_SCOPE: Final = "rpc:app.bsky.actor.getProfile?aud=*"
NOTIFICATIONS_SCOPE: Final = "rpc:app.bsky.notification.listNotifications?aud=*"
SCOPES: Final = " ".join([IDENTITY_SCOPE, PROFILE_SCOPE, NOTIFICATIONS_SCOPE])

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Client:
    client_id: str
    redirect_uri: str


def client_for(redirect_uri: str) -> Client:
    """Raises CollectError where this site is not set up to be one."""
    if is_confidential():
        path = urlsplit(redirect_uri).path
        return Client(f"{settings.SITE_URL}/{METADATA_PATH}", f"{settings.SITE_URL}{path}")
    if settings.PRODUCTION or urlsplit(redirect_uri).hostname not in {"localhost", "127.0.0.1"}:
        raise CollectError(_("This site is not set up for Bluesky yet."))
    back = _on_loopback(redirect_uri)
    asked = urlencode({"redirect_uri": back, "scope": SCOPES})
    return Client(f"http://localhost?{asked}", back)


def is_confidential() -> bool:
    return bool(settings.BLUESKY_PRIVATE_KEY) and settings.SITE_URL.startswith("https://")


def authentication(client_id: str, issuer: str) -> dict[str, str]:
    """The fields by which we prove to be that client; fresh for every request."""
    if not client_id.startswith("https://"):
        return {"client_id": client_id}
    return {
        "client_id": client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _assertion(client_id, issuer),
    }


def metadata(redirect_uri: str) -> dict[str, Any]:
    """What servers read about us before they show our name to anybody."""
    return {
        "client_id": f"{settings.SITE_URL}/{METADATA_PATH}",
        "client_name": settings.SITE_NAME,
        "client_uri": settings.SITE_URL,
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [redirect_uri],
        "scope": SCOPES,
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": dpop.ALGORITHM,
        "jwks_uri": f"{settings.SITE_URL}/{JWKS_PATH}",
    }


def jwks() -> dict[str, Any]:
    """The public half of our key."""
    jwk = dpop.public_jwk(dpop.read_key(settings.BLUESKY_PRIVATE_KEY))
    named = {"kid": dpop.thumbprint(jwk), "use": "sig", "alg": dpop.ALGORITHM}
    return {"keys": [{**jwk, **named}]}


def _assertion(client_id: str, issuer: str) -> str:
    if not settings.BLUESKY_PRIVATE_KEY:
        raise CollectError(_("This site has lost its key for Bluesky: its operator must set it."))
    key = dpop.read_key(settings.BLUESKY_PRIVATE_KEY)
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    headers = {"kid": dpop.thumbprint(dpop.public_jwk(key))}
    return jwt.encode(claims, key, algorithm=dpop.ALGORITHM, headers=headers)


def _on_loopback(redirect_uri: str) -> str:
    """The protocol forbids the name "localhost" there, and cookies do not cross over."""
    parts = urlsplit(redirect_uri)
    if parts.hostname != "localhost":
        return redirect_uri
    return f"http://127.0.0.1:{parts.port or 80}/{LOOPBACK_PATH}"
