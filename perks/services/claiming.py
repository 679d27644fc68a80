"""One unit per person, and never more than there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from perks.eligibility import NoScore, Verdict, verdict
from perks.marks import claim_mark
from perks.models import Perk, Unit
from profiles.models import Profile, User
from profiles.selectors import standing


class ClaimRefused(Exception):
    pass


class NotFound(ClaimRefused):
    """No such perk, or a draft."""


class NotEligible(ClaimRefused):
    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class SoldOut(ClaimRefused):
    pass


@dataclass(frozen=True, slots=True)
class Claimed:
    unit: Unit
    is_new: bool  # False: it was this person's already


@transaction.atomic
def claim_perk(*, user: User, perk_id: int, at: datetime) -> Claimed:
    """Gives the person a unit; who has one already gets that one again.

    Raises NotFound, NotEligible (with the verdict) or SoldOut; then nothing has changed.
    """
    # Held until the commit: an opt-out waits for us, or we see it; a second click waits too.
    profile = Profile.objects.select_for_update(no_key=True).filter(user_id=user.pk).first()
    perk = Perk.objects.filter(pk=perk_id, published_at__isnull=False).first()
    if perk is None:
        raise NotFound
    own = Unit.objects.filter(perk=perk, user_id=user.pk).first()
    if own is not None:
        return Claimed(own, is_new=False)
    if profile is None:
        raise NotEligible(Verdict((NoScore(),)))
    mark = claim_mark(perk_id=perk.pk, user_id=user.pk)
    _check(perk, user=user, profile=profile, mark=mark, at=at)
    return Claimed(_take(perk, user_id=user.pk, mark=mark, at=at), is_new=True)


def unlink_claims(*, user_id: int) -> int:
    """What the brand needs to have delivered stays, and nobody can tell whose it was.

    Call it in the opt-out's transaction, after the opt-out: then no claim slips in between.
    """
    return Unit.objects.filter(user_id=user_id).update(user=None)


def _check(perk: Perk, *, user: User, profile: Profile, mark: str, at: datetime) -> None:
    now = replace(standing(user), opted_out=profile.opted_out)
    before = Unit.objects.filter(perk=perk, mark=mark).exists()
    found = verdict(perk.rule, now, at=at, claimed_before=before)
    if not found.ok:
        raise NotEligible(found)


def _take(perk: Perk, *, user_id: int, mark: str, at: datetime) -> Unit:
    free = Unit.objects.filter(perk=perk, claimed_at__isnull=True).order_by("pk")
    unit = free.select_for_update(skip_locked=True).first()
    if unit is None:
        # The rest may only be locked. Wait for each: who rolls back leaves a unit for us.
        unit = free.select_for_update().first()
    if unit is None:
        raise SoldOut
    unit.user_id, unit.mark, unit.claimed_at = user_id, mark, at
    unit.save(update_fields=["user", "mark", "claimed_at"])
    return unit
