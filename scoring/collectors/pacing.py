"""Keeps the requests of a conversation within the bounds that all workers share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from scoring.collectors import answers, buckets, rates
from scoring.collectors.answers import Reply
from scoring.collectors.base import RateLimited
from scoring.collectors.rates import Dialect, Pace, Rate

UNTOLD_WAIT: Final = 60.0  # where a network is busy and does not say for how long


class Pacer:
    """Without a pace it lets everything pass."""

    def __init__(self, pace: Pace | None, label: str) -> None:
        self._pace = pace
        self._label = label

    @property
    def dialect(self) -> Dialect | None:
        return self._pace.dialect if self._pace else None

    def keep(self, host: str) -> None:
        """Waiting is for who can do other things meanwhile: so not here, and not in a worker."""
        wait = buckets.take(self._buckets(host))
        if wait:
            raise RateLimited(
                _("We have asked %(host)s often enough for the moment.") % {"host": host},
                retry_after=wait,
            )

    def heed(self, reply: Reply) -> None:
        """What an answer says about limits holds for all workers, not just for this one."""
        names = list(self._buckets(reply.host))
        told = rates.read(reply.headers, self.dialect) if names else rates.Allowance()
        if names and (told.remaining == 0 or answers.is_used_up(reply)):
            wait = told.seconds(datetime.now(UTC))
            # The narrowest that the pace names: one person's haste is not everybody's.
            buckets.block(names[-1], seconds=UNTOLD_WAIT if wait is None else wait)

    def _buckets(self, host: str) -> dict[str, Rate]:
        """None of a server on this machine: nobody there counts."""
        if self._pace is None or host in settings.LOOPBACK_SERVERS:
            return {}
        found = {f"pace:{host}": self._pace.per_host} if self._pace.per_host else {}
        if self._pace.per_account and self._label:
            found[f"pace:{host}:{self._label}"] = self._pace.per_account
        return found
