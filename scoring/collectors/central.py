"""Asks one central network's API, and says in the network's own name what went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from scoring.collectors import answers
from scoring.collectors.answers import Reply
from scoring.collectors.base import CollectError, RateLimited
from scoring.collectors.errors import Forbidden, NotData, NotFound, Refused
from scoring.collectors.http import Transport
from scoring.collectors.rates import Dialect

Body = dict[str, Any]
# Reads a network's own way of saying no; None where the answer says nothing of the kind.
Complaint = Callable[[Reply, Body], CollectError | None]


def no_complaint(reply: Reply, body: Body) -> CollectError | None:
    return None


@dataclass(frozen=True, slots=True)
class Api:
    """Gives JSON objects, or raises the CollectError that fits.

    `name` is the network's, as people know it. `params` go with every request. `complaint` is
    asked first, since some networks say no with status 200, and others yes with a 400's number.
    """

    transport: Transport
    name: str
    base_url: str
    dialect: Dialect
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    complaint: Complaint = no_complaint

    def get(self, path: str, **params: str) -> Body:
        reply = self.transport.get(
            f"{self.base_url}{path}",
            token=self.token,
            params={**self.params, **params},
            headers=self.headers,
        )
        return self._object(reply)

    def post(self, path: str, data: Body, **params: str) -> Body:
        """For questions that a network wants asked by POST. Not repeated."""
        headers = {
            **self.headers,
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
        }
        reply = self.transport.send(
            "POST",
            f"{self.base_url}{path}",
            params={**self.params, **params},
            headers=headers,
            body=json.dumps(data).encode(),
        )
        return self._object(reply)

    def unreadable(self) -> NotData:
        """For callers who got an object of another shape than they need."""
        message = _("%(network)s answered with data that we can't read.")
        return NotData(message % {"network": self.name})

    def of_another(self) -> CollectError:
        """The answer is about another account than the one that was linked."""
        message = _("The permission at %(network)s is for another account now: connect it again.")
        return CollectError(message % {"network": self.name}, permanent=True)

    def _object(self, reply: Reply) -> Body:
        body = _parsed(reply)
        complaint = self.complaint(reply, body or {})
        if complaint is not None:
            raise complaint
        if not 200 <= reply.status < 300:
            raise self._no(reply)
        if body is None:
            raise self.unreadable()
        return body

    def _no(self, reply: Reply) -> CollectError:
        if answers.is_used_up(reply):
            return busy(self.name, reply, self.dialect)
        if reply.status == 401:
            return disconnected(self.name, status=401)
        if reply.status == 403:
            message = _("%(network)s does not let us read this.")
            return Forbidden(message % {"network": self.name}, status=403)
        return refused(self.name, status=reply.status)


def busy(name: str, reply: Reply, dialect: Dialect) -> RateLimited:
    told = answers.rate_limited(reply, dialect)
    return RateLimited(
        _("%(network)s asks us to wait a little.") % {"network": name},
        retry_at=told.retry_at,
        retry_after=told.retry_after,
    )


def disconnected(name: str, *, status: int, code: str = "") -> Refused:
    message = _("%(network)s no longer lets us read this account: connect it again.")
    return Refused(message % {"network": name}, status=status, code=code, permanent=True)


def not_permitted(name: str, *, status: int, code: str = "") -> Forbidden:
    """The person left a box unticked, or took a permission back."""
    message = _(
        "%(network)s says that we have no permission to read this: connect the account again, and"
        " leave all permissions ticked."
    )
    return Forbidden(message % {"network": name}, status=status, code=code, permanent=True)


def troubled(name: str) -> CollectError:
    return CollectError(_("%(network)s has trouble of its own just now.") % {"network": name})


def refused(name: str, *, status: int, code: str = "") -> CollectError:
    names = {"network": name, "status": status}
    if status >= 500:
        return CollectError(_("%(network)s has trouble of its own (error %(status)d).") % names)
    if status in {404, 410}:
        message = _("%(network)s does not know what we asked for.")
        return NotFound(message % names, status=status, code=code)
    message = _("%(network)s did not accept our request (error %(status)d).")
    return Refused(message % names, status=status, code=code)


def _parsed(reply: Reply) -> Body | None:
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
