"""Who somebody is here, as perks and views ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from profiles.models import Profile, User
from scoring import selectors as scoring
from scoring.formula import NEWEST, load
from scoring.models import LinkedAccount


@dataclass(frozen=True, slots=True)
class Standing:
    """What a perk may ask about a person. tenths None: no score yet; country "" if not told.

    posts None: nothing has been read yet.
    """

    user_id: int
    tenths: int | None
    low_tenths: int | None
    high_tenths: int | None
    posts: int | None
    posts_needed: int
    country: str
    networks: frozenset[str]
    opted_out: bool


def profile_of(user: User) -> Profile | None:
    return Profile.objects.filter(user=user).first()


def standing(user: User) -> Standing:
    profile = profile_of(user)
    current = scoring.current_score(user.pk)
    return Standing(
        user_id=user.pk,
        tenths=current.tenths if current else None,
        low_tenths=current.low if current else None,
        high_tenths=current.high if current else None,
        posts=current.posts if current else None,
        posts_needed=load(str(current.formula) if current else NEWEST).posts_needed,
        country=str(profile.country) if profile else "",
        networks=frozenset(scoring.networks_of(user.pk)),
        opted_out=profile is None or profile.opted_out,
    )


def count_people(
    *, min_tenths: int, countries: Sequence[str] = (), networks: Sequence[str] = ()
) -> int:
    """How many people stand at or above a score now; an empty sequence asks for nothing."""
    people = Profile.objects.filter(
        opted_out_at__isnull=True,
        user__is_active=True,
        user__current_score__tenths__gte=min_tenths,
    )
    if countries:
        people = people.filter(country__in=countries)
    if networks:
        linked = LinkedAccount.objects.filter(user_id=OuterRef("user_id"), network__in=networks)
        people = people.filter(Exists(linked))
    return people.count()
