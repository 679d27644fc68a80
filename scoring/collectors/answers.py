"""What an HTTP answer means: data, or one of the errors. Bodies never reach a message."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from scoring.collectors import rates
from scoring.collectors.base import CollectError, RateLimited
from scoring.collectors.errors import Forbidden, NotData, NotFound, Refused
from scoring.collectors.rates import Dialect

# Mastodon's words for a login that only its owner, or the server's staff, can bring back.
DEAD_LOGIN: Final = re.compile(
    r"\blogin is\b|access token|invalid token|account is (disabled|susp)"
)


@dataclass(frozen=True, slots=True)
class Reply:
    host: str
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes


def data_of(reply: Reply, dialect: Dialect | None = None) -> Any:
    """The parsed JSON; None for an empty body. Raises the CollectError that fits otherwise."""
    if is_used_up(reply):
        raise rate_limited(reply, dialect)
    if reply.status >= 500:
        raise CollectError(
            _("%(host)s has trouble of its own (error %(status)d).")
            % {"host": reply.host, "status": reply.status}
        )
    if reply.status >= 400:
        raise refused(reply)
    if not 200 <= reply.status < 300:
        raise not_data(reply)
    return _parsed(reply) if reply.body.strip() else None


def rate_limited(reply: Reply, dialect: Dialect | None = None) -> RateLimited:
    """Until when, as the answer says it in the network's dialect, else in any that it fits."""
    told = rates.read(reply.headers, dialect)
    if told.reset_at is None and told.wait is None:
        told = rates.read(reply.headers)
    return RateLimited(
        _("%(host)s asks us to wait a little.") % {"host": reply.host},
        retry_at=told.reset_at,
        retry_after=told.wait,
    )


def is_used_up(reply: Reply) -> bool:
    """GitHub's way: 403, and the headers say that nothing is left, or how long to wait."""
    if reply.status != 403:
        return reply.status == 429
    told = rates.read(reply.headers)
    return told.remaining == 0 or told.wait is not None


def refused(reply: Reply) -> Refused:
    names = {"host": reply.host}
    code, words = _reason(reply)
    if reply.status == 401 or (reply.status == 403 and DEAD_LOGIN.search(words)):
        message = _("%(host)s no longer lets us read this account: connect it again.") % names
        return Refused(message, status=reply.status, code=code, permanent=True)
    if reply.status == 403:
        message = _("%(host)s does not let us read this.") % names
        # A missing scope can be mended by consenting again; a firewall can't.
        return Forbidden(message, status=403, code=code, permanent="scope" in words)
    if reply.status in {404, 410}:
        message = _("%(host)s does not know what we asked for.") % names
        return NotFound(message, status=reply.status, code=code)
    message = _("%(host)s did not accept our request (error %(status)d).")
    return Refused(message % {**names, "status": reply.status}, status=reply.status, code=code)


def not_data(reply: Reply) -> NotData:
    """Also for callers who got JSON of another shape than they need."""
    kind = reply.headers.get("content-type", "").lower()
    if "html" in kind or reply.body.lstrip()[:1] == b"<":
        message = _("%(host)s answered with a web page instead of data.")
        return NotData(message % {"host": reply.host})
    return unreadable(reply.host)


def unreadable(host: str) -> NotData:
    message = _("%(host)s answered with data that we can't read.")
    return NotData(message % {"host": host})


def _parsed(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):  # too deep is as unreadable as cut off
        raise not_data(reply) from None


def _reason(reply: Reply) -> tuple[str, str]:
    """OAuth's error code ("" if none) and the server's own words, lower-case, for telling apart."""
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return "", ""
    words = body.get("error") if isinstance(body, dict) else None
    if not isinstance(words, str):
        return "", ""
    return words if re.fullmatch(r"[a-z_]{1,40}", words) else "", words.lower()
