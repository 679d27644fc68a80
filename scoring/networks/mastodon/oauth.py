"""OAuth with any Mastodon server: we register ourselves there, then ask the person.

No server does all that OAuth demands, so what comes back is checked here. Everything raises
CollectError in words for the person who waits, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors import answers, guard
from scoring.collectors.base import CollectError, Identity
from scoring.collectors.errors import BadAddress, Moved, NotData, Refused, Unreachable
from scoring.collectors.guard import Server
from scoring.collectors.http import Limits, Transport
from scoring.networks.mastodon.collector import account_at

NETWORK: Final = "mastodon"
# Somebody is waiting for the page, so shorter than a collection's.
LIMITS: Final = Limits(connect=4.0, read=8.0, total=10.0, whole=12.0)
REVOKE_LIMITS: Final = Limits(connect=3.0, read=4.0, total=5.0)
# The least that lets us read the profile, the posts and who responded to them.
NEEDED: Final = ("read:accounts", "read:statuses")
# And who mentioned the person; where that is not granted, we do without.
SCOPES: Final = " ".join([*NEEDED, "read:notifications"])
COARSE_SCOPES: Final = "read"
# An endpoint without query, fragment or trick.
PLAIN_URL: Final = re.compile(r"[A-Za-z0-9:/._~%-]{1,500}")
CLIENT_KEYS: Final = ("client_id", "client_secret")
# A client's id or secret, or a token: what may stand in a header.
CREDENTIAL: Final = re.compile(r"[\x21-\x7e]{1,500}")
SCOPE: Final = re.compile(r"[\x21-\x7e]{1,100}")
MOST_SCOPES: Final = 50


class StaleRegistration(CollectError):
    """The server no longer knows us: register again, then the person can try again."""


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """Our registration at one server."""

    host: str
    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str
    pkce: bool
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str


@dataclass(frozen=True, slots=True)
class Token:
    access_token: str = field(repr=False)
    scopes: tuple[str, ...]


def find_server(typed: str) -> Server:
    """The server of what a person typed. A handle's domain may delegate to another server."""
    address = guard.read_address(typed)
    if not address.user:
        return address.server
    domain = address.server
    resource = {"resource": f"acct:{address.user}@{domain.host}"}
    try:
        with Transport(LIMITS) as transport:
            url = f"{domain.base_url}/.well-known/webfinger"
            return _delegate(transport.get_json(url, params=resource, anywhere=True)) or domain
    except Unreachable:
        raise
    except CollectError:  # no WebFinger there: the domain may be the server all the same
        return domain


def register(server: Server, *, redirect_uri: str) -> AppRegistration:
    with Transport(LIMITS) as transport:
        about = _metadata(transport, server)
        scopes = _least_scopes(about.get("scopes_supported"))
        form = {
            "client_name": settings.SITE_NAME,
            "redirect_uris": redirect_uri,
            "scopes": scopes,
            "website": settings.SITE_URL,
        }
        client_id, client_secret = _registered(transport, server, form)
    methods = about.get("code_challenge_methods_supported")
    return AppRegistration(
        host=server.host,
        base_url=server.base_url,
        client_id=client_id,
        client_secret=client_secret,
        scopes=scopes,
        pkce=isinstance(methods, list) and "S256" in methods,
        authorization_endpoint=_endpoint(server, about, "authorization", "/oauth/authorize"),
        token_endpoint=_endpoint(server, about, "token", "/oauth/token"),
        revocation_endpoint=_endpoint(server, about, "revocation", "/oauth/revoke"),
    )


def is_registered(app: AppRegistration) -> bool:
    """Asks whether the server still knows us. Mastodon forgets apps that nobody uses for a day.

    Ask before sending somebody there: a forgotten app strands them on the server's error page.
    """
    form = {"grant_type": "client_credentials", "scope": app.scopes, **_client(app)}
    try:
        with Transport(LIMITS) as transport:
            transport.post_form(app.token_endpoint, form)
    except Refused as refusal:
        return not _is_stale(refusal)
    return True


def server_of(app: AppRegistration) -> Server:
    return Server(app.host, app.base_url)


def new_verifier() -> str:
    return secrets.token_urlsafe(48)


def authorize_url(app: AppRegistration, *, redirect_uri: str, state: str, verifier: str) -> str:
    """Where to send the person's browser for consent."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": app.scopes,
        "state": state,
    }
    if app.pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        query["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query["code_challenge_method"] = "S256"
    return f"{app.authorization_endpoint}?{urlencode(query)}"


def exchange(app: AppRegistration, *, redirect_uri: str, code: str, verifier: str) -> Token:
    """The code for a token. Raises StaleRegistration where the app must be registered again."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "scope": app.scopes,
        **_client(app),
    }
    if app.pkce:
        form["code_verifier"] = verifier
    try:
        with Transport(LIMITS) as transport:
            data = transport.post_form(app.token_endpoint, form)
    except Refused as refusal:
        raise _no_token(app, refusal) from None
    return _token(app, data)


def identify(server: Server, token: str) -> Identity:
    """Whose token it is."""
    with Transport(LIMITS) as transport:
        account = account_at(transport, server.base_url, token)
    return Identity(
        network=NETWORK,
        host=server.host,
        uid=account.uid,
        handle=account.audience.handle,
        display_name=account.audience.display_name,
        url=account.audience.url,
    )


def revoke(app: AppRegistration, token: str) -> bool:
    """True only if the server confirmed. Never raises; takes a few seconds at most."""
    try:
        with Transport(REVOKE_LIMITS) as transport:
            transport.post_form(app.revocation_endpoint, {"token": token, **_client(app)})
    except CollectError:
        return False
    return True


def _client(app: AppRegistration) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}


def _delegate(data: Any) -> Server | None:
    """The server that a WebFinger answer names as the account's home. None if it names none."""
    links = data.get("links") if isinstance(data, dict) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "self":
            kind, href = link.get("type"), link.get("href")
            if isinstance(kind, str) and isinstance(href, str) and "json" in kind:
                return guard.server_of(href)
    return None


def _metadata(transport: Transport, server: Server) -> dict[str, Any]:
    """What the server says about its OAuth; {} before Mastodon 4.3."""
    try:
        data = transport.get_json(f"{server.base_url}/.well-known/oauth-authorization-server")
    except (NotData, Refused):
        return {}
    return data if isinstance(data, dict) else {}


def _least_scopes(supported: Any) -> str:
    known = supported if isinstance(supported, list) else SCOPES.split()
    return SCOPES if all(scope in known for scope in SCOPES.split()) else COARSE_SCOPES


def _endpoint(server: Server, about: Mapping[str, Any], name: str, default: str) -> str:
    """The announced endpoint if it is at the same server, else where Mastodon has it."""
    announced = about.get(f"{name}_endpoint")
    return str(announced) if _is_at(server, announced) else f"{server.base_url}{default}"


def _is_at(server: Server, url: Any) -> bool:
    if not isinstance(url, str) or not PLAIN_URL.fullmatch(url):
        return False
    try:
        return guard.server_of(url) == server
    except BadAddress:
        return False


def _registered(transport: Transport, server: Server, form: Mapping[str, str]) -> tuple[str, str]:
    try:
        data = transport.post_form(f"{server.base_url}/api/v1/apps", form)
    except Moved:
        raise
    except NotData:
        raise _no_mastodon(server) from None
    except Refused as refusal:
        raise _no_registration(server, refusal) from None
    pair = [data.get(key) if isinstance(data, dict) else "" for key in CLIENT_KEYS]
    if not all(_is_credential(value) for value in pair):
        raise _no_mastodon(server)
    return str(pair[0]), str(pair[1])


def _is_credential(value: Any) -> bool:
    return isinstance(value, str) and CREDENTIAL.fullmatch(value) is not None


def _no_mastodon(server: Server) -> CollectError:
    message = _(
        "%(host)s does not seem to be a Mastodon server. Type the server where you log in, or"
        " your whole handle, for example @ann@mastodon.social."
    )
    return CollectError(message % {"host": server.host})


def _no_registration(server: Server, refusal: Refused) -> CollectError:
    if refusal.status not in {401, 403, 422}:
        return _no_mastodon(server)
    message = _("%(host)s does not let other sites connect accounts.")
    return CollectError(message % {"host": server.host})


def _is_stale(refusal: Refused) -> bool:
    return refusal.code in {"invalid_client", "unauthorized_client"}


def _no_token(app: AppRegistration, refusal: Refused) -> CollectError:
    names = {"host": app.host}
    if _is_stale(refusal):
        return StaleRegistration(_("%(host)s no longer knows this site. Start again.") % names)
    if refusal.code == "invalid_grant":
        return CollectError(_("Your consent at %(host)s has run out. Start again.") % names)
    if refusal.permanent:  # a login that the server has disabled
        return CollectError(_("%(host)s does not let this account in at present.") % names)
    return CollectError(_("%(host)s did not give us a key. Start again.") % names)


def _token(app: AppRegistration, data: Any) -> Token:
    if not isinstance(data, dict) or not _is_credential(data.get("access_token")):
        raise answers.unreadable(app.host)
    if str(data.get("token_type", "bearer")).lower() != "bearer":
        raise answers.unreadable(app.host)
    scope = data.get("scope", app.scopes)  # left out means: as asked
    granted = tuple(scope.split()) if isinstance(scope, str) else ()
    if not all(_covers(granted, needed) for needed in NEEDED):
        message = _("%(host)s allowed less than we need to read your posts. Start again.")
        raise CollectError(message % {"host": app.host})
    # What a server invents beyond that is no use to us.
    return Token(
        data["access_token"], tuple(s for s in granted if SCOPE.fullmatch(s))[:MOST_SCOPES]
    )


def _covers(granted: tuple[str, ...], asked: str) -> bool:
    """Mastodon's scopes are two-storeyed: "read" holds "read:accounts"."""
    return asked in granted or asked.partition(":")[0] in granted
