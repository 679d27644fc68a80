"""What a paid network may cost: nobody, and no number of workers at once, passes a cap.

A collection reserves before it begins and gives back what it did not need. A worker that dies
in between leaves its reservation spent: rather too little read than too much paid.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from scoring.collectors.base import CollectError
from scoring.models import LinkedAccount, Spending
from scoring.networks import NETWORKS
from scoring.networks.operating import caps


class SpentUp(CollectError):
    """The month's money is spent; there will be more at `until`."""

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


def reserve(network: str, account: LinkedAccount, *, at: datetime) -> int:
    """Millionths of a dollar that one collection may cost; 0 where reading is free.

    What is left of the person's month is spread over the days that are left of it; a reading
    that sees anything new has its price, though, and the first one a higher one.
    Raises SpentUp where too little is left to read anything.
    """
    bounds = caps(network)
    if bounds is None:
        return 0
    with transaction.atomic():
        site, own = _locked(network, account, month_of(at))
        room = min(bounds.month - site.micros, bounds.person - own.micros)
        share = (bounds.person - own.micros) // _days_left(at)
        amount = min(room, max(share, bounds.daily if account.refreshed_at else bounds.first))
        if amount < bounds.least:
            raise _spent_up(network, at, is_site=bounds.month - site.micros < bounds.least)
        _rows(network, account, month_of(at)).update(micros=F("micros") + amount)
    return amount


def settle(
    network: str, account: LinkedAccount, *, at: datetime, reserved: int, spent: int
) -> None:
    """Gives back what was not needed. `at` as for `reserve`: the same month pays."""
    if reserved != spent:
        micros = Greatest(F("micros") + (spent - reserved), 0)
        _rows(network, account, month_of(at)).update(micros=micros)


def month_of(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def _days_left(at: datetime) -> int:
    return (_next_month(at) - at).days + 1


def _next_month(at: datetime) -> datetime:
    first = (month_of(at) + timedelta(days=32)).replace(day=1)
    return datetime(first.year, first.month, 1, tzinfo=UTC)


def _rows(network: str, account: LinkedAccount, month: date) -> models.QuerySet[Spending]:
    """The site's row and the account's; the account may be gone by now."""
    whose = Q(account=None) | Q(account_id=account.pk)
    return Spending.objects.filter(whose, network=network, month=month)


def _locked(network: str, account: LinkedAccount, month: date) -> tuple[Spending, Spending]:
    """Always in this order, so that two never wait for each other."""
    rows = [Spending(network=network, month=month, account=owner) for owner in (None, account)]
    Spending.objects.bulk_create(rows, ignore_conflicts=True)
    locked = _rows(network, account, month).select_for_update()
    site, own = locked.order_by(F("account_id").asc(nulls_first=True))
    return site, own


def _spent_up(network: str, at: datetime, *, is_site: bool) -> SpentUp:
    if is_site:
        words = _("Reading %(network)s costs money, and this site has spent this month's.")
    else:
        words = _("Reading %(network)s costs money, and your account's for this month is spent.")
    goes_on = _("We go on on the first of next month.")
    name = NETWORKS[network].name if network in NETWORKS else network
    return SpentUp(f"{words % {'network': name}} {goes_on}", until=_next_month(at))
