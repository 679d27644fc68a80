"""Opting out, over all apps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from perks import selectors as perk_selectors
from perks import services as perks
from profiles import services as profiles
from profiles.appeals import reads as appeals
from profiles.models import Profile
from scoring import selectors as scoring
from scoring.services import linking


def leave(profile: Profile, *, with_login: bool, at: datetime) -> list[str]:
    """Everything is gone when this returns. Returns the hosts that didn't confirm revoking.

    The networks are asked after the commit: a server that hangs keeps nobody here.
    """
    with transaction.atomic():
        tokens = profiles.opt_out(profile=profile, at=at)
        perks.unlink_claims(user_id=profile.user_id)
        if with_login:
            profiles.delete_login(profile=profile)
    return linking.revoke(tokens)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored about a person, counted."""

    accounts: int
    posts: int
    readings: int
    score_days: int
    claims: int
    appeals: int


def what_is_kept(profile: Profile) -> Kept:
    counts = scoring.stored_about(profile.user_id)
    return Kept(
        **counts,
        claims=perk_selectors.claims_of(profile.user_id).count(),
        appeals=appeals.how_many(profile.user_id),
    )
