"""Reads the environment, typed; a value that can't be used stops the start and names itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip() or default


def boolean(name: str, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,18}", value) or not low <= int(value) <= high:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not {value!r}."
        )
    return int(value)


def choice(name: str, default: str, choices: set[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(choices))}.")
    return value


def site(name: str, url: str) -> SplitResult:
    """A scheme and a host: whatever follows, or a password, would end up in all our addresses."""
    try:
        parts = urlsplit(url)
        more = parts.path or "@" in parts.netloc or re.search(r"[?#\s]", url)
        # A port that can't be one raises.
        if parts.scheme in {"http", "https"} and parts.hostname and not more and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise ImproperlyConfigured(f"{name} must look like https://example.org, without a path.")


def database(name: str, default: str) -> dict[str, Any]:
    """PostgreSQL only. The address may hold a password, so no error repeats it."""
    try:
        found = dict(dj_database_url.parse(text(name, default)))
    except (ValueError, KeyError):
        found = {}
    if not str(found.get("ENGINE", "")).endswith(".postgresql"):
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:5432/name."
        )
    return found


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, *, generate: Callable[[], str] | None, at_least: int = 32) -> str:
    """A secret from the environment. Without one: `generate` makes a local one, or we stop.

    The value itself never stands in an error.
    """
    value = text(name)
    if not value:
        if generate is None:
            raise ImproperlyConfigured(f"{name} must be set in production (see .env.example).")
        value = generate()
    if len(value) < at_least:
        raise ImproperlyConfigured(f"{name} is too short: at least {at_least} characters.")
    return value


def fernet_keys(name: str, *, generate: Callable[[], str] | None) -> list[str]:
    """Comma-separated, each of them one that encrypts: else the first link would find out."""
    keys = words(name) or [secret(name, generate=generate)]
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} holds something that is no Fernet key (see .env.example)."
        ) from None
    return keys


def es256_key(name: str) -> str:
    """A private key as PEM, its line ends written as \\n or as they are; "" where there is none."""
    pem = text(name).replace("\\n", "\n")
    if not pem:
        return ""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):  # TypeError: it wants a password
        key = None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ImproperlyConfigured(
            f"{name} must be a private key for ES256, as PEM without a password (see .env.example)."
        )
    return pem


def origin(name: str, default: str) -> str:
    """The address of a server, without a slash at its end."""
    url = text(name, default).rstrip("/")
    site(name, url)
    return url


def network_keys(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """{network: (client id, secret)} for those that have both; half a pair is a mistake."""
    found = {}
    for name in names:
        pair = [f"{name.upper()}_CLIENT_ID", f"{name.upper()}_CLIENT_SECRET"]
        client_id, client_secret = map(text, pair)
        if bool(client_id) != bool(client_secret):
            raise ImproperlyConfigured(f"{pair[0]} and {pair[1]} go together: set both or none.")
        if client_id:
            found[name] = (client_id, client_secret)
    return found


def broker_url(redis_url: str) -> str:
    """The same server, in the words of Celery's transport (it spells unix sockets otherwise)."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"
