"""Asks Bluesky's API: the public one, and a person's own server on their behalf."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors import answers
from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError, Grant
from scoring.collectors.errors import Forbidden, NotData, Refused, Unreachable
from scoring.collectors.http import Params, Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks.bluesky.dpop import Prover

PACE: Final = Pace(Dialect.IETF, per_host=Rate(3000, 300))
Body = dict[str, Any]


class Xrpc:
    """Gives objects, or raises the CollectError that fits."""

    def __init__(self, transport: Transport, grant: Grant) -> None:
        self._transport = transport
        self._token = grant.token
        self._pds = grant.extra.get("base_url") or grant.base_url
        self._prover = Prover(transport, grant.extra.get("dpop_key", ""))

    def public(self, method: str, params: Params) -> Body:
        """What Bluesky tells everybody, with no token."""
        return _object(self._transport.get(_url(settings.BLUESKY_APPVIEW, method), params=params))

    def own(self, method: str, params: Params) -> Body:
        """What only their own server tells, for them alone. Raises Forbidden where we have no
        leave to ask."""
        try:
            reply = self._proven(method, params)
        except Unreachable as error:
            if not error.worth_retrying:
                raise
            reply = self._proven(method, params)
        return _object(reply)

    def _proven(self, method: str, params: Params) -> Reply:
        return self._prover.get(_url(self._pds, method), token=self._token, params=params)


def _url(base_url: str, method: str) -> str:
    return f"{base_url}/xrpc/{method}"


def _object(reply: Reply) -> Body:
    body = _parsed(reply)
    if answers.is_used_up(reply):
        raise answers.rate_limited(reply, PACE.dialect)
    if reply.status >= 500:
        message = _("%(host)s has trouble of its own (error %(status)d).")
        raise CollectError(message % {"host": reply.host, "status": reply.status})
    if reply.status >= 400:
        raise _refused(reply, body or {})
    if body is None or reply.status != 200:
        raise unreadable(reply.host)
    return body


def unreadable(host: str = "Bluesky") -> NotData:
    return NotData(_("%(host)s answered with data that we can't read.") % {"host": host})


def _refused(reply: Reply, body: Mapping[str, Any]) -> CollectError:
    names = {"host": reply.host, "status": reply.status}
    words = f"{body.get('error', '')} {body.get('message', '')}"[:500].lower()
    if reply.status == 401:
        message = _("%(host)s no longer lets us read this account: connect it again.") % names
        return Refused(message, status=401, permanent=True)
    if reply.status == 403:
        return Forbidden(_("%(host)s does not let us read this.") % names, status=403)
    if "profile not found" in words or "actor not found" in words:
        # A new account reaches Bluesky's view of the network a little after its own server.
        return CollectError(_("Bluesky does not know this account yet. We will ask again."))
    if "takendown" in words or "takedown" in words or "deactivated" in words:
        return CollectError(_("Bluesky shows this account to nobody at present."))
    message = _("%(host)s did not accept our request (error %(status)d).") % names
    return Refused(message, status=reply.status)


def _parsed(reply: Reply) -> Body | None:
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
