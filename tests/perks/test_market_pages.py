from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from klout_site import leaving
from perks import services
from perks.models import Brand, Perk, Unit
from profiles.models import Profile, User
from scoring.models import CurrentScore
from tests.cast import NOW, make_person
from tests.perks.conftest import DAY, browser_of, give_score, make_perk


def section(html: str, title: str) -> str:
    """What stands below that heading, up to the next section."""
    found = re.search(rf"<h2[^>]*>{title}</h2>(.*?)</section>", html, re.DOTALL)
    return found.group(1) if found else ""


def market_of(person: Profile) -> str:
    return browser_of(person.user).get(reverse("perks")).content.decode()


def claim(client: Client, perk: Perk):
    return client.post(reverse("claim", args=[perk.pk]), follow=True)


def test_what_one_can_have_stands_apart(alice: Profile, brand: Brand) -> None:
    make_perk(brand, title="Near", min_score=50)
    make_perk(brand, title="Far", min_score=54)
    html = market_of(alice)
    assert "Near" in section(html, "You can have these")
    assert "You are 4 points away." in section(html, "Not yet")


def test_stock_and_end_are_told(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand, units=50)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    html = market_of(alice)
    assert "49 of 50 left" in html
    assert "Closes Nov. 23, 2026, noon UTC" in html


def test_what_opens_later_says_when(alice: Profile, brand: Brand) -> None:
    make_perk(brand, opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    assert "It opens on Nov. 23, 2026, noon UTC." in section(market_of(alice), "Not yet")


def test_drafts_and_past_perks_are_not_listed(alice: Profile, brand: Brand) -> None:
    make_perk(brand, title="Draft", published=False)
    make_perk(brand, title="Past", opens_at=NOW - 2 * DAY, closes_at=NOW - DAY)
    html = market_of(alice)
    assert "Draft" not in html
    assert "Past" not in html
    assert "No perks right now" in html


def test_claimed_ones_are_listed_as_yours(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    assert perk.title in section(market_of(alice), "Yours")


def test_perks_without_units_left_are_listed_as_gone(alice: Profile, brand: Brand) -> None:
    perk, dora = make_perk(brand, units=1), make_person("dora")
    give_score(dora, 900)
    services.claim_perk(user=dora.user, perk_id=perk.pk, at=NOW)
    assert perk.title in section(market_of(alice), "All gone")


def test_without_a_log_in_people_see_what_is_on_offer(client: Client, brand: Brand) -> None:
    perk = make_perk(brand)
    html = client.get(reverse("perks")).content.decode()
    assert perk.title in section(html, "On offer")
    assert "Log in to see which you can have" in html


def test_the_code_shows_at_once_and_is_kept(alice: Profile, brand: Brand) -> None:
    client, perk = browser_of(alice.user), make_perk(brand)
    page = claim(client, perk)
    assert page.status_code == 200
    assert "CODE-0" in page.content.decode()
    assert "CODE-0" in client.get(reverse("my_perks")).content.decode()


def test_the_last_one_gone_is_said_clearly(alice: Profile, brand: Brand) -> None:
    perk, dora = make_perk(brand, units=1), make_person("dora")
    give_score(dora, 900)
    services.claim_perk(user=dora.user, perk_id=perk.pk, at=NOW)
    page = claim(browser_of(alice.user), perk)
    assert page.status_code == 409
    assert "The last one went while you were clicking." in page.content.decode()


def test_who_does_not_qualify_reads_the_reasons(charlie: User, brand: Brand) -> None:
    page = claim(browser_of(charlie), make_perk(brand, countries=["IT"]))
    html = page.content.decode()
    assert page.status_code == 403
    assert "You have no score yet: connect an account first." in html
    assert "Only for people in Italy, and your profile names no country." in html


def test_who_has_not_posted_enough_reads_how_much_is_missing(charlie: User, brand: Brand) -> None:
    few = {"day": NOW.date(), "posts": 3, "formula": 2}
    CurrentScore.objects.create(user=charlie, tenths=None, **few)
    page = claim(browser_of(charlie), make_perk(brand))
    assert page.status_code == 403
    assert "Not enough yet: 3 of 10 posts." in page.content.decode()


@pytest.mark.parametrize(
    ("tenths", "words"), [(402, "and it is enough"), (398, "and it is just below")]
)
def test_who_is_borderline_reads_it(charlie: User, brand: Brand, tenths: int, words: str) -> None:
    give_score(charlie.profile, tenths)
    perk = make_perk(brand)
    low, high = (tenths - 5) / 10, (tenths + 5) / 10
    said = f"Borderline: your score lies between {low} and {high}, and this asks for 40."
    client = browser_of(charlie)
    for path in (reverse("perks"), perk.get_absolute_url()):
        html = client.get(path).content.decode()
        assert said in html
        assert words in html


def test_a_perk_that_has_closed_is_said_to_be_over(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand, opens_at=NOW - 2 * DAY, closes_at=NOW - DAY)
    page = claim(browser_of(alice.user), perk)
    assert page.status_code == 409
    assert "It closed on Nov. 21, 2026, noon UTC." in page.content.decode()


def test_claiming_asks_for_a_log_in_first(client: Client, brand: Brand) -> None:
    perk = make_perk(brand)
    answer = client.post(reverse("claim", args=[perk.pk]))
    assert answer.url == f"{reverse('account_login')}?next={reverse('perk', args=[perk.pk])}"
    assert not Unit.objects.filter(claimed_at__isnull=False).exists()


def test_looking_claims_nothing(alice: Profile, brand: Brand) -> None:
    url = reverse("claim", args=[make_perk(brand).pk])
    assert browser_of(alice.user).get(url).status_code == 405


def test_a_draft_is_not_there_for_outsiders(charlie: User, brand: Brand) -> None:
    perk = make_perk(brand, published=False)
    assert browser_of(charlie).get(perk.get_absolute_url()).status_code == 404
    assert claim(browser_of(charlie), perk).status_code == 404


def test_its_brand_can_look_at_a_draft(bob: User, brand: Brand) -> None:
    html = browser_of(bob).get(make_perk(brand, published=False).get_absolute_url())
    assert "Only its brand can see this page" in html.content.decode()


def test_what_was_taken_off_the_market_stays_with_who_has_it(alice: Profile, brand: Brand) -> None:
    perk = make_perk(brand)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    services.unpublish_perk(perk_id=perk.pk)
    assert "CODE-0" in browser_of(alice.user).get(perk.get_absolute_url()).content.decode()


def test_codes_of_others_are_never_shown(alice: Profile, charlie: User, brand: Brand) -> None:
    perk = make_perk(brand)
    services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
    client = browser_of(charlie)
    for url in [perk.get_absolute_url(), reverse("perks"), reverse("my_perks")]:
        assert "CODE-" not in client.get(url).content.decode()


def test_how_to_disclose_is_told_and_posting_is_never_asked(alice: Profile, brand: Brand) -> None:
    html = browser_of(alice.user).get(make_perk(brand).get_absolute_url()).content.decode()
    assert "You never have to post" in html
    assert "Gifted by Acme" in html


def test_who_has_nothing_yet_reads_where_to_go(charlie: User) -> None:
    html = browser_of(charlie).get(reverse("my_perks")).content.decode()
    assert "No codes yet" in html


def test_who_opted_out_reads_why_there_is_nothing(alice: Profile, brand: Brand) -> None:
    make_perk(brand)
    leaving.leave(alice, with_login=False, at=NOW)
    assert "You have opted out" in section(market_of(alice), "Not yet")


@pytest.mark.parametrize("url_name", ["perks", "my_perks"])
def test_more_perks_cost_no_more_queries(alice: Profile, brand: Brand, url_name: str) -> None:
    client = browser_of(alice.user)
    counts = []
    for title in ["first", "second"]:
        for number in range(3 if title == "first" else 7):
            perk = make_perk(brand, title=f"{title} {number}")
            if number % 2:
                services.claim_perk(user=alice.user, perk_id=perk.pk, at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(url_name))
        counts.append(len(queries))
    assert counts[0] == counts[1]
