"""From the front page to the exit, as a person goes, with JavaScript and without."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final

import pytest
from PIL import Image
from playwright.sync_api import expect

from scoring.formula import NEWEST, load
from tests.browser import walk
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.mock_mastodon import MockMastodon

OF_PEOPLE: Final = (
    *("scoring_linkedaccount", "scoring_signalsday", "scoring_currentscore", "scoring_scoreday"),
    "perks_unit",
)


@dataclass
class Walk:
    """alice, with or without JavaScript; what she is called here and at the network."""

    site: Site
    mastodon: MockMastodon
    visit: Any
    alice: Visitor
    handle: str
    javascript: bool


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def way(request, klout: Site, mastodon: MockMastodon, visit) -> Iterator[Walk]:
    handle = "alice_scripted" if request.param else "alice_plain"
    walk.somebody_known(mastodon, handle)
    # So slow that one can watch, as servers on the Internet are.
    mastodon.break_with("/api/v1/statuses/*/favourited_by", {"type": "latency", "delay_ms": 400})
    alice = visit(java_script_enabled=request.param)
    yield Walk(klout, mastodon, visit, alice, handle, request.param)
    mastodon.mend()


def test_the_whole_way(way: Walk) -> None:
    walk.sign_up(way.alice, way.handle)
    she_links_her_account(way)
    she_watches_her_first_score_come_in(way)
    its_parts_add_up_to_it(way)
    she_shows_it_to_everybody_with_one_click(way)
    bob_offers_a_perk_and_sees_for_how_many(way)
    she_claims_it_with_one_click(way)
    she_is_told_how_far_away_the_other_is(way)
    token = way.site.backstage.ask("token", way.handle)
    assert walk.is_let_in(way.mastodon, token)
    she_leaves_in_two_steps(way)
    nothing_of_her_is_left(way, token)
    nobody_can_bring_her_back(way)
    she_comes_back_of_her_own_will(way)


def she_links_her_account(way: Walk) -> None:
    way.alice.link("Connect an account").click()
    expect(way.alice.page).to_have_url(re.compile("/settings/accounts/$"))
    walk.connect(way.alice, way.handle, typed=f"@{way.handle}@{walk.MASTODON}")
    connected = f"Connected {way.handle}@{walk.MASTODON}."
    expect(way.alice.page.get_by_text(connected)).to_be_visible()


def she_watches_her_first_score_come_in(way: Walk) -> None:
    page = way.alice.page
    expect(way.alice.heading("for the first time")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^[1-8] of 8 posts$"))).to_be_visible()
    expect(way.alice.heading("What it is made of")).to_be_visible()
    expect(way.alice.heading("for the first time")).to_have_count(0)


def its_parts_add_up_to_it(way: Walk) -> None:
    points, together = walk.sum_on_page(way.alice)
    assert len(points) == len(load(NEWEST).terms) + 1
    assert round(sum(points), 1) == together
    badge = way.alice.page.get_by_role("region", name="Score", exact=True)
    expect(badge).to_contain_text(str(together))


def she_shows_it_to_everybody_with_one_click(way: Walk) -> None:
    stranger = way.visit(java_script_enabled=way.javascript)
    assert stranger.opens(f"/@{way.handle}/").status == 404
    way.alice.link("Settings", within=way.alice.menu).click()
    way.alice.link("Profile").click()
    way.alice.button("Show my page to everybody").click()
    expect(way.alice.page.get_by_text("Everybody can now see your page.")).to_be_visible()
    assert stranger.opens(f"/@{way.handle}/").status == 200
    expect(stranger.heading("What it is made of")).to_be_visible()


def bob_offers_a_perk_and_sees_for_how_many(way: Walk) -> None:
    backstage, title = way.site.backstage, f"A teapot for {way.handle}"
    backstage.ask("member", f"bob_{way.handle}", f"Acme {way.handle}")
    bob = way.visit(java_script_enabled=way.javascript)
    walk.log_in(bob, f"bob_{way.handle}")
    bob.link("Brand", within=bob.menu).click()
    bob.link("New perk").click()
    describe_perk(bob, title)
    bob.button("Check who qualifies").click()
    how_many = backstage.ask("people_who_qualify", 2)
    assert how_many >= 1
    asked = re.compile(rf"\b{how_many} (person|people) would qualify right now")
    expect(bob.page.get_by_text(asked)).to_be_visible()
    bob.button("Save as a draft").click()
    bob.button("Publish").click()
    expect(bob.page.get_by_text("Published.")).to_be_visible()


def describe_perk(bob: Visitor, title: str) -> None:
    now = datetime.now(UTC)
    bob.field("Title").fill(title)
    bob.field("Text").fill("It pours, and whistles when it is hot.")
    bob.field("Picture").set_input_files(
        {"name": "teapot.png", "mimeType": "image/png", "buffer": picture()}
    )
    bob.field("Opens (UTC)").fill(f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    bob.field("Closes (UTC)").fill(f"{now + timedelta(days=7):%Y-%m-%dT%H:%M}")
    bob.field("Minimum score").fill("2")
    bob.field("How many").fill("2")
    bob.field("Use the codes below").check()
    bob.field("Your codes").fill("TEA-FOR-TWO\nTWO-FOR-TEA")


def picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (64, 32), "teal").save(stream, "PNG")
    return stream.getvalue()


def she_claims_it_with_one_click(way: Walk) -> None:
    title = f"A teapot for {way.handle}"
    way.alice.link("Perks", within=way.alice.menu).click()
    walk.card(way.alice, title).get_by_role("button", name="Claim it").click()
    code = way.alice.page.get_by_text(re.compile("^(TEA-FOR-TWO|TWO-FOR-TEA)$"))
    expect(code).to_be_visible()
    way.alice.link("All my perks").click()
    expect(way.alice.heading(title)).to_be_visible()
    expect(code).to_be_visible()


def she_is_told_how_far_away_the_other_is(way: Walk) -> None:
    way.alice.opens("/me/")
    _points, score = walk.sum_on_page(way.alice)
    brand, title = f"Acme {way.handle}", f"A piano for {way.handle}"
    way.site.backstage.ask("perk", brand, title, min_score=100, codes=["PIANO"])
    way.alice.opens("/perks/")
    words = f"You are {math.ceil(100 - score)} points away."
    expect(walk.card(way.alice, title)).to_contain_text(words)


def she_leaves_in_two_steps(way: Walk) -> None:
    way.alice.opens("/settings/privacy/")
    way.alice.link("Opt out…").click()
    way.alice.button("Opt out").click()
    expect(way.alice.heading("It is all gone")).to_be_visible()


def nothing_of_her_is_left(way: Walk, token: str) -> None:
    assert way.visit().opens(f"/@{way.handle}/").status == 404
    assert tables_that_hold(way.site, f"{way.handle}@{walk.MASTODON}") == []
    assert tables_that_hold(way.site, f"{walk.MASTODON}/@{way.handle}") == []
    assert {table: rows_of(way, table) for table in OF_PEOPLE} == dict.fromkeys(OF_PEOPLE, 0)
    assert not walk.is_let_in(way.mastodon, token)


def tables_that_hold(site: Site, text: str) -> list[str]:
    tables = site.rows("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
    query = 'SELECT count(*) FROM "{}" t WHERE t::text LIKE %s'
    return [name for (name,) in tables if site.rows(query.format(name), f"%{text}%") != [(0,)]]


def rows_of(way: Walk, table: str) -> int:
    hers = "(SELECT user_id FROM profiles_profile WHERE handle = %s)"
    [(count,)] = way.site.rows(f"SELECT count(*) FROM {table} WHERE user_id = {hers}", way.handle)
    return int(count)


def nobody_can_bring_her_back(way: Walk) -> None:
    way.alice.opens("/settings/accounts/")
    expect(way.alice.heading("You have opted out")).to_be_visible()
    expect(way.alice.button("Connect Mastodon")).to_have_count(0)
    charlie = f"charlie_{way.handle}"
    way.site.backstage.ask("person", charlie)
    outsider = way.visit(charlie, java_script_enabled=way.javascript)
    walk.connect(outsider, way.handle)
    expect(outsider.heading("This account has opted out")).to_be_visible()
    assert rows_of(way, "scoring_linkedaccount") == 0


def she_comes_back_of_her_own_will(way: Walk) -> None:
    way.mastodon.mend()
    way.alice.opens("/settings/privacy/")
    way.alice.button("Opt in again").click()
    walk.connect(way.alice, way.handle)
    expect(way.alice.heading("What it is made of")).to_be_visible()
