"""What a person's page says of each account beside the sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from scoring.models import LinkedAccount, Reading
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network, Words
from scoring.networks.operating import may_score


@dataclass(frozen=True, slots=True)
class Figure:
    """A total as the network tells it: shown unchanged, never scored."""

    label: Words
    number: int


@dataclass(frozen=True, slots=True)
class AccountShown:
    account: LinkedAccount
    network: Network | None
    figures: tuple[Figure, ...]
    archived_at: datetime | None  # all that is known came in an archive, as of then
    is_scored: bool  # False: the network's rules keep it out
    # As told, where the packed signals know some seven digits only.
    followers: int | None = None
    listed: int | None = None


def accounts_shown(accounts: Iterable[LinkedAccount], *, is_own: bool) -> tuple[AccountShown, ...]:
    """In public, without those whose network forbids to show what it tells."""
    readings = _readings(accounts)
    rows = [_shown(account, readings.get(account.pk)) for account in accounts]
    return tuple(row for row in rows if is_own or may_be_shown(row.account))


def may_be_shown(account: LinkedAccount) -> bool:
    return account.network not in kept_private()


def kept_private() -> frozenset[str]:
    """Networks that forbid to show others what they tell."""
    return frozenset(key for key, network in NETWORKS.items() if not network.policy.may_show)


def _readings(accounts: Iterable[LinkedAccount]) -> dict[int, Reading]:
    """The newest of each, what the network said before what an archive did."""
    rows = (
        Reading.objects.filter(account__in=[account.pk for account in accounts])
        .annotate(is_archived=ExpressionWrapper(Q(archive__isnull=False), BooleanField()))
        .order_by("account_id", "is_archived", "-taken_at", "-id")
        .distinct("account_id")
        .only("account_id", "taken_at", "followers", "listed", "figures", "archive_id")
    )
    return {row.account_id: row for row in rows}


def _shown(account: LinkedAccount, reading: Reading | None) -> AccountShown:
    network = NETWORKS.get(account.network)
    return AccountShown(
        account=account,
        network=network,
        figures=(*_unscored(network, reading), *_figures(network, reading)),
        archived_at=reading.taken_at if reading and reading.archive_id else None,
        is_scored=network is None or may_score(network),
        followers=reading.followers if reading else None,
        listed=reading.listed if reading else None,
    )


def _unscored(network: Network | None, reading: Reading | None) -> tuple[Figure, ...]:
    """Who listens: where it is in no sum, it would be nowhere else on the page."""
    if network is None or reading is None or may_score(network) or reading.followers is None:
        return ()
    return (Figure(network.terms.followers, reading.followers),)


def _figures(network: Network | None, reading: Reading | None) -> tuple[Figure, ...]:
    """In the order of the declaration; what it has no words for is not shown."""
    said = reading.figures if reading else {}
    labels = network.figures if network else {}
    return tuple(Figure(label, said[key]) for key, label in labels.items() if key in said)
