"""From a server's name that somebody typed to an account that is proven to be theirs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from scoring import vault
from scoring.collectors.base import CollectError, Identity, Tokens
from scoring.models import LinkedAccount, ServerApp
from scoring.networks.declaring import Keys
from scoring.networks.mastodon import oauth as mastodon
from scoring.networks.operating import missing_keys as missing_keys
from scoring.networks.operating import offered as offered

# Mastodon forgets an application that nobody uses after a day, too.
UNUSED_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Started:
    """What to remember (server-side) until the person comes back, and where to send them."""

    app_id: int
    host: str
    state: str
    verifier: str = field(repr=False)
    consent_url: str


@dataclass(frozen=True, slots=True)
class Proven:
    """The network vouches: this identity is the person who just consented."""

    identity: Identity
    tokens: Tokens
    app_id: int | None = None  # ServerApp, where the network has many servers

    def __repr__(self) -> str:
        return f"Proven({self.identity.network}, token=***)"


def start(typed: str, *, redirect_uri: Callable[[str], str], at: datetime) -> Started:
    """Raises CollectError, in words for the person, where that server can't be used.

    `redirect_uri` gives our address for answers of a host; it must differ from host to host.
    """
    server = mastodon.find_server(typed)
    app = _app_at(server, redirect_uri=redirect_uri(server.host), at=at)
    state, verifier = secrets.token_urlsafe(32), mastodon.new_verifier()
    url = mastodon.authorize_url(
        registration(app), redirect_uri=app.redirect_uri, state=state, verifier=verifier
    )
    return Started(app.pk, server.host, state, verifier, url)


def finish(*, app_id: int, verifier: str, code: str) -> Proven:
    """Turns the code into a token and asks whose it is. Raises CollectError."""
    app = ServerApp.objects.filter(pk=app_id).first()
    known = _readable(app)
    if app is None or known is None:
        raise CollectError(_("This sign-in is no longer known. Please connect again."))
    try:
        token = mastodon.exchange(
            known, redirect_uri=app.redirect_uri, code=code, verifier=verifier
        )
    except mastodon.StaleRegistration:
        # The server forgot us while the person was there: the next try registers anew.
        raise CollectError(
            _("%(host)s has forgotten our registration. Please connect again.") % {"host": app.host}
        ) from None
    identity = mastodon.identify(mastodon.server_of(known), token.access_token)
    return Proven(identity, Tokens(token.access_token, scopes=tuple(token.scopes)), app.pk)


def keys_of(network: str) -> Keys | None:
    """The operator's registration at a central network; None where there is none."""
    pair = settings.NETWORK_KEYS.get(network)
    return Keys(*pair) if pair else None


def demo_servers() -> frozenset[str]:
    """Servers on this machine that may be linked; none, but in the demo."""
    servers: frozenset[str] = settings.LOOPBACK_SERVERS
    return servers


def registration(app: ServerApp) -> mastodon.AppRegistration:
    """Raises vault.Unreadable where its secret was sealed with a key that is gone."""
    return mastodon.AppRegistration(
        host=app.host,
        base_url=app.base_url,
        client_id=app.client_id,
        client_secret=vault.unseal(app.sealed_secret),
        scopes=app.scopes,
        pkce=app.pkce,
        authorization_endpoint=app.authorization_endpoint,
        token_endpoint=app.token_endpoint,
        revocation_endpoint=app.revocation_endpoint,
    )


def forget_unused(*, at: datetime) -> None:
    """Registrations that nobody's account needs: whoever types names can make us many."""
    needed = LinkedAccount.objects.filter(network=OuterRef("network"), host=OuterRef("host"))
    old = ServerApp.objects.filter(registered_at__lt=at - UNUSED_KEPT)
    old.exclude(Exists(needed)).delete()


def _readable(app: ServerApp | None) -> mastodon.AppRegistration | None:
    try:
        return registration(app) if app else None
    except vault.Unreadable:
        return None


def _app_at(server: mastodon.Server, *, redirect_uri: str, at: datetime) -> ServerApp:
    known = ServerApp.objects.filter(
        network=mastodon.NETWORK, host=server.host, redirect_uri=redirect_uri
    ).first()
    registered = _readable(known)
    if known is not None and registered is not None and mastodon.is_registered(registered):
        return known
    new = mastodon.register(server, redirect_uri=redirect_uri)  # HTTP: no transaction is open
    app, _created = ServerApp.objects.update_or_create(
        network=mastodon.NETWORK,
        host=server.host,
        redirect_uri=redirect_uri,
        defaults={
            "base_url": new.base_url,
            "client_id": new.client_id,
            "sealed_secret": vault.seal(new.client_secret),
            "scopes": new.scopes,
            "pkce": new.pkce,
            "authorization_endpoint": new.authorization_endpoint,
            "token_endpoint": new.token_endpoint,
            "revocation_endpoint": new.revocation_endpoint,
            "registered_at": at,
        },
    )
    return app
