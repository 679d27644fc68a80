from __future__ import annotations

import pytest

from klout_site import leaving
from perks import services
from perks.eligibility import ClaimedBefore, OptedOut, PointsShort
from perks.models import Brand, Perk, Unit
from profiles.models import Profile
from profiles.services import opt_in
from tests.cast import NOW, make_person
from tests.perks.conftest import DAY, give_score, make_perk


def claim(person: Profile, perk: Perk) -> services.Claimed:
    return services.claim_perk(user=person.user, perk_id=perk.pk, at=NOW)


def test_it_gives_a_unit_with_its_code(alice: Profile, brand: Brand) -> None:
    claimed = claim(alice, make_perk(brand))
    unit = Unit.objects.get(user=alice.user)
    assert claimed.is_new
    assert unit.code == claimed.unit.code == "CODE-0"
    assert unit.claimed_at == NOW


def test_claiming_again_gives_the_same_unit(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    first, second = claim(alice, perk), claim(alice, perk)
    assert second.unit == first.unit
    assert not second.is_new
    assert Unit.objects.filter(claimed_at__isnull=False).count() == 1


def test_what_one_has_stays_even_when_the_perk_is_over(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    first = claim(alice, perk)
    again = services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW + 2 * DAY)
    assert again.unit == first.unit


def test_the_last_unit_goes_once(alice: Profile, brand: Brand) -> None:
    perk, dora = make_perk(brand, units=1), make_person("dora")
    give_score(dora, 900)
    claim(alice, perk)
    with pytest.raises(services.SoldOut):
        claim(dora, perk)


def test_who_does_not_qualify_is_told_why(brand: Brand, db: None) -> None:
    dora = make_person("dora")
    give_score(dora, 365)
    with pytest.raises(services.NotEligible) as refusal:
        claim(dora, make_perk(brand))
    assert refusal.value.verdict.reasons == (PointsShort(35),)
    assert not Unit.objects.filter(claimed_at__isnull=False).exists()


@pytest.mark.parametrize("days", [-2, 2])
def test_a_perk_that_is_not_open_is_refused(alice: Profile, brand: Brand, days: int) -> None:
    perk = make_perk(brand)
    with pytest.raises(services.NotEligible) as refusal:
        services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW + days * DAY)
    assert refusal.value.verdict.closed


def test_a_draft_is_not_there(alice: Profile, brand: Brand) -> None:
    with pytest.raises(services.NotFound):
        claim(alice, make_perk(brand, published=False))


def test_who_opted_out_can_not_claim(alice: Profile, brand: Brand) -> None:
    leaving.leave(alice, with_login=False, at=NOW)
    with pytest.raises(services.NotEligible) as refusal:
        claim(alice, make_perk(brand))
    assert refusal.value.verdict.reasons == (OptedOut(),)


def test_leaving_unlinks_the_claim_and_keeps_what_was_delivered(
    alice: Profile, brand: Brand
) -> None:
    code = claim(alice, make_perk(brand)).unit.code
    leaving.leave(alice, with_login=False, at=NOW)
    unit = Unit.objects.get(code=code)
    assert unit.user is None
    assert unit.claimed_at == NOW


def test_opting_in_again_does_not_give_a_second_unit(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    claim(alice, perk)
    leaving.leave(alice, with_login=False, at=NOW)
    opt_in(profile=alice, at=NOW)
    give_score(alice, 500)
    with pytest.raises(services.NotEligible) as refusal:
        claim(alice, perk)
    assert refusal.value.verdict.reasons == (ClaimedBefore(),)


def test_deleting_the_log_in_keeps_the_unit_counted(alice: Profile, brand: Brand) -> None:
    code = claim(alice, make_perk(brand)).unit.code
    leaving.leave(alice, with_login=True, at=NOW)
    assert Unit.objects.get(code=code).user is None
