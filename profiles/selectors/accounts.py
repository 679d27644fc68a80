"""What the settings say of somebody's linked accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from scoring import selectors as scoring
from scoring.models import Credential, LinkedAccount, Reading
from scoring.networks import NETWORKS
from scoring.networks.declaring import Network
from scoring.networks.operating import offered


@dataclass(frozen=True, slots=True)
class AccountCard:
    """A linked account as its owner sees it among the settings."""

    account: LinkedAccount
    network: Network | None
    # Nobody has consented at the network: all that is known came in an archive, as of that day.
    from_archive: bool
    as_of: datetime | None
    # What to type again where the network has many servers; None: it can't be connected here.
    reconnects_with: str | None


def account_cards(user_id: int) -> list[AccountCard]:
    newest = Reading.objects.filter(account=OuterRef("pk"), archive__isnull=False)
    rows = scoring.accounts_of(user_id).annotate(
        has_key=Exists(Credential.objects.filter(account=OuterRef("pk"))),
        archived_at=Subquery(newest.order_by("-taken_at").values("taken_at")[:1]),
    )
    return [_card(row) for row in rows]


def _card(account: Any) -> AccountCard:
    network = NETWORKS.get(account.network)
    typed = {"mastodon": account.host, "bluesky": account.handle}.get(account.network, "")
    return AccountCard(
        account=account,
        network=network,
        from_archive=not account.has_key and not account.is_demo,
        as_of=account.archived_at,
        reconnects_with=typed if network and offered(network) else None,
    )


def is_from_archive(account: LinkedAccount) -> bool:
    """Nobody has consented at the network, so there is nothing to read it with."""
    return not account.is_demo and not Credential.objects.filter(account=account).exists()


def is_first_collection(account: LinkedAccount) -> bool:
    """Nothing has been read yet, and nobody has to do anything about it."""
    return account.refreshed_at is None and account.next_refresh_at is not None
