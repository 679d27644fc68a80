from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from perks import services
from perks.models import Brand, Perk, Unit
from profiles.models import Profile
from tests.cast import NOW, make_person
from tests.perks.conftest import DAY, make_brand, make_perk


def details_of(perk: Perk, **changes: object) -> services.Details:
    names = ("title", "text", "opens_at", "closes_at", "min_score", "countries", "networks")
    return replace(services.Details(**{name: getattr(perk, name) for name in names}), **changes)


@pytest.fixture
def claimed(alice: Profile, brand: Brand) -> Perk:
    perk = make_perk(brand)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    return perk


@pytest.mark.parametrize(
    "change", [{"min_score": 41}, {"min_score": 1}, {"countries": ["IT"]}, {"networks": ["x"]}]
)
def test_rules_stand_still_once_somebody_has_claimed(claimed: Perk, change: dict) -> None:
    with pytest.raises(services.Refused, match="can't change any more"):
        services.update_perk(perk_id=claimed.pk, details=details_of(claimed, **change))


def test_words_may_change_after_a_claim(claimed: Perk) -> None:
    services.update_perk(perk_id=claimed.pk, details=details_of(claimed, title="A new teapot"))
    assert Perk.objects.get(pk=claimed.pk).title == "A new teapot"


def test_rules_may_change_before(brand: Brand) -> None:
    perk = make_perk(brand)
    services.update_perk(perk_id=perk.pk, details=details_of(perk, countries=["IT", "FR"]))
    assert Perk.objects.get(pk=perk.pk).countries == ["FR", "IT"]


def test_units_may_be_added_after_a_claim(claimed: Perk) -> None:
    services.add_units(perk_id=claimed.pk, codes=["NEW-1", "NEW-2"])
    assert claimed.units.count() == 5


def test_a_code_of_the_perk_is_not_added_twice(claimed: Perk) -> None:
    with pytest.raises(services.Refused):
        services.add_units(perk_id=claimed.pk, codes=["NEW-1", "CODE-0"])
    assert claimed.units.count() == 3


def test_another_perk_may_use_the_same_code(brand: Brand) -> None:
    make_perk(brand)
    assert make_perk(brand).units.filter(code="CODE-0").exists()


def test_a_claimed_perk_is_never_deleted(claimed: Perk) -> None:
    with pytest.raises(services.Refused, match="can't be deleted"):
        services.delete_perk(perk_id=claimed.pk)
    assert claimed.units.count() == 3


def test_publishing_needs_something_to_give(brand: Brand) -> None:
    perk = make_perk(brand, units=0, published=False)
    with pytest.raises(services.Refused, match="nothing to give away"):
        services.publish_perk(perk_id=perk.pk, at=NOW)


def test_publishing_needs_time_left(brand: Brand) -> None:
    perk = make_perk(brand, published=False)
    with pytest.raises(services.Refused, match="over already"):
        services.publish_perk(perk_id=perk.pk, at=NOW + DAY)


def test_publishing_again_keeps_the_first_moment(brand: Brand) -> None:
    perk = make_perk(brand)
    services.publish_perk(perk_id=perk.pk, at=NOW + DAY / 2)
    assert Perk.objects.get(pk=perk.pk).published_at == NOW


def test_the_demo_goes_and_nothing_else(alice: Profile, brand: Brand) -> None:
    kept, demo = make_perk(brand), make_perk(make_brand("Demo", is_demo=True))
    services.claim_perk(user=alice.user, perk_id=demo.pk, at=NOW)
    services.remove_demo()
    assert list(Perk.objects.all()) == [kept]
    assert list(Brand.objects.all()) == [brand]


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_at": NOW - DAY},
        {"min_score": 0},
        {"min_score": 101},
    ],
)
def test_the_database_refuses_impossible_rules(brand: Brand, wrong: dict) -> None:
    perk = make_perk(brand)
    with pytest.raises(IntegrityError), transaction.atomic():
        Perk.objects.filter(pk=perk.pk).update(**wrong)


def test_the_database_refuses_a_unit_that_is_half_claimed(brand: Brand, alice: Profile) -> None:
    unit = make_perk(brand).units.first()
    for wrong in [{"user": alice.user}, {"claimed_at": NOW}, {"mark": "m"}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.filter(pk=unit.pk).update(**wrong)


def test_the_database_refuses_a_second_unit(brand: Brand, alice: Profile) -> None:
    one, two, _ = make_perk(brand).units.all()
    dora = make_person("dora").user
    Unit.objects.filter(pk=one.pk).update(user=alice.user, mark="m", claimed_at=NOW)
    for user, mark in [(alice.user, "n"), (dora, "m")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.filter(pk=two.pk).update(user=user, mark=mark, claimed_at=NOW)
