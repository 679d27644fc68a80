"""OAuth as the AT protocol has it: pushed requests, PKCE, DPoP, and a server for every person.

No server is trusted with more than its own people: what a token is for counts only if that
person's own data name the server that gave it. Everything raises CollectError in words for the
person who waits, and nothing else.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from scoring.collectors import answers
from scoring.collectors.base import CollectError, Identity, Tokens
from scoring.collectors.http import Limits, Transport
from scoring.networks.bluesky import client as us
from scoring.networks.bluesky import identity, logins, servers
from scoring.networks.bluesky.dpop import Prover, challenge, new_key
from scoring.networks.bluesky.identity import HOST, NETWORK, Person
from scoring.networks.bluesky.logins import Login
from scoring.networks.bluesky.servers import Authorization
from scoring.networks.declaring import Keys

# Somebody is waiting for the page, so shorter than a collection's.
LIMITS: Final = Limits(connect=4.0, read=8.0, total=10.0, whole=20.0)
# What comes before a renewal must not take the time of the renewal itself.
CHECK_LIMITS: Final = Limits(connect=4.0, read=8.0, total=10.0, whole=10.0)
REVOKE_LIMITS: Final = Limits(connect=3.0, read=4.0, total=5.0)
REQUEST_URI: Final = re.compile(r"[A-Za-z0-9:._~%-]{1,500}")


@dataclass(frozen=True, slots=True)
class Pending:
    """One sign-in between our request and the person's return. Strings only; it holds secrets."""

    server: str  # the host that asks, for people to read
    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    client_id: str
    redirect_uri: str
    did: str  # "" where the person named a server only
    state: str
    verifier: str = field(repr=False)
    dpop_key: str = field(repr=False)


def begin(typed: str, *, redirect_uri: str) -> tuple[Pending, str]:
    """What to remember, and where to send the person's browser for consent."""
    with Transport(LIMITS) as transport:
        client = us.client_for(redirect_uri)
        found = identity.find(transport, typed)
        if isinstance(found, Person):
            issuer = servers.issuer_for(transport, found.pds)
            at = servers.authorization_at(transport, issuer)
            did, hint = found.did, found.handle or found.did
        else:
            at, did, hint = servers.authorization_of(transport, found), "", ""
        pending = _pending(at, client, did)
        request_uri = _pushed(transport, at, pending, hint)
    query = urlencode({"client_id": client.client_id, "request_uri": request_uri})
    return pending, f"{at.authorization_endpoint}?{query}"


def complete(
    pending: Pending, params: Mapping[str, str], *, at: datetime
) -> tuple[Identity, Tokens]:
    """The answer that came back for tokens, and whose they are."""
    code = _code_in(pending, params)
    with Transport(LIMITS) as transport:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.redirect_uri,
            "code_verifier": pending.verifier,
        }
        login = _login(pending)
        data = logins.ask(transport, login, form)
        tokens = logins.tokens_in(data, login, at=at)
        try:
            person = _owner(transport, data, pending)
        except CollectError:
            BlueskyOAuth().revoke(tokens, None)  # they are nobody's whom we know
            raise
        person = identity.confirmed(transport, person)
    return _identity(person), _of(tokens, person)


class BlueskyOAuth:
    """What happens to tokens after consent. The caller holds the lock of their row: a refresh
    token that is used twice ends the log-in."""

    def refresh(self, tokens: Tokens, keys: Keys | None, *, at: datetime) -> Tokens:
        login, did = Login.kept(tokens), tokens.extra.get("did", "")
        if not tokens.refresh:
            message = _("%(host)s no longer lets us read this account: connect it again.")
            raise logins.gone(message % {"host": login.host})
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
        with Transport(CHECK_LIMITS) as transport:
            # Before the token is used up: people move, and then it is no longer that server's
            # to say who they are.
            person = identity.person_of(transport, did)
            if servers.issuer_for(transport, person.pds) != login.issuer:
                raise logins.gone(_("Your Bluesky account has moved: connect it again."))
        with Transport(LIMITS) as transport:
            data = logins.renew(transport, login, form)
        if data.get("sub") != did:
            message = _("The permission at %(host)s is for another account now: connect it again.")
            raise logins.gone(message % {"host": login.host})
        new = logins.tokens_in(data, login, at=at)
        return _of(replace(new, refresh=new.refresh or tokens.refresh), person)

    def revoke(self, tokens: Tokens, keys: Keys | None) -> bool:
        try:
            login = Login.kept(tokens)
            if not login.revocation_endpoint:
                return False
            with Transport(REVOKE_LIMITS) as transport:
                prover = Prover(transport, login.dpop_key)
                form = {"token": tokens.refresh or tokens.access}
                url = login.revocation_endpoint
                answers.data_of(prover.post_form(url, form, login.authentication))
        except CollectError:
            return False
        return True


def _pending(at: Authorization, client: us.Client, did: str) -> Pending:
    return Pending(
        server=at.host,
        issuer=at.issuer,
        token_endpoint=at.token_endpoint,
        revocation_endpoint=at.revocation_endpoint,
        client_id=client.client_id,
        redirect_uri=client.redirect_uri,
        did=did,
        state=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        dpop_key=new_key(),
    )


def _login(pending: Pending) -> Login:
    return Login(**{name: getattr(pending, name) for name in logins.KEPT})


def _of(tokens: Tokens, person: Person) -> Tokens:
    """With what the next renewal and the next collection need to know about their owner."""
    return replace(
        tokens, extra={**tokens.extra, "did": person.did, "base_url": person.pds.base_url}
    )


def _pushed(transport: Transport, at: Authorization, pending: Pending, hint: str) -> str:
    """Tells the server in private what the person is about to be asked."""
    form = {
        "response_type": "code",
        "redirect_uri": pending.redirect_uri,
        "state": pending.state,
        "code_challenge": challenge(pending.verifier),
        "code_challenge_method": "S256",
        **({"login_hint": hint} if hint else {}),
    }
    prover, sign = Prover(transport, pending.dpop_key), _login(pending).authentication
    reply = prover.post_form(at.par_endpoint, {**form, "scope": us.SCOPES}, sign)
    if logins.error_in(reply) == "invalid_scope":
        # An older server knows no narrow scopes; who somebody is, all of them tell.
        reply = prover.post_form(at.par_endpoint, {**form, "scope": us.IDENTITY_SCOPE}, sign)
    data = logins.answer_of(reply)
    request_uri = data.get("request_uri")
    if not isinstance(request_uri, str) or not REQUEST_URI.fullmatch(request_uri):
        raise answers.unreadable(at.host)
    return request_uri


def _code_in(pending: Pending, params: Mapping[str, str]) -> str:
    """Checks that the answer is to our question, and from the server that we asked."""
    names = {"host": pending.server}
    for name, expected in (("state", pending.state), ("iss", pending.issuer)):
        if not hmac.compare_digest(params.get(name, "").encode(), expected.encode()):
            message = _("This answer does not belong to your last request. Please connect again.")
            raise CollectError(message)
    if params.get("error") == "access_denied":
        raise CollectError(_("You said no at %(host)s, so nothing was connected.") % names)
    code = params.get("code", "")
    if params.get("error") or not logins.is_credential(code):
        message = _("%(host)s did not finish the sign-in. Please try again.")
        raise CollectError(message % names)
    return code


def _owner(transport: Transport, data: Mapping[str, Any], pending: Pending) -> Person:
    """Whose token it is, by the word of their own data and not only of the server that gave it."""
    did = data.get("sub")
    if not isinstance(did, str) or not identity.is_did(did):
        raise answers.unreadable(pending.server)
    if pending.did and did != pending.did:
        message = _("You agreed with another account than the one you typed. Please connect again.")
        raise CollectError(message)
    person = identity.person_of(transport, did)
    if servers.issuer_for(transport, person.pds) != pending.issuer:
        message = _("%(host)s is not the server of that account. Please connect again.")
        raise CollectError(message % {"host": pending.server})
    return person


def _identity(person: Person) -> Identity:
    return Identity(
        network=NETWORK,
        host=HOST,
        uid=person.did,
        handle=person.handle or person.did,
        display_name="",
        url=person.url,
        also=(f"handle:{person.handle}",) if person.handle else (),
    )
