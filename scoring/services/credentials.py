"""Tokens at rest: sealed, opened, renewed. The only reader and writer of Credential."""

from __future__ import annotations

import json
from datetime import datetime

from scoring import vault
from scoring.collectors.base import Tokens
from scoring.models import Credential, LinkedAccount


def store(account: LinkedAccount, tokens: Tokens, *, at: datetime) -> None:
    """After a consent: replaces whatever was kept for this account."""
    Credential.objects.update_or_create(
        account=account, defaults={**sealed(tokens), "granted_at": at, "refreshed_at": None}
    )


def sealed(tokens: Tokens) -> dict[str, object]:
    """The columns of a Credential that hold these tokens."""
    return {
        "sealed_token": vault.seal(tokens.access),
        "sealed_refresh": vault.seal(tokens.refresh) if tokens.refresh else None,
        "sealed_extra": vault.seal(json.dumps(dict(tokens.extra))) if tokens.extra else None,
        "scopes": list(tokens.scopes),
        "status": Credential.Status.ALIVE,
        "expires_at": tokens.expires_at,
    }


def opened(credential: Credential) -> Tokens:
    """Raises vault.Unreadable where it was sealed with a key that is gone."""
    extra = credential.sealed_extra
    refresh = credential.sealed_refresh
    return Tokens(
        access=vault.unseal(credential.sealed_token),
        refresh=vault.unseal(refresh) if refresh else "",
        expires_at=credential.expires_at,
        scopes=tuple(credential.scopes),
        extra=json.loads(vault.unseal(extra)) if extra else {},
    )
