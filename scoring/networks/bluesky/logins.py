"""One log-in at one server: what we keep of it, and what its token endpoint says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from scoring.collectors import answers, fields, guard
from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError, Tokens
from scoring.collectors.errors import Refused
from scoring.collectors.http import Transport
from scoring.networks.bluesky import client as us
from scoring.networks.bluesky.dpop import Prover

# A token or a code: what may stand in a header or a form.
CREDENTIAL: Final = re.compile(r"[\x21-\x7e]{1,8000}")
SCOPE: Final = re.compile(r"[\x21-\x7e]{1,300}")
MOST_SCOPES: Final = 50
LONGEST_LIFE: Final = 400 * 24 * 3600
# What of a log-in lies in Tokens.extra, and in what is remembered of a sign-in.
KEPT: Final = ("issuer", "token_endpoint", "revocation_endpoint", "client_id", "dpop_key")


@dataclass(frozen=True, slots=True)
class Login:
    """Where a log-in lives and as whom we hold it: what every later request about it needs."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    client_id: str
    dpop_key: str = field(repr=False)

    @classmethod
    def kept(cls, tokens: Tokens) -> Login:
        if not all(tokens.extra.get(name) for name in KEPT if name != "revocation_endpoint"):
            raise gone(_("We can no longer read the key to this account."))
        return cls(*(tokens.extra.get(name, "") for name in KEPT))

    @property
    def host(self) -> str:
        return guard.server_of(self.issuer).host

    def authentication(self) -> dict[str, str]:
        return us.authentication(self.client_id, self.issuer)

    def extra(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in KEPT}


def ask(transport: Transport, login: Login, form: Mapping[str, str]) -> dict[str, Any]:
    """The token endpoint's answer."""
    prover = Prover(transport, login.dpop_key)
    return answer_of(prover.post_form(login.token_endpoint, form, login.authentication))


def renew(transport: Transport, login: Login, form: Mapping[str, str]) -> dict[str, Any]:
    """As ask(), for a log-in that may have ended: then the error is permanent."""
    try:
        return ask(transport, login, form)
    except Refused as refusal:
        if refusal.code in {"invalid_grant", "invalid_client", "unauthorized_client"}:
            message = _("%(host)s no longer lets us read this account: connect it again.")
            raise gone(message % {"host": login.host}) from None
        raise


def tokens_in(data: Mapping[str, Any], login: Login, *, at: datetime) -> Tokens:
    access, refresh = data.get("access_token"), data.get("refresh_token", "")
    kind = str(data.get("token_type", "")).lower()
    if not is_credential(access) or kind != "dpop":
        raise answers.unreadable(login.host)
    scope = data.get("scope")
    granted = scope.split() if isinstance(scope, str) else []
    if us.IDENTITY_SCOPE not in granted:
        message = _("%(host)s did not tell us who you are. Please connect again.")
        raise CollectError(message % {"host": login.host})
    seconds = fields.count(data.get("expires_in"))
    return Tokens(
        access=str(access),
        refresh=str(refresh) if is_credential(refresh) else "",
        expires_at=None if seconds is None else at + timedelta(seconds=min(seconds, LONGEST_LIFE)),
        scopes=tuple(name for name in granted if SCOPE.fullmatch(name))[:MOST_SCOPES],
        extra=login.extra(),
    )


def answer_of(reply: Reply) -> dict[str, Any]:
    """The object in an answer. A refusal keeps OAuth's code and gets words of its own."""
    try:
        data = answers.data_of(reply)
    except Refused as refusal:
        raise _refused(reply.host, refusal) from None
    if not isinstance(data, dict):
        raise answers.unreadable(reply.host)
    return data


def _refused(host: str, refusal: Refused) -> Refused:
    names = {"host": host}
    if refusal.code == "invalid_grant":
        words = _("Your consent at %(host)s has run out. Start again.") % names
    elif refusal.code in {"invalid_client", "unauthorized_client", "invalid_client_metadata"}:
        words = _("%(host)s does not accept this site. Its operator should know.") % names
    else:
        words = _("%(host)s did not give us a key. Start again.") % names
    return Refused(words, status=refusal.status, code=refusal.code)


def error_in(reply: Reply) -> str:
    """OAuth's code for a refusal, "" where it is none."""
    try:
        answers.data_of(reply)
    except Refused as refusal:
        return refusal.code
    except CollectError:
        pass
    return ""


def is_credential(value: Any) -> bool:
    return isinstance(value, str) and CREDENTIAL.fullmatch(value) is not None


def gone(words: str) -> CollectError:
    return CollectError(words, permanent=True)
