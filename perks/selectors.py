"""Reads: what a person can have, what not yet and why, what is theirs; and who would qualify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from perks import wording
from perks.access import Viewer
from perks.eligibility import (
    MissingNetwork,
    NoScore,
    OptedOut,
    Phase,
    Verdict,
    WrongCountry,
    verdict,
)
from perks.marks import claim_mark
from perks.models import Perk, Unit
from profiles.models import User
from profiles.selectors import count_people, standing


@dataclass(frozen=True, slots=True)
class Card:
    """A perk as one viewer sees it."""

    perk: Perk
    phase: Phase
    total: int
    left: int
    requirements: Sequence[str]
    unit: Unit | None = None  # the viewer's own
    verdict: Verdict | None = None  # None where nobody is logged in
    borderline: str = ""  # what to say where it is not certain whether the viewer has the score

    @property
    def reasons(self) -> list[str]:
        return [wording.sentence(reason) for reason in self.verdict.reasons] if self.verdict else []

    @property
    def opens(self) -> str:
        """When, where that is still to come; else ""."""
        return wording.moment(self.perk.opens_at) if self.phase is Phase.SCHEDULED else ""

    @property
    def closes(self) -> str:
        return wording.moment(self.perk.closes_at)

    @property
    def is_draft(self) -> bool:
        return self.phase is Phase.DRAFT

    @property
    def is_over(self) -> bool:
        return self.phase is Phase.OVER

    @property
    def wants_score(self) -> bool:
        return self._lacks(NoScore)

    @property
    def wants_account(self) -> bool:
        return self._lacks(NoScore, MissingNetwork)

    @property
    def wants_country(self) -> bool:
        """The person has not said where they live, and this perk asks."""
        reasons = self.verdict.reasons if self.verdict else ()
        return any(isinstance(reason, WrongCountry) and not reason.own for reason in reasons)

    @property
    def wants_opt_in(self) -> bool:
        return self._lacks(OptedOut)

    def _lacks(self, *kinds: type) -> bool:
        return any(isinstance(r, kinds) for r in self.verdict.reasons) if self.verdict else False

    @property
    def can_claim(self) -> bool:
        return self.unit is None and self.left > 0 and bool(self.verdict and self.verdict.ok)


@dataclass(frozen=True, slots=True)
class Market:
    can_have: Sequence[Card]
    not_yet: Sequence[Card]
    gone: Sequence[Card]
    yours: Sequence[Card]
    open: Sequence[Card]  # for people who are not logged in: nobody can say yet

    @property
    def is_empty(self) -> bool:
        return not any([self.can_have, self.not_yet, self.gone, self.yours, self.open])


def market(viewer: Viewer, *, at: datetime) -> Market:
    """All that is not over, what closes first in front. The same queries for 3 perks and 300."""
    perks = Perk.objects.on_the_market(at).with_stock().select_related("brand")
    cards = cards_for(viewer, perks.order_by("closes_at", "pk"), at=at)
    there = [card for card in cards if card.unit is None]
    left = [card for card in there if card.left]
    return Market(
        can_have=[card for card in left if card.verdict and card.verdict.ok],
        not_yet=[card for card in left if card.verdict and not card.verdict.ok],
        gone=[card for card in there if not card.left],
        yours=[card for card in cards if card.unit is not None],
        open=[card for card in left if not card.verdict],
    )


def cards_for(viewer: Viewer, perks: Iterable[Perk], *, at: datetime) -> list[Card]:
    """`perks` with brand and stock (PerkQuerySet.with_stock)."""
    perks = list(perks)
    if not viewer.is_authenticated:
        return [_card(perk, at) for perk in perks]
    mine = {unit.perk_id: unit for unit in claims_of(viewer.pk)}
    before = _claimed_before(viewer, perks)
    now = standing(viewer)
    return [
        _card(
            perk,
            at,
            unit=mine.get(perk.pk),
            found=verdict(perk.rule, now, at=at, claimed_before=perk.pk in before),
            borderline=wording.borderline(perk.rule, now),
        )
        for perk in perks
    ]


def claims_of(user_id: int) -> QuerySet[Unit]:
    """Newest first, with perk and brand."""
    return (
        Unit.objects.filter(user_id=user_id)
        .select_related("perk__brand")
        .order_by("-claimed_at", "-pk")
    )


def claimed_codes(perk: Perk) -> QuerySet[Unit]:
    """What the brand may see of claims: when, and which code. Not who."""
    return (
        perk.units.filter(claimed_at__isnull=False)
        .order_by("-claimed_at", "-pk")
        .only("perk_id", "code", "claimed_at")
    )


def people_who_qualify(*, min_score: int, countries: Sequence[str], networks: Sequence[str]) -> int:
    return count_people(min_tenths=min_score * 10, countries=countries, networks=networks)


def _claimed_before(user: User, perks: Iterable[Perk]) -> set[int]:
    """Perks whose unit this log-in had before it opted out."""
    marks = [claim_mark(perk_id=perk.pk, user_id=user.pk) for perk in perks]
    rows = Unit.objects.filter(mark__in=marks, user__isnull=True)
    return set(rows.values_list("perk_id", flat=True))


def _card(
    perk: Perk,
    at: datetime,
    *,
    unit: Unit | None = None,
    found: Verdict | None = None,
    borderline: str = "",
) -> Card:
    return Card(
        perk=perk,
        phase=perk.phase(at),
        total=perk.total,
        left=perk.total - perk.claimed,
        requirements=wording.requirements(perk.rule),
        unit=unit,
        verdict=found,
        borderline=borderline,
    )
