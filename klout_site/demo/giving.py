"""Brands, perks and claims of the demo, through the services that brands and people use."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from klout_site.demo.drawings import draw
from klout_site.demo.offers import ALICES_PERK, BOBS_BRAND, BRANDS, Offer
from klout_site.demo.words import unused
from perks import codes, pictures
from perks.eligibility import verdict
from perks.marks import claim_mark
from perks.models import Brand, BrandMember, Perk, Unit
from perks.services import Details, create_perk, publish_perk
from profiles.models import Profile, User
from profiles.selectors import Standing
from scoring.formula import NEWEST, load
from scoring.models import CurrentScore, LinkedAccount

PREPARED_BEFORE: Final = timedelta(days=3)  # it opens


def fill_perks(users: Sequence[User], rng: random.Random, *, at: datetime) -> None:
    """`users` are the demo's people: alice and bob first."""
    alice, bob, *others = users
    standings = _standings(users)
    taken = set(Brand.objects.values_list("slug", flat=True))
    for made in BRANDS:
        brand = Brand.objects.create(name=made.name, slug=unused(made.slug, taken), is_demo=True)
        member = bob if made.slug == BOBS_BRAND else rng.choice(others)
        BrandMember.objects.create(brand=brand, user=member)
        for offer in made.offers:
            perk = _perk(brand, offer, at)
            _claim(perk, _claimers(perk, offer, standings, alice, rng, at), rng, at)


def _standings(users: Sequence[User]) -> list[Standing]:
    """Of everybody, alice first, as profiles.selectors.standing would say it one by one."""
    ids = [user.pk for user in users]
    scores = CurrentScore.objects.filter(user__in=ids)
    now = {score.user_id: score for score in scores}
    countries = dict(Profile.objects.filter(user__in=ids).values_list("user_id", "country"))
    networks: dict[int, set[str]] = {}
    rows = LinkedAccount.objects.filter(user__in=ids)
    for user_id, network in rows.values_list("user_id", "network"):
        networks.setdefault(user_id, set()).add(network)
    return [
        _standing(user_id, now.get(user_id), str(countries[user_id]), networks.get(user_id, set()))
        for user_id in ids
    ]


def _standing(
    user_id: int, now: CurrentScore | None, country: str, networks: Collection[str]
) -> Standing:
    return Standing(
        user_id=user_id,
        tenths=now.tenths if now else None,
        low_tenths=now.low if now else None,
        high_tenths=now.high if now else None,
        posts=now.posts if now else None,
        posts_needed=load(NEWEST).posts_needed,
        country=country,
        networks=frozenset(networks),
        opted_out=False,
    )


def _perk(brand: Brand, offer: Offer, at: datetime) -> Perk:
    opens_at = at + timedelta(days=offer.opens_in_days)
    prepared_at = min(at, opens_at) - PREPARED_BEFORE
    details = Details(
        title=offer.title,
        text=offer.text,
        opens_at=opens_at,
        closes_at=at + timedelta(days=offer.closes_in_days),
        min_score=offer.min_score,
        countries=offer.countries,
        networks=offer.networks,
    )
    picture = pictures.to_webp(draw(offer.drawing)) if offer.drawing else None
    perk = create_perk(
        brand=brand,
        details=details,
        codes=codes.generate(offer.units),
        at=prepared_at,
        picture=picture,
    )
    if offer.published:
        publish_perk(perk_id=perk.pk, at=prepared_at)
        perk.refresh_from_db()
    return perk


def _claimers(
    perk: Perk,
    offer: Offer,
    standings: Sequence[Standing],
    alice: User,
    rng: random.Random,
    at: datetime,
) -> list[int]:
    """Only who may have it; alice has hers, and none of the others, so that there is a choice."""
    may = [s.user_id for s in standings if verdict(perk.rule, s, at=at).ok]
    others = [user_id for user_id in may if user_id != alice.pk]
    chosen = rng.sample(others, min(offer.claimed, len(others)))
    if offer.title == ALICES_PERK and alice.pk in may:
        return [alice.pk, *chosen[1:]]
    return chosen


def _claim(perk: Perk, user_ids: Sequence[int], rng: random.Random, at: datetime) -> None:
    units = list(perk.units.order_by("pk")[: len(user_ids)])
    for unit, user_id in zip(units, user_ids, strict=True):
        unit.user_id = user_id
        unit.mark = claim_mark(perk_id=perk.pk, user_id=user_id)
        unit.claimed_at = perk.opens_at + (at - perk.opens_at) * rng.random()
    Unit.objects.bulk_update(units, ["user", "mark", "claimed_at"])
