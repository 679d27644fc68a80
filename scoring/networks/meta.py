"""What Facebook Pages, Instagram and Threads share: one Graph, one way to say no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from scoring.collectors import central, fields
from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError, Grant
from scoring.collectors.central import Api, Body, Complaint
from scoring.collectors.errors import Refused
from scoring.collectors.http import Transport
from scoring.collectors.rates import Dialect, Pace, Rate
from scoring.networks.declaring import Words

# Of 29 July 2026. Meta answers for an expired version with the oldest that lives, without a
# word: names of fields change under us then, so raise this once a year.
VERSION: Final = "v26.0"
PACE: Final = Pace(Dialect.META, per_account=Rate(200, 3600))

BUSY: Final = frozenset({4, 17, 32, 613, *range(80000, 80015)})
DEAD: Final = frozenset({102, 190, 463, 467})
TROUBLED: Final = frozenset({1, 2})
NOT_PERMITTED: Final = frozenset({3, 10, *range(200, 300)})
GONE: Final = frozenset({100, 803})  # a field, a metric or an object that is none

POLICY: Final = "https://developers.facebook.com/terms/"
POLICY_NOTES: Final[tuple[Words, ...]] = (
    _(
        "Meta Platform Terms, 3: never used to decide who gets work, housing, credit, insurance"
        " or schooling. Perks may not be any of these."
    ),
    _("What was read must be deleted when its owner asks for it, here or at Meta."),
)
WAITING: Final = _(
    "Nothing. Business verification takes from days to two weeks, App Review about a week for"
    " each round."
)


def api(transport: Transport, name: str, base_url: str, grant: Grant) -> Api:
    return Api(transport, name, base_url, PACE.dialect, grant.token, complaint=complaint(name))


def complaint(name: str) -> Complaint:
    def read(reply: Reply, body: Body) -> CollectError | None:
        error = body.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        if not isinstance(code, int) or isinstance(code, bool):
            return None
        return _complaint(name, reply, code)

    return read


def _complaint(name: str, reply: Reply, code: int) -> CollectError | None:
    if code in BUSY:
        return central.busy(name, reply, PACE.dialect)
    if code in DEAD:
        return central.disconnected(name, status=401, code=str(code))
    if code in NOT_PERMITTED:
        return central.not_permitted(name, status=reply.status, code=str(code))
    if code in TROUBLED:
        return central.troubled(name)
    if code in GONE:
        return central.refused(name, status=reply.status, code=str(code))
    return None


def pages(api: Api, path: str, **asked: str) -> Iterator[list[Any]]:
    """The rows of an edge, page after page."""
    after = ""
    while True:
        body = api.get(path, **asked, **({"after": after} if after else {}))
        rows = body.get("data")
        if not isinstance(rows, list):
            raise api.unreadable()
        yield rows
        before, after = after, _after(body)
        if not after or after == before:
            return


def insights(api: Api, path: str, **asked: str) -> dict[str, int]:
    """What the network tells of its metrics, by their names. {} where it tells nothing.

    Many are for larger accounts or newer posts only, and metrics come and go: a refusal is one
    more way of not telling. A limit or a dead token is not.
    """
    try:
        body = api.get(path, **asked)
    except Refused as refusal:
        if refusal.status == 401:
            raise
        return {}
    return told(body)


def permitted_insights(api: Api, path: str, **asked: str) -> dict[str, int]:
    """As `insights`, of what every account has: no leave to read it means that its owner left
    the permission unticked, and only they can mend that."""
    try:
        return told(api.get(path, **asked))
    except Refused as refusal:
        if refusal.status == 401 or refusal.permanent:
            raise
        return {}


def told(body: Any) -> dict[str, int]:
    """The last value of each metric in an answer of /insights."""
    rows = body.get("data") if isinstance(body, dict) else None
    found: dict[str, int] = {}
    for row in rows if isinstance(rows, list) else []:
        value = _value(row) if isinstance(row, dict) else None
        if value is not None and isinstance(row.get("name"), str):
            found[row["name"]] = value
    return found


def summed(row: dict[str, Any], edge: str) -> int | None:
    """The total_count of an edge that was asked for with its summary."""
    found = row.get(edge)
    summary = found.get("summary") if isinstance(found, dict) else None
    return fields.count(summary.get("total_count")) if isinstance(summary, dict) else None


def _value(row: dict[str, Any]) -> int | None:
    total, values = row.get("total_value"), row.get("values")
    last = values[-1] if isinstance(values, list) and values else None
    holder = total if isinstance(total, dict) else last
    return fields.count(holder.get("value")) if isinstance(holder, dict) else None


def _after(body: Body) -> str:
    """Where the next page begins; "" at the end. Never the whole address: it holds a token."""
    paging = body.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(paging, dict) or not paging.get("next") or not isinstance(after, str):
        return ""
    return after
