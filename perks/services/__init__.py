"""The only writers of perks."""

from __future__ import annotations

from perks.services.claiming import (
    Claimed,
    ClaimRefused,
    NotEligible,
    NotFound,
    SoldOut,
    claim_perk,
    unlink_claims,
)
from perks.services.editing import (
    KEEP_PICTURE,
    Details,
    Refused,
    add_units,
    create_perk,
    delete_perk,
    publish_perk,
    remove_demo,
    unpublish_perk,
    update_perk,
)

__all__ = [
    "KEEP_PICTURE",
    "ClaimRefused",
    "Claimed",
    "Details",
    "NotEligible",
    "NotFound",
    "Refused",
    "SoldOut",
    "add_units",
    "claim_perk",
    "create_perk",
    "delete_perk",
    "publish_perk",
    "remove_demo",
    "unlink_claims",
    "unpublish_perk",
    "update_perk",
]
