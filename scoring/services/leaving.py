"""Nothing is left, and nothing comes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from scoring.models import (
    CurrentScore,
    LinkedAccount,
    ScoreDay,
    ScoreMonth,
    SignalsDay,
    Suppression,
)
from scoring.services.archiving import forget_archives
from scoring.services.linking import Revocable, hash_of, revocables


@transaction.atomic
def forget(user_id: int, *, at: datetime) -> list[Revocable]:
    """Deletes every account, token, post, reading, archive and score of a person.

    Of each network identity a keyed hash stays, so that it is refused when it comes again.
    Returns the tokens, still sealed, for `linking.revoke` once this is committed.
    """
    accounts = list(
        LinkedAccount.objects.filter(user_id=user_id).select_for_update().order_by("pk")
    )
    tokens = revocables(accounts)
    for account in accounts:
        Suppression.objects.update_or_create(
            identity_hash=hash_of(account), defaults={"opted_out_at": at}
        )
    forget_archives(user_id)
    LinkedAccount.objects.filter(user_id=user_id).delete()
    for kept in (CurrentScore, ScoreDay, ScoreMonth, SignalsDay):
        kept.objects.filter(user_id=user_id).delete()
    return tokens
