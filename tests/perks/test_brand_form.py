"""Creating and changing a perk at /brand/."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from perks import services
from perks.models import Brand, BrandMember, Perk
from profiles.models import Profile, User
from tests.cast import NOW, make_person
from tests.perks.conftest import DAY, browser_of, give_score, make_brand, make_perk
from tests.perks.test_pictures import picture_file

ADD = "/brand/perks/perk/add/"


def typed(brand: Brand, **changes: Any) -> dict[str, Any]:
    return {
        "brand": brand.pk,
        "title": "A teapot",
        "text": "It pours.",
        "opens_at": "2026-11-22T00:00",
        "closes_at": "2026-12-22T00:00",
        "min_score": "40",
        "how_many": "2",
        "codes_from": "generate",
        "codes": "",
        **changes,
    }


def retyped(**changes: Any) -> dict[str, Any]:
    """What the form of a saved perk sends: its brand is settled."""
    sent = typed(Brand(), **({"how_many": "0"} | changes))
    del sent["brand"]
    return sent


def change_url(perk: Perk) -> str:
    return f"/brand/perks/perk/{perk.pk}/change/"


def errors(answer: HttpResponse) -> str:
    """The texts of all error lists, one a line."""
    lists = re.findall(
        r'class="errorlist[^"]*"[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL
    )
    return "\n".join(re.sub(r"<[^>]+>", "\n", found).strip() for found in lists)


@pytest.fixture
def browser(bob: User) -> Client:
    return browser_of(bob)


def test_it_makes_a_draft_with_its_units(browser: Client, brand: Brand) -> None:
    browser.post(ADD, typed(brand, countries=["IT"], networks=["mastodon"]))
    perk = Perk.objects.get()
    assert perk.published_at is None
    assert (perk.brand, perk.countries, perk.networks) == (brand, ["IT"], ["mastodon"])
    assert perk.units.count() == 2


def test_pasted_codes_become_the_units(browser: Client, brand: Brand) -> None:
    browser.post(ADD, typed(brand, codes_from="paste", codes="ONE\nTWO"))
    assert set(Perk.objects.get().units.values_list("code", flat=True)) == {"ONE", "TWO"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"closes_at": "2026-11-21T00:00"}, "It must close after it opens, and it opens on"),
        (
            {"how_many": "50", "codes_from": "paste", "codes": "\n".join(map(str, range(48)))},
            "You want 50 units but pasted 48 codes: 2 are missing.",
        ),
        (
            {"how_many": "1", "codes_from": "paste", "codes": "A\nB"},
            "You want 1 unit but pasted 2 codes: 1 is too many.",
        ),
        ({"codes_from": "paste", "codes": "A\nA"}, "Line 2 repeats line 1."),
        ({"codes": "A\nB"}, "You pasted codes: use those, or empty the box."),
        ({"min_score": "101"}, "less than or equal to 100"),
        ({"title": ""}, "This field is required."),
        ({"countries": ["ZZ"]}, "ZZ is not one of the available choices."),
        ({"upload": SimpleUploadedFile("p.png", b"<html>")}, "no picture that we can read"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    browser: Client, brand: Brand, wrong: dict[str, Any], words: str
) -> None:
    answer = browser.post(ADD, typed(brand, **({"text": "Typed text"} | wrong)))
    assert words in errors(answer)
    assert "Typed text" in answer.content.decode()
    assert not Perk.objects.exists()


def test_a_good_picture_outlives_another_mistake(browser: Client, brand: Brand) -> None:
    upload = SimpleUploadedFile("p.png", picture_file().getvalue())
    answer = browser.post(ADD, typed(brand, title="", upload=upload))
    kept = re.search(r'name="upload_kept" value="([^"]+)"', answer.content.decode())
    assert "Your new picture is kept" in answer.content.decode()
    browser.post(ADD, typed(brand, upload_kept=kept.group(1)))
    assert Perk.objects.get().picture


def test_what_a_browser_says_was_kept_is_checked_too(browser: Client, brand: Brand) -> None:
    answer = browser.post(ADD, typed(brand, upload_kept="PGh0bWw+"))
    assert answer.status_code == 200
    assert not Perk.objects.exists()


def test_what_was_never_kept_is_no_picture(browser: Client, brand: Brand) -> None:
    browser.post(ADD, typed(brand, upload_kept="é"))
    assert not Perk.objects.get().picture


def test_the_picture_can_be_removed(browser: Client, brand: Brand) -> None:
    from perks import pictures

    perk = make_perk(brand, picture=pictures.to_webp(picture_file()))
    browser.post(change_url(perk), retyped(remove_picture="on"))
    assert not Perk.objects.get().picture


def test_the_brand_of_others_can_not_be_chosen(browser: Client, brand: Brand) -> None:
    browser.post(ADD, typed(make_brand("Other")))
    assert not Perk.objects.exists()


def test_a_member_of_two_brands_chooses(browser: Client, bob: User, brand: Brand) -> None:
    other = make_brand("Other")
    BrandMember.objects.create(brand=other, user=bob)
    assert '<select name="brand"' in browser.get(ADD).content.decode()
    browser.post(ADD, typed(other))
    assert Perk.objects.get().brand == other


def test_who_qualifies_is_counted_before_saving(
    browser: Client, brand: Brand, alice: Profile
) -> None:
    answer = browser.post(ADD, typed(brand, title="", how_many="", _count="1"))
    assert "<strong>1 person</strong> would qualify" in answer.content.decode()
    assert not errors(answer)
    assert not Perk.objects.exists()


def test_counting_does_not_save_a_change(browser: Client, brand: Brand, alice: Profile) -> None:
    perk = make_perk(brand)
    answer = browser.post(change_url(perk), retyped(title="New", min_score="90", _count="1"))
    html = answer.content.decode()
    assert "<strong>0 people</strong> would qualify" in html
    assert re.search(r"<strong>1</strong>\s*<span>person qualifies right now", html)
    assert Perk.objects.get().title == "A teapot"


def test_a_draft_says_how_many_people_qualify(browser: Client, brand: Brand) -> None:
    give_score(make_person("dora", country="IT"), 400)
    give_score(make_person("eve", country="FR"), 900)
    html = browser.get(change_url(make_perk(brand, published=False, countries=["IT"])))
    assert re.search(r"<strong>1</strong>\s*<span>person qualifies", html.content.decode())


def test_publishing_takes_one_button(browser: Client, brand: Brand) -> None:
    perk = make_perk(brand, published=False)
    browser.post(change_url(perk), retyped(title="Last words", _publish="1"))
    perk.refresh_from_db()
    assert perk.published_at == NOW
    assert perk.title == "Last words"


def test_what_would_be_over_is_not_published(browser: Client, brand: Brand) -> None:
    perk = make_perk(brand, published=False)
    past = {"opens_at": "2026-11-01T00:00", "closes_at": "2026-11-02T00:00"}
    answer = browser.post(change_url(perk), retyped(_publish="1", **past), follow=True)
    assert "It would be over already" in answer.content.decode()
    assert Perk.objects.get().published_at is None


def test_it_can_be_taken_off_the_market(browser: Client, brand: Brand) -> None:
    perk = make_perk(brand)
    browser.post(change_url(perk), retyped(_unpublish="1"))
    assert Perk.objects.get().published_at is None


def test_units_are_added_to_those_that_are_there(browser: Client, brand: Brand) -> None:
    perk = make_perk(brand)
    browser.post(change_url(perk), retyped(how_many="1", codes_from="paste", codes="MORE"))
    assert perk.units.count() == 4


def test_a_code_that_is_there_is_named(browser: Client, brand: Brand) -> None:
    more = {"how_many": "1", "codes_from": "paste", "codes": "CODE-2"}
    answer = browser.post(change_url(make_perk(brand)), retyped(**more))
    assert "Line 1 is already a code of this perk." in errors(answer)


def test_after_a_claim_the_rules_are_shown_and_stand_still(
    browser: Client, brand: Brand, alice: Profile
) -> None:
    perk = make_perk(brand, countries=[])
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    html = browser.get(change_url(perk)).content.decode()
    assert "Somebody has claimed: score, countries and networks" in html
    browser.post(change_url(perk), retyped(min_score="99", title="New"))
    perk.refresh_from_db()
    assert (perk.min_score, perk.title) == (40, "New")


def test_a_claim_between_check_and_writing_is_told(
    browser: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise services.Refused("Somebody has claimed.")

    monkeypatch.setattr(services, "update_perk", refuse)
    perk = make_perk(brand)
    answer = browser.post(change_url(perk), retyped(how_many="0"), follow=True)
    assert "Somebody has claimed." in answer.content.decode()


def test_times_are_utc_and_say_so(browser: Client, brand: Brand) -> None:
    html = browser.get(ADD).content.decode()
    assert "Opens (UTC)" in html
    browser.post(ADD, typed(brand))
    assert Perk.objects.get().closes_at == NOW.replace(hour=0) + 30 * DAY
