"""Takes the demo away again: its rows, what hangs on them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from perks.models import Perk, Unit
from perks.services import remove_demo
from profiles.models import User
from scoring.models import LinkedAccount
from scoring.services import linking


@dataclass(frozen=True, slots=True)
class Removed:
    people: int
    perks: int
    claims_by_others: int  # units of demo perks that people outside of the demo had


def remove() -> Removed:
    """Whatever demo people linked themselves goes too, and its tokens are given back."""
    with transaction.atomic():
        people = User.objects.filter(is_demo=True)
        claims = Unit.objects.filter(perk__is_demo=True, user__is_demo=False)
        removed = Removed(
            people=people.count(),
            perks=Perk.objects.filter(is_demo=True).count(),
            claims_by_others=claims.count(),
        )
        tokens = linking.revocables(list(LinkedAccount.objects.filter(user__in=people)))
        remove_demo()
        people.delete()
    linking.revoke(tokens)
    return removed
