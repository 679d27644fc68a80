"""Tokens at rest: sealed, opened, renewed. The only reader and writer of Credential.

Networks end a log-in whose refresh token comes twice, so tokens are renewed under a lock of
their row: who comes second finds what the first has brought.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from scoring import vault
from scoring.collectors import guard
from scoring.collectors.base import CollectError, Grant, Tokens
from scoring.models import Credential, LinkedAccount
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link, Network, OAuth
from scoring.services.connecting import keys_of

# A token that lives shorter than a collection may take is renewed first.
SOON: Final = timedelta(minutes=5)
# Where no refresh token is, only a living token can be renewed (Instagram, Threads): a site
# that reads once a day must not miss the moment.
SOON_WITHOUT_REFRESH_TOKEN: Final = timedelta(days=10)


def store(account: LinkedAccount, tokens: Tokens, *, at: datetime) -> None:
    """After a consent: replaces whatever was kept for this account, or is being renewed."""
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


def grant_of(account: LinkedAccount, *, at: datetime, refused: Grant | None = None) -> Grant:
    """What its collector needs, with tokens that are good for a while: renewed if need be.

    `refused`: the grant that the network took no more before its time; another comes back.
    Asks the network, so call it with no transaction open. Raises CollectError, permanent where
    only the person can help.
    """
    tokens = _tokens(Credential.objects.filter(account=account).first())
    oauth = NETWORKS[account.network].oauth
    if oauth is not None and _is_stale(tokens, at=at, refused=refused):
        tokens = _renewed(account, oauth, at=at, refused=refused)
    return Grant(
        base_url=_base_url(account, tokens),
        uid=account.uid,
        token=tokens.access,
        scopes=tokens.scopes,
        extra=tokens.extra,
        label=f"{account.network}:{account.pk}",
    )


def can_renew(account: LinkedAccount) -> bool:
    """Whether a token that is refused early may be had anew without the person."""
    kept = Credential.objects.filter(account=account, sealed_refresh__isnull=False)
    return NETWORKS[account.network].oauth is not None and kept.exists()


def note_dead(account: LinkedAccount) -> None:
    """The network takes this token no more, and will not give us another."""
    Credential.objects.filter(account=account).update(status=Credential.Status.DEAD)


def _tokens(credential: Credential | None) -> Tokens:
    if credential is None:
        raise CollectError(_("We no longer hold a key to this account."), permanent=True)
    try:
        return opened(credential)
    except vault.Unreadable:
        raise CollectError(
            _("We can no longer read the key to this account."), permanent=True
        ) from None


def _is_stale(tokens: Tokens, *, at: datetime, refused: Grant | None) -> bool:
    if refused is not None:
        return tokens.access == refused.token
    margin = SOON if tokens.refresh else SOON_WITHOUT_REFRESH_TOKEN
    return _ends_within(margin, tokens, at=at)


def _ends_within(margin: timedelta, tokens: Tokens, *, at: datetime) -> bool:
    return tokens.expires_at is not None and tokens.expires_at <= at + margin


def _renewed(
    account: LinkedAccount, oauth: OAuth, *, at: datetime, refused: Grant | None
) -> Tokens:
    """Who had to wait for the lock looks again: somebody else may have renewed it, or the
    person may have consented anew."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().filter(account=account).first()
        old = _tokens(row)
        if row is None or not _is_stale(old, at=at, refused=refused):
            return old
        try:
            new = oauth.refresh(old, keys_of(account.network), at=at)
        except CollectError as error:
            if refused is None and not _ends_within(SOON, old, at=at):
                return old  # it was early yet
            if error.permanent:
                row.status = Credential.Status.DEAD
                row.save(update_fields=["status"])
            failure = error
        else:
            _replace(row, new, at=at)
            return new
    raise failure  # outside the transaction, which would take the status back


def _replace(row: Credential, new: Tokens, *, at: datetime) -> None:
    for column, value in sealed(new).items():
        setattr(row, column, value)
    row.refreshed_at = at
    row.save()


def _base_url(account: LinkedAccount, tokens: Tokens) -> str:
    network: Network = NETWORKS[account.network]
    if tokens.extra.get("base_url"):
        return tokens.extra["base_url"]
    if network.link is not Link.SERVER:
        return f"https://{network.host}"
    return guard.read_address(account.host).server.base_url
