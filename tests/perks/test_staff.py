from __future__ import annotations

import pytest
from django.test import Client

from perks import services
from perks.models import Brand, Perk
from profiles.models import Profile, User
from tests.cast import NOW
from tests.perks.conftest import browser_of, make_perk


@pytest.fixture
def staff(db: None) -> Client:
    return browser_of(User.objects.create_superuser("staff@example.org"))


@pytest.mark.parametrize("model", ["brand", "perk", "unit"])
def test_staff_sees_everything(staff: Client, brand: Brand, model: str) -> None:
    make_perk(brand)
    assert staff.get(f"/admin/perks/{model}/").status_code == 200


@pytest.mark.parametrize("page", ["change/", "delete/", "history/"])
def test_every_page_of_a_perk_opens(staff: Client, brand: Brand, page: str) -> None:
    assert staff.get(f"/admin/perks/perk/{make_perk(brand).pk}/{page}").status_code == 200


def test_staff_can_make_a_brand_with_members(staff: Client, charlie: User) -> None:
    inline = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-user": charlie.pk}
    staff.post(
        "/admin/perks/brand/add/",
        {"name": "New", "slug": "new", "website": "example.org"}
        | {f"members-{name}": value for name, value in inline.items()},
    )
    assert Brand.objects.get().website == "https://example.org"
    assert Brand.objects.get().members.get().user == charlie


def test_codes_of_units_are_not_for_staff(staff: Client, brand: Brand, alice: Profile) -> None:
    perk = make_perk(brand)
    unit = services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW).unit
    for url in ["/admin/perks/unit/", f"/admin/perks/unit/{unit.pk}/change/"]:
        assert "CODE-" not in staff.get(url).content.decode()


def test_claimed_codes_are_the_brands_alone(staff: Client, brand: Brand) -> None:
    url = f"/admin/perks/perk/{make_perk(brand).pk}/"
    assert staff.get(f"{url}codes/").status_code == 404
    assert "codes/" not in staff.get(f"{url}change/").content.decode()


def test_staff_can_take_a_perk_off_the_market(staff: Client, brand: Brand) -> None:
    perk = make_perk(brand)
    typed = {
        "title": "A teapot", "text": "It pours.", "min_score": "40", "how_many": "0",
        "opens_at": "2026-11-22T00:00", "closes_at": "2026-12-22T00:00",
        "codes_from": "generate", "_unpublish": "1",
    }  # fmt: skip
    staff.post(f"/admin/perks/perk/{perk.pk}/change/", typed)
    assert Perk.objects.get().published_at is None
