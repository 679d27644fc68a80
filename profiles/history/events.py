"""What happened to somebody's accounts, taken from the signals that were kept of each day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from struct import pack
from typing import Any, Final

from django.db.models import BinaryField, F, Func, Q, Value, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _

from profiles.charts import Mark
from scoring.formula.signals import FIELD
from scoring.models import SignalsDay
from scoring.networks import NETWORKS, barred
from scoring.selectors import Day

# The four bytes of a packed row that say where it is from; a row of no bytes has none of them.
ORIGIN: Final = (4 * FIELD["archive"] + 1, 4)
GONE: Final = b""
ARCHIVED: Final = pack("<f", 1.0)


def marks(user_id: int, days: Sequence[Day], *, since: date) -> list[Mark]:
    """Accounts that came and went from a day on, and the other versions that counted."""
    return sorted([*_accounts(user_id, since), *_versions(days)], key=lambda mark: mark.day)


def network_name(key: str) -> str:
    network = NETWORKS.get(key)
    return str(network.name) if network else key


def _accounts(user_id: int, since: date) -> list[Mark]:
    """Only rows where an account is from elsewhere than the day before are read."""
    origin = Func(
        F("packed"), *map(Value, ORIGIN), function="substring", output_field=BinaryField()
    )
    order = {"partition_by": F("account_number"), "order_by": "day"}
    rows = (
        SignalsDay.objects.filter(user_id=user_id)
        .exclude(network__in=barred())
        .annotate(origin=origin)
        .annotate(before=Window(Lag("origin"), **order))
        .filter(Q(before__isnull=True) | ~Q(before=F("origin")))
        .values_list("day", "network", "origin")
    )
    # Not a condition of the query: what was before must be known of the first day too.
    return [Mark(day, _words(network, origin)) for day, network, origin in rows if day >= since]


def _words(network: str, origin: Any) -> str:
    name = {"network": network_name(network)}
    if bytes(origin) == GONE:
        return _("%(network)s disconnected") % name
    if bytes(origin) == ARCHIVED:
        return _("%(network)s archive imported") % name
    return _("%(network)s connected") % name


def _versions(days: Sequence[Day]) -> list[Mark]:
    pairs = zip(days, days[1:], strict=False)
    changed = [after for before, after in pairs if before.formula != after.formula]
    return [Mark(day.day, _("formula %(version)s") % {"version": day.formula}) for day in changed]
