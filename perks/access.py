"""The only door to perks that not everybody may see. To outsiders they aren't there."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from perks.models import Brand, BrandMember, Perk, PerkQuerySet, Unit
from profiles.models import User

Viewer = User | AnonymousUser


def brands_of(viewer: Viewer) -> QuerySet[Brand]:
    return Brand.objects.filter(members__user_id=viewer.pk)


def is_member(viewer: Viewer) -> bool:
    """Of any brand."""
    return viewer.is_authenticated and BrandMember.objects.filter(user_id=viewer.pk).exists()


def perks_visible_to(viewer: Viewer) -> PerkQuerySet:
    """Published ones, those of one's own brand, and what one has claimed."""
    if not viewer.is_authenticated:
        return Perk.objects.filter(published_at__isnull=False)
    member = BrandMember.objects.filter(brand_id=OuterRef("brand_id"), user_id=viewer.pk)
    own_unit = Unit.objects.filter(perk_id=OuterRef("pk"), user_id=viewer.pk)
    return Perk.objects.filter(Q(published_at__isnull=False) | Exists(member) | Exists(own_unit))


def perk_or_404(viewer: Viewer, perk_id: int) -> Perk:
    """With its brand and its stock."""
    perks = perks_visible_to(viewer).with_stock().select_related("brand")
    perk = perks.filter(pk=perk_id).first()
    if perk is None:
        raise Http404
    return perk
