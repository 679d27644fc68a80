"""Tokens of the central networks after consent: renewed, and given back. RFC 6749 and RFC 7009.

oauth=OAuth2(token_url="https://api.x.com/2/oauth2/token",
             revoke_url="https://api.x.com/2/oauth2/revoke", client_auth="basic")
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from scoring.collectors import answers, guard
from scoring.collectors.base import CollectError, Tokens
from scoring.collectors.errors import Refused
from scoring.collectors.http import Limits, Transport
from scoring.networks.declaring import Keys

LIMITS: Final = Limits(connect=5, read=10, total=15)
REVOKE_LIMITS: Final = Limits(connect=3, read=4, total=5)
# A token that lives longer than this does so for ever, as far as we are concerned.
LONGEST_LIFE: Final = timedelta(days=3650)
# What may stand in a header.
TOKEN: Final = re.compile(r"[\x20-\x7e]{1,8000}")
# Not the person's fault: our registration, or the network's bad hour.
OURS: Final = frozenset(
    {"invalid_client", "unauthorized_client", "temporarily_unavailable", "server_error"}
)

Half = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class OAuth2:
    """The standard's way. Without `revoke_url` the network has none: people end it there.

    `client_auth`: whether the client's names go into a Basic header or into the form.
    `revokes`: which of the tokens the network wants to hear of, in that order; where none of them
    is there, the access token.
    `revoke_names_client`: False where the token alone is asked for.
    """

    token_url: str
    revoke_url: str = ""
    client_auth: Literal["basic", "body"] = "body"
    client_id_name: str = "client_id"
    revokes: tuple[Half, ...] = ("access",)
    revoke_names_client: bool = True

    def refresh(self, tokens: Tokens, keys: Keys | None, *, at: datetime) -> Tokens:
        """The old refresh token stays where the answer brings no new one."""
        if keys is None or not tokens.refresh:
            raise _over(self.token_url)
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
        try:
            with Transport(LIMITS) as transport:
                data = transport.post_form(
                    self.token_url, form | self._client_in_form(keys), headers=self._header(keys)
                )
        except Refused as refusal:
            raise _no_new_token(self.token_url, refusal) from None
        return renewed(tokens, data, host=_host(self.token_url), at=at)

    def revoke(self, tokens: Tokens, keys: Keys | None) -> bool:
        halves = [getattr(tokens, half) for half in self.revokes]
        given = [token for token in halves if token] or [tokens.access]
        if not self.revoke_url or keys is None:
            return False
        confirmed = [self._revoked(token, keys) for token in given]  # all of them, not just one
        return all(confirmed)

    def _revoked(self, token: str, keys: Keys) -> bool:
        client = self._client_in_form(keys) if self.revoke_names_client else {}
        headers = self._header(keys) if self.revoke_names_client else {}
        try:
            with Transport(REVOKE_LIMITS) as transport:
                data = transport.post_form(
                    self.revoke_url, {"token": token, **client}, headers=headers
                )
        except CollectError:
            return False
        return not _says_error(data)

    def _client_in_form(self, keys: Keys) -> dict[str, str]:
        if self.client_auth == "basic":
            return {}
        return {self.client_id_name: keys.client_id, "client_secret": keys.client_secret}

    def _header(self, keys: Keys) -> dict[str, str]:
        return {"Authorization": basic(keys)} if self.client_auth == "basic" else {}


@dataclass(frozen=True, slots=True)
class GitHubOAuth(OAuth2):
    """Has a way of its own to end a token: DELETE, with the token as JSON.

    `revoke_url` holds {client_id}. Tokens of a GitHub App expire and renew as the standard has
    it; those of an OAuth App do not expire.
    """

    def revoke(self, tokens: Tokens, keys: Keys | None) -> bool:
        if keys is None:
            return False
        url = self.revoke_url.format(client_id=keys.client_id)
        body = json.dumps({"access_token": tokens.access}).encode()
        headers = {"Authorization": basic(keys), "Content-Type": "application/json"}
        return _confirmed("DELETE", url, headers=headers, body=body)


@dataclass(frozen=True, slots=True)
class LongLived:
    """Instagram's and Threads' tokens: one token that renews itself while it is alive."""

    refresh_url: str
    grant_type: str

    def refresh(self, tokens: Tokens, keys: Keys | None, *, at: datetime) -> Tokens:
        params = {"grant_type": self.grant_type, "access_token": tokens.access}
        try:
            with Transport(LIMITS) as transport:
                data = transport.get_json(self.refresh_url, params=params)
        except Refused as refusal:
            raise _no_new_token(self.refresh_url, refusal) from None
        return renewed(tokens, data, host=_host(self.refresh_url), at=at)

    def revoke(self, tokens: Tokens, keys: Keys | None) -> bool:
        """They have no call for it: people remove us in their settings there."""
        return False


@dataclass(frozen=True, slots=True)
class FacebookOAuth:
    """A Page's token lives as long as the consent of who runs it (Tokens.extra["user_token"])."""

    graph_url: str  # "https://graph.facebook.com/v26.0"

    def refresh(self, tokens: Tokens, keys: Keys | None, *, at: datetime) -> Tokens:
        """Nothing renews a consent but a consent."""
        raise _over(self.graph_url)

    def revoke(self, tokens: Tokens, keys: Keys | None) -> bool:
        token = tokens.extra.get("user_token", "")
        params = {"access_token": token}
        url = f"{self.graph_url}/me/permissions"
        return bool(token) and _confirmed("DELETE", url, params=params)


def renewed(before: Tokens, data: Any, *, host: str, at: datetime) -> Tokens:
    """Raises CollectError where the answer holds no token."""
    if _says_error(data):
        raise _over(host, ours=str(data["error"]) in OURS)
    new = granted(data, host=host, at=at)
    return Tokens(
        access=new.access,
        refresh=new.refresh or before.refresh,
        expires_at=new.expires_at,
        scopes=new.scopes or before.scopes,
        extra=before.extra,
    )


def granted(data: Any, *, host: str, at: datetime) -> Tokens:
    """What a token endpoint answered; scopes are () where it does not name them."""
    if not isinstance(data, dict) or not is_token(data.get("access_token")):
        raise answers.unreadable(host)
    refresh = data.get("refresh_token")
    return Tokens(
        access=data["access_token"],
        refresh=str(refresh) if is_token(refresh) else "",
        expires_at=expiry(data.get("expires_in"), at=at),
        scopes=scopes_in(data.get("scope", data.get("permissions"))),
    )


def expiry(seconds: Any, *, at: datetime) -> datetime | None:
    """None where the network says nothing of use: then it does not expire, for all we know."""
    try:
        life = timedelta(seconds=int(seconds))
    except (TypeError, ValueError, OverflowError):
        return None
    return at + life if timedelta(0) < life < LONGEST_LIFE else None


def scopes_in(value: Any) -> tuple[str, ...]:
    """Networks separate them by spaces, by commas, or give a list."""
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    listed = words if isinstance(words, list) else []
    return tuple(dict.fromkeys(w[:300] for w in listed if isinstance(w, str)))[:50]


def basic(keys: Keys) -> str:
    pair = f"{keys.client_id}:{keys.client_secret}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _confirmed(
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> bool:
    try:
        with Transport(REVOKE_LIMITS) as transport:
            reply = transport.send(method, url, params=params, headers=headers, body=body)
            return not _says_error(answers.data_of(reply))
    except CollectError:
        return False


def is_token(value: Any) -> bool:
    return isinstance(value, str) and TOKEN.fullmatch(value) is not None


def _says_error(data: Any) -> bool:
    """Some say so with status 200."""
    return isinstance(data, dict) and bool(data.get("error"))


def _no_new_token(url: str, refusal: Refused) -> CollectError:
    # 403 without a word of OAuth's is a firewall's, not the end of a permission.
    final = {400, 401, 403} if refusal.code else {400, 401}
    return _over(url, ours=refusal.code in OURS or refusal.status not in final)


def _over(url: str, *, ours: bool = False) -> CollectError:
    names = {"host": _host(url)}
    if ours:
        return CollectError(_("%(host)s gives this site no new key just now.") % names)
    message = _("%(host)s no longer lets us read this account: connect it again.")
    return CollectError(message % names, permanent=True)


def _host(url: str) -> str:
    return guard.server_of(url).host if "//" in url else url
