"""Who addressed or responded to the account since the last time, as its server noted it down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scoring.collectors import answers, fields
from scoring.collectors.base import Grant, Mentions, Observation, Responses
from scoring.collectors.errors import NotData, NotFound, Refused
from scoring.collectors.http import Transport

SCOPES: Final = frozenset({"read", "read:notifications"})
TYPES: Final = ("mention", "favourite", "reblog")
GROUPED: Final = ("favourite", "reblog")
A_PAGE: Final = 80
MOST_PAGES: Final = 3
# What everybody can see. That somebody wrote to them alone is none of our business.
PUBLIC: Final = frozenset({"public", "unlisted"})


@dataclass(frozen=True, slots=True)
class Told:
    """One notification or group of them. `people`: their accounts' rows, as far as named."""

    uid: str
    kind: str
    count: int
    people: tuple[Any, ...]
    post_uid: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class News:
    """`state` is for the next cursor: where to go on, and which of the two APIs is there."""

    items: tuple[Observation, ...]
    state: Mapping[str, str]


def read(
    transport: Transport,
    grant: Grant,
    state: Mapping[str, str],
    person: Callable[[Any], str],
) -> News | None:
    """None where the server, or the consent, does not tell. `person` gives a row's stable id."""
    if SCOPES.isdisjoint(grant.scopes):
        return None
    try:
        version, told = _told(transport, grant, state)
    except (Refused, NotData):
        return None
    newest = next((row.uid for row in told), state.get("since", ""))
    return News((_mentions(told, person), *_responses(told, person)), _state(newest, version))


def _state(newest: str, version: str) -> dict[str, str]:
    return {"notifications": version, **({"since": newest} if newest else {})}


def _told(transport: Transport, grant: Grant, state: Mapping[str, str]) -> tuple[str, list[Told]]:
    """Groups where the server makes them (Mastodon 4.3), else one by one."""
    since = state.get("since", "")
    if state.get("notifications") != "v1":
        try:
            return "v2", list(_pages(IN_GROUPS, transport, grant, since))
        except NotFound:
            pass
    return "v1", list(_pages(SINGLE, transport, grant, since))


def _mentions(told: Iterable[Told], person: Callable[[Any], str]) -> Mentions:
    open_ones = [row for row in told if row.kind == "mention" and row.is_public]
    people = dict.fromkeys(filter(None, (person(who) for row in open_ones for who in row.people)))
    return Mentions(sum(row.count for row in open_ones), tuple(people))


def _responses(told: Iterable[Told], person: Callable[[Any], str]) -> Iterator[Responses]:
    """On top of what the posts themselves say: they name the first page of people only."""
    who: dict[str, dict[str, None]] = {}
    for row in told:
        if row.kind in GROUPED and row.is_public and row.post_uid:
            people = who.setdefault(row.post_uid, {})
            people.update(dict.fromkeys(filter(None, map(person, row.people))))
    return (Responses(uid, tuple(people), adds=True) for uid, people in who.items() if people)


def _pages(api: _Api, transport: Transport, grant: Grant, since: str) -> Iterator[Told]:
    """Newest first. The first time, one page: what is older nobody has asked for."""
    before, seen = "", set[str]()
    for _page in range(MOST_PAGES if since else 1):
        rows = _page_of(api, transport, grant, {"since_id": since, "max_id": before})
        fresh = [row for row in rows if row.uid not in seen]
        yield from fresh
        if len(rows) < A_PAGE or not fresh:
            return
        seen.update(row.uid for row in fresh)
        before = fresh[-1].uid


def _page_of(
    api: _Api, transport: Transport, grant: Grant, bounds: Mapping[str, str]
) -> list[Told]:
    """Raises NotData where the answer is none."""
    params = [("limit", str(A_PAGE)), *(("types[]", kind) for kind in TYPES), *api.params]
    params += [(name, uid) for name, uid in bounds.items() if uid]
    data = transport.get_json(f"{grant.base_url}{api.path}", token=grant.token, params=params)
    return [row for row in api.rows(data, grant) if row.uid][:A_PAGE]


def _single(data: Any, grant: Grant) -> Iterator[Told]:
    for row in _list(data, grant):
        status = row.get("status")
        yield Told(
            _uid(row.get("id")),
            str(row.get("type")),
            1,
            (row.get("account"),),
            _uid(_of(status, "id")),
            _of(status, "visibility") in PUBLIC,
        )


def _grouped(data: Any, grant: Grant) -> Iterator[Told]:
    groups = _list(_of(data, "notification_groups"), grant)
    people = {_uid(row.get("id")): row for row in _people(data)}
    statuses = _dicts(_of(data, "statuses"))
    public = {_uid(row.get("id")) for row in statuses if row.get("visibility") in PUBLIC}
    for row in groups:
        sample, post = row.get("sample_account_ids"), _uid(row.get("status_id"))
        named = sample if isinstance(sample, list) else []
        yield Told(
            _uid(row.get("most_recent_notification_id")),
            str(row.get("type")),
            fields.count(row.get("notifications_count")) or 1,
            tuple(people.get(_uid(who)) for who in named),
            post,
            post in public,
        )


@dataclass(frozen=True, slots=True)
class _Api:
    path: str
    rows: Callable[[Any, Grant], Iterator[Told]]
    params: tuple[tuple[str, str], ...] = ()


SINGLE: Final = _Api("/api/v1/notifications", _single)
IN_GROUPS: Final = _Api(
    "/api/v2/notifications",
    _grouped,
    (*(("grouped_types[]", kind) for kind in GROUPED), ("expand_accounts", "partial_avatars")),
)


def _people(data: Any) -> list[dict[str, Any]]:
    return _dicts(_of(data, "accounts")) + _dicts(_of(data, "partial_accounts"))


def _list(value: Any, grant: Grant) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise answers.unreadable(grant.base_url.partition("://")[2])
    return _dicts(value)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _of(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _uid(value: Any) -> str:
    """Grouped ones come with numbers where all else has strings."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return fields.identifier(str(value) if is_number else value)
