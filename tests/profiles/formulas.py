"""Formula 1 counts, formula 2 is announced: releases by the days that a test wants."""

from __future__ import annotations

from datetime import date, timedelta

from allauth.account.models import EmailAddress

from profiles.models import Profile
from scoring.models import FormulaRelease
from scoring.services import releasing

MONTH = timedelta(days=30)


def plan(today: date, **changes: object) -> releasing.Plan:
    return releasing.Plan(
        **{
            "version": 2,
            "announced_on": today,
            "effective_on": today + MONTH,
            "side_by_side_until": today + 2 * MONTH,
            "notes": "An audience counts as far as it responds.",
            **changes,
        }
    )


def only_the_first(today: date) -> None:
    """Formula 1 has counted for a year, and nobody has heard of another."""
    FormulaRelease.objects.filter(version=2).delete()
    long_ago = today - timedelta(days=365)
    FormulaRelease.objects.update(
        announced_on=long_ago, effective_on=long_ago, side_by_side_until=long_ago
    )


def announce_the_second(today: date) -> FormulaRelease:
    """Today, for in a month; both are shown for two."""
    only_the_first(today)
    return releasing.announce(plan(today), today=today)


def proved(profile: Profile) -> Profile:
    address = {"email": profile.user.email, "verified": True, "primary": True}
    EmailAddress.objects.create(user=profile.user, **address)
    return profile
