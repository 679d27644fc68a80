"""Who sees what at /brand/."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from perks import services
from perks.access import brands_of, is_member
from perks.models import Brand, BrandMember, Perk
from profiles.models import Profile, User
from tests.cast import NOW
from tests.perks.conftest import browser_of, make_brand, make_perk

LIST = "/brand/perks/perk/"
PAGES = ["change/", "delete/", "history/"]


def own_page(perk: Perk, page: str = "change/") -> str:
    return f"{LIST}{perk.pk}/{page}"


def test_who_is_not_logged_in_is_sent_to_log_in(client: Client, db: None) -> None:
    answer = client.get(LIST)
    assert answer.url == f"{reverse('account_login')}?next={LIST}"


@pytest.mark.parametrize("url", ["/brand/", LIST, f"{LIST}add/", "/brand/nothing/"])
def test_for_outsiders_there_is_nothing(charlie: User, url: str) -> None:
    assert browser_of(charlie).get(url).status_code == 404


def test_staff_is_no_member(db: None) -> None:
    staff = User.objects.create_superuser("staff@example.org")
    assert browser_of(staff).get(LIST).status_code == 404


def test_a_member_starts_at_the_list(bob: User) -> None:
    assert browser_of(bob).get("/brand/").url == LIST


def test_a_member_sees_the_own_brand_only(bob: User, brand: Brand) -> None:
    make_perk(brand, title="Ours")
    make_perk(make_brand("Other"), title="Theirs")
    html = browser_of(bob).get(LIST).content.decode()
    assert "Ours" in html
    assert "Theirs" not in html


@pytest.mark.parametrize("page", [*PAGES, "codes/"])
def test_perks_of_other_brands_are_not_there(bob: User, page: str) -> None:
    theirs = make_perk(make_brand("Other"))
    assert browser_of(bob).get(own_page(theirs, page)).status_code == 404


@pytest.mark.parametrize("page", ["change/", "delete/"])
def test_perks_of_other_brands_can_not_be_touched(bob: User, page: str) -> None:
    theirs = make_perk(make_brand("Other"), published=False)
    answer = browser_of(bob).post(own_page(theirs, page), {"post": "yes", "_publish": "1"})
    assert answer.status_code == 404
    assert Perk.objects.get(pk=theirs.pk).published_at is None


@pytest.mark.parametrize("page", ["login/", "password_change/", "r/1/1/"])
def test_the_ways_of_django_around_ours_are_closed(bob: User, page: str) -> None:
    assert browser_of(bob).get(f"/brand/{page}").status_code == 404


@pytest.mark.parametrize("page", [*PAGES, "codes/"])
def test_every_page_of_an_own_perk_opens(bob: User, brand: Brand, page: str) -> None:
    assert browser_of(bob).get(own_page(make_perk(brand), page)).status_code == 200


def test_the_list_shows_stock_state_and_audience(bob: User, alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand, units=50)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    html = browser_of(bob).get(LIST).content.decode()
    for field, value in {"state": "Open", "units": "1 of 50", "left": "49", "people": "1"}.items():
        assert f'<td class="field-{field}">{value}</td>' in html


def test_claimed_codes_come_without_people(bob: User, alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    html = browser_of(bob).get(own_page(perk, "codes/")).content.decode()
    assert "CODE-0" in html
    assert "CODE-1" not in html
    assert "alice" not in html


def test_an_own_perk_without_claims_can_be_deleted(bob: User, brand: Brand) -> None:
    perk = make_perk(brand)
    browser_of(bob).post(own_page(perk, "delete/"), {"post": "yes"})
    assert not Perk.objects.exists()


def test_a_claimed_perk_can_not_be_deleted(bob: User, alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    browser_of(bob).post(own_page(perk, "delete/"), {"post": "yes"})
    assert Perk.objects.exists()


def test_a_member_of_two_brands_sees_both(bob: User, brand: Brand) -> None:
    other = make_brand("Other")
    BrandMember.objects.create(brand=other, user=bob)
    make_perk(brand, title="Ours")
    make_perk(other, title="Ours too")
    html = browser_of(bob).get(LIST).content.decode()
    assert "Ours too" in html


def test_a_row_of_the_list_costs_one_query_which_counts_people(bob: User, brand: Brand) -> None:
    client, counts = browser_of(bob), []
    for _ in range(2):
        make_perk(brand)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[1] - counts[0] == 1


def test_nobody_is_a_member_of_nothing(db: None) -> None:
    assert not is_member(AnonymousUser())
    assert not brands_of(AnonymousUser()).exists()


@pytest.mark.parametrize(
    "asked",
    ["brand__members__user__email__startswith=a", "units__code=x", "countries=x", "title=a"],
)
def test_a_filter_that_is_typed_into_the_address_is_refused(bob: User, asked: str) -> None:
    assert browser_of(bob).get(f"{LIST}?{asked}").status_code == 400


def test_the_history_of_a_perk_names_no_log_in(bob: User, brand: Brand) -> None:
    perk = make_perk(brand)
    staff = User.objects.create_superuser("staff@example.org")
    LogEntry.objects.log_actions(staff.pk, [perk], CHANGE, "Changed the title.")
    html = browser_of(bob).get(own_page(perk, "history/")).content.decode()
    assert "Changed the title." in html
    assert "staff@example.org" not in html
