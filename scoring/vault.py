"""What must not lie around in clear: tokens are encrypted, people become keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """A sealed value was made with a key that CREDENTIAL_KEYS no longer holds."""


def seal(clear: str) -> bytes:
    return _box(tuple(settings.CREDENTIAL_KEYS)).encrypt(clear.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Raises Unreadable where no key fits; the person has to reconnect then."""
    try:
        return _box(tuple(settings.CREDENTIAL_KEYS)).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Unreadable from None


def resealed(sealed: bytes | memoryview) -> bytes | None:
    """The same value under the newest key; None where it is already. Raises Unreadable."""
    keys = tuple(settings.CREDENTIAL_KEYS)
    try:
        _box(keys[:1]).decrypt(bytes(sealed))
    except InvalidToken:
        return seal(unseal(sealed))
    return None


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def identity_hash(*, network: str, host: str, uid: str) -> str:
    """64 hex digits that recognise a network identity and do not name it."""
    return _mac("identity", network, host, uid).hex()


def person_number(*, network: str, who: str) -> int:
    """A 63-bit number for somebody who responded: equal for equal people, and no more."""
    return person_numbers(network=network, people=(who,))[who]


def person_numbers(*, network: str, people: Iterable[str]) -> dict[str, int]:
    """The same of many at once, by who they are."""
    key, front = settings.IDENTITY_KEY.encode(), _message("person", network)
    return {
        who: int.from_bytes(hmac.digest(key, front + _message(who), hashlib.sha256)[:8], "big") >> 1
        for who in people
    }


def mark(*parts: str) -> str:
    """64 hex digits that recognise the same words again (a claim by the same log-in)."""
    return _mac("mark", *parts).hex()


def _mac(*parts: str) -> bytes:
    return hmac.digest(settings.IDENTITY_KEY.encode(), _message(*parts), hashlib.sha256)


def _message(*parts: str) -> bytes:
    # Lengths in front: ("ab", "c") and ("a", "bc") must not be one.
    return b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
