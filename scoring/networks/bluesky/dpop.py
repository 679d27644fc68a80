"""DPoP (RFC 9449): tokens that are worth nothing without our key, and proofs that we hold it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _
from jwt.algorithms import ECAlgorithm

from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError
from scoring.collectors.http import Params, Transport

ALGORITHM: Final = "ES256"
LONGEST_NONCE: Final = 500


def new_key() -> str:
    """A key for one log-in, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def read_key(pem: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError for anything but a private key that signs ES256."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (TypeError, UnicodeError):  # a key that needs a password
        raise ValueError("no readable key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("no key of the curve P-256")
    return key


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    made: dict[str, str] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {name: made[name] for name in ("crv", "kty", "x", "y")}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638: a name for a key that follows from the key."""
    text = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return _digest(text)


def challenge(verifier: str) -> str:
    """PKCE's S256."""
    return _digest(verifier)


class Prover:
    """Sends requests with proofs, and remembers the nonce that each server wants in the next.

    A server may refuse the first request only to tell its nonce: then, and once, we try again.
    """

    def __init__(self, transport: Transport, pem: str) -> None:
        self._transport = transport
        try:
            self._key = read_key(pem)
        except ValueError:
            message = _("We can no longer read the key to this account.")
            raise CollectError(message, permanent=True) from None
        self._jwk = public_jwk(self._key)
        self._nonces: dict[str, str] = {}

    def post_form(
        self, url: str, form: Mapping[str, str], sign: Callable[[], Mapping[str, str]]
    ) -> Reply:
        """`sign` gives the fields that say who we are: no server need take the same ones twice."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}

        def once() -> Reply:
            body = urlencode({**form, **sign()}).encode()
            proof = self._proof("POST", url)
            return self._transport.send("POST", url, headers={**kind, "DPoP": proof}, body=body)

        return self._twice_at_most(url, once)

    def get(self, url: str, *, token: str, params: Params) -> Reply:
        def once() -> Reply:
            headers = {"Authorization": f"DPoP {token}", "DPoP": self._proof("GET", url, token)}
            return self._transport.send("GET", url, params=params, headers=headers)

        return self._twice_at_most(url, once)

    def _twice_at_most(self, url: str, once: Callable[[], Reply]) -> Reply:
        reply = self._remembered(url, once())
        return self._remembered(url, once()) if wants_nonce(reply) else reply

    def _remembered(self, url: str, reply: Reply) -> Reply:
        nonce = reply.headers.get("dpop-nonce", "")
        if nonce and nonce.isascii() and nonce.isprintable() and len(nonce) <= LONGEST_NONCE:
            self._nonces[_origin(url)] = nonce
        return reply

    def _proof(self, method: str, url: str, token: str = "") -> str:
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url.partition("?")[0],
            "iat": int(time.time()),
        }
        if nonce := self._nonces.get(_origin(url)):
            claims["nonce"] = nonce
        if token:
            claims["ath"] = _digest(token)
        headers = {"typ": "dpop+jwt", "jwk": self._jwk}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers=headers)


def wants_nonce(reply: Reply) -> bool:
    """How an authorization server says it (in the body), and how a resource server does."""
    if reply.status not in {400, 401} or not reply.headers.get("dpop-nonce"):
        return False
    said = reply.headers.get("www-authenticate", "") + reply.body[:2000].decode(errors="replace")
    return "use_dpop_nonce" in said


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
