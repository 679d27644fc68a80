"""What a brand's member does to a perk. Rules stand still once somebody has claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from perks import pictures
from perks.models import Brand, Perk, Unit

KEEP_PICTURE: Final = "keep"
Picture = bytes | None | Literal["keep"]
# Who claimed did so under these; who didn't may have planned by them.
RULES: Final = ("min_score", "countries", "networks")


class Refused(Exception):
    """The message says why, to the brand's member."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a brand says about a perk. Empty countries or networks ask for nothing."""

    title: str
    text: str
    opens_at: datetime
    closes_at: datetime
    min_score: int  # 1 to 100
    countries: Sequence[str] = ()  # ISO 3166 alpha-2
    networks: Sequence[str] = ()  # keys of scoring.networks.NETWORKS


@transaction.atomic
def create_perk(
    *,
    brand: Brand,
    details: Details,
    codes: Sequence[str],
    at: datetime,
    picture: bytes | None = None,
) -> Perk:
    """A draft with a unit for each code. `picture` as pictures.to_webp made it.

    What a demo brand gives away is demo too.
    """
    perk = Perk.objects.create(
        brand=brand,
        **_columns(details),
        picture=pictures.store(picture) if picture else "",
        is_demo=brand.is_demo,
        created_at=at,
    )
    _add(perk, codes)
    return perk


@transaction.atomic
def update_perk(
    *, perk_id: int, details: Details, codes: Sequence[str] = (), picture: Picture = KEEP_PICTURE
) -> Perk:
    """`codes` are added to those that are there. Raises Refused."""
    perk = Perk.objects.select_for_update().get(pk=perk_id)
    columns = _columns(details)
    if has_claims(perk) and any(getattr(perk, rule) != columns[rule] for rule in RULES):
        raise Refused(rules_frozen())
    for name, value in columns.items():
        setattr(perk, name, value)
    if picture != KEEP_PICTURE:
        _replace_picture(perk, picture)
    perk.save()
    _add(perk, codes)
    return perk


@transaction.atomic
def add_units(*, perk_id: int, codes: Sequence[str]) -> None:
    """Raises Refused where one is a code of this perk already."""
    _add(Perk.objects.select_for_update().get(pk=perk_id), codes)


@transaction.atomic
def publish_perk(*, perk_id: int, at: datetime) -> None:
    """Raises Refused where nobody could ever claim it."""
    perk = Perk.objects.select_for_update().get(pk=perk_id)
    if perk.closes_at <= at:
        raise Refused(_("It would be over already: choose a later end, then publish."))
    if not perk.units.filter(claimed_at__isnull=True).exists():
        raise Refused(_("There is nothing to give away: add units, then publish."))
    Perk.objects.filter(pk=perk_id, published_at__isnull=True).update(published_at=at)


def unpublish_perk(*, perk_id: int) -> None:
    """Back to a draft. Codes that people have claimed stay theirs."""
    Perk.objects.filter(pk=perk_id).update(published_at=None)


@transaction.atomic
def delete_perk(*, perk_id: int) -> None:
    """Raises Refused where somebody has claimed."""
    perk = Perk.objects.select_for_update().get(pk=perk_id)
    # Waits for claims under way; what they took is left, and seen in the next line.
    perk.units.filter(claimed_at__isnull=True).delete()
    if perk.units.exists():
        raise Refused(claimed_forever())
    _replace_picture(perk, None)
    perk.delete()


@transaction.atomic
def remove_demo() -> None:
    """Demo perks and brands go, with whatever was claimed of them."""
    Unit.objects.filter(perk__is_demo=True).delete()
    for perk in Perk.objects.filter(is_demo=True):
        _replace_picture(perk, None)
        perk.delete()
    Brand.objects.filter(is_demo=True, perks__isnull=True).delete()


def has_claims(perk: Perk) -> bool:
    return perk.units.filter(claimed_at__isnull=False).exists()


def rules_frozen() -> str:
    return _("Somebody has claimed: score, countries and networks can't change any more.")


def claimed_forever() -> str:
    return _("Somebody has claimed this perk, so it can't be deleted. You can unpublish it.")


def _columns(details: Details) -> dict[str, object]:
    listed = {"countries": sorted(details.countries), "networks": sorted(details.networks)}
    return asdict(details) | listed


def _add(perk: Perk, codes: Sequence[str]) -> None:
    units = [Unit(perk=perk, code=code) for code in codes]
    try:
        with transaction.atomic():
            Unit.objects.bulk_create(units, batch_size=2000)
    except IntegrityError:
        raise Refused(_("One of these codes is a code of this perk already.")) from None


def _replace_picture(perk: Perk, webp: bytes | None) -> None:
    old = perk.picture.name
    perk.picture = pictures.store(webp) if webp else ""
    if old and old != perk.picture.name:
        transaction.on_commit(lambda: _drop_unused(old))


def _drop_unused(name: str) -> None:
    if not Perk.objects.filter(picture=name).exists():
        default_storage.delete(name)
