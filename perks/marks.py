"""What stays of a claim when its person leaves."""

from __future__ import annotations

from scoring import vault


def claim_mark(*, perk_id: int, user_id: int) -> str:
    """A keyed hash: we recognise the same log-in at the same perk, and read no name from it."""
    return vault.mark("claim", str(perk_id), str(user_id))
