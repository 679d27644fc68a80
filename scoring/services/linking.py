"""Accounts come and go here: link, reconnect, disconnect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from scoring import vault
from scoring.collectors.base import Identity, Tokens
from scoring.models import Credential, LinkedAccount, Progress, ServerApp, Suppression
from scoring.networks import NETWORKS
from scoring.networks.mastodon import oauth as mastodon
from scoring.services import credentials
from scoring.services.connecting import Proven, keys_of, registration
from scoring.services.numbering import number_of
from scoring.services.rescoring import forget_account, rescore


class LinkRefused(Exception):
    """The account was not linked, and nothing stored has changed."""


class LinkedToSomebodyElse(LinkRefused):
    pass


class IdentityOptedOut(LinkRefused):
    """The identity's owner opted out, and has not opted in again since."""


class TooManyAccounts(LinkRefused):
    """The person has MOST_ACCOUNTS already; each costs workers and servers a reading a day."""


MOST_ACCOUNTS: Final = 20
# One consent there opens all Pages of a person: ending it for one would end it for the others.
SHARED_CONSENT: Final = frozenset({"facebook"})


@dataclass(frozen=True, slots=True)
class Revocable:
    """A token that we no longer keep, and where to say so. None: no key opens it any more."""

    network: str
    host: str
    tokens: Tokens | None


def link_account(
    *, user_id: int, proven: Proven, at: datetime, opted_in_at: datetime | None = None
) -> LinkedAccount:
    """Stores the account and makes its first collection due.

    The same person linking it again is a reconnect. `opted_in_at` lifts an older opt-out of
    the identity. Raises LinkRefused; then no stored token has been touched.
    """
    try:
        with transaction.atomic():
            account = _own_or_new(user_id, proven.identity, at)
            # Only now: an opt-out of the same identity may have held the account until here.
            _lift_or_refuse(proven.identity, opted_in_at)
            credentials.store(account, proven.tokens, at=at)
            Progress.objects.update_or_create(
                account=account,
                defaults={"step": Progress.Step.QUEUED, "done": 0, "total": 0, "changed_at": at},
            )
            return account
    except IntegrityError:  # somebody else linked it between our look and our write
        raise LinkedToSomebodyElse from None


def disconnect(account: LinkedAccount, *, at: datetime) -> list[Revocable]:
    """Takes the account and all that came from it away, and does today's sum again."""
    with transaction.atomic():
        own = LinkedAccount.objects.filter(user_id=account.user_id).select_for_update()
        tokens = revocables([a for a in own.order_by("pk") if a.pk == account.pk])
        forget_account(account, at=at)
        LinkedAccount.objects.filter(pk=account.pk).delete()
        if account.network in SHARED_CONSENT and own.filter(network=account.network).exists():
            tokens = []
        rescore(account.user_id, at=at)
    return tokens


@transaction.atomic
def revocables(accounts: list[LinkedAccount]) -> list[Revocable]:
    """Waits for renewals that are under way: to revoke what they use up would end nothing."""
    rows = Credential.objects.filter(account__in=accounts).select_related("account")
    return [_revocable(row) for row in rows.select_for_update(of=("self",)).order_by("pk")]


def _revocable(row: Credential) -> Revocable:
    try:
        tokens = credentials.opened(row)
    except vault.Unreadable:
        tokens = None
    return Revocable(row.account.network, row.account.host, tokens)


def revoke(tokens: list[Revocable]) -> list[str]:
    """Asks each network to forget its token. Returns the hosts that did not confirm.

    Never raises, waits a few seconds per host at most; call it with no transaction open.
    """
    return [token.host for token in tokens if not _revoked(token)]


def decline(proven: Proven) -> None:
    """The link was refused: the token that came with it is given back, not kept.

    Unless somebody has linked this identity: servers hand out one token per application and
    account, so that revoking ours would end theirs.
    """
    identity = proven.identity
    linked = LinkedAccount.objects.filter(
        network=identity.network, host=identity.host, uid=identity.uid
    )
    if linked.exists() or identity.network in SHARED_CONSENT:
        return
    revoke([Revocable(identity.network, identity.host, proven.tokens)])


def _revoked(given: Revocable) -> bool:
    network = NETWORKS.get(given.network)
    if given.tokens is None or network is None:
        return False
    if network.oauth is not None:
        return network.oauth.revoke(given.tokens, keys_of(network.key))
    return _revoked_at_server(given.host, given.network, given.tokens.access)


def _revoked_at_server(host: str, network: str, token: str) -> bool:
    """Asked under each name that we have there (one for each address of this site): a server
    ends a token only for the application that it was made for."""
    apps = ServerApp.objects.filter(network=network, host=host)
    answers = [_revoked_as(app, token) for app in apps]  # all of them, not just the first
    return any(answers)


def _revoked_as(app: ServerApp, token: str) -> bool:
    try:
        return mastodon.revoke(registration(app), token)
    except vault.Unreadable:
        return False


def hash_of(identity: Identity | LinkedAccount) -> str:
    return vault.identity_hash(network=identity.network, host=identity.host, uid=identity.uid)


def _lift_or_refuse(identity: Identity, opted_in_at: datetime | None) -> None:
    row = Suppression.objects.filter(identity_hash=hash_of(identity)).first()
    if row is None:
        return
    if opted_in_at is None or opted_in_at <= row.opted_out_at:
        raise IdentityOptedOut
    row.delete()


def _own_or_new(user_id: int, identity: Identity, at: datetime) -> LinkedAccount:
    names = {"network": identity.network, "host": identity.host, "uid": identity.uid}
    account = LinkedAccount.objects.select_for_update().filter(**names).first()
    if account is None:
        if _number_of_accounts(user_id) >= MOST_ACCOUNTS:
            raise TooManyAccounts
        account = LinkedAccount(user_id=user_id, connected_at=at, **names)
    if account.user_id != user_id:
        raise LinkedToSomebodyElse
    account.handle = identity.handle[:300]
    account.display_name = identity.display_name[:200]
    account.url = identity.url
    account.person_number = number_of(identity)
    account.proofs = [vault.mark(identity.network, name) for name in identity.also]
    account.needs_reconnect = False
    account.last_error = ""
    account.failures = 0
    account.next_refresh_at = at
    account.save()
    return account


def _number_of_accounts(user_id: int) -> int:
    return LinkedAccount.objects.filter(user_id=user_id).count()
