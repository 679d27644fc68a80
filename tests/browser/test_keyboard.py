"""No page needs a pointer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import PASSWORD, Visitor

# Around what has the focus, or around the card whose only link it is.
FOCUS = """() => {
  const here = document.activeElement, places = [[here, null], [here, "::after"]];
  for (let one = here.parentElement; one; one = one.parentElement) places.push([one, null]);
  const styles = places.map(([element, part]) => getComputedStyle(element, part));
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [here.outerHTML.slice(0, 80), styles.some(drawn)];
}"""
FIRST_STOPS = 12


@pytest.fixture(scope="module")
def scored(klout) -> str:
    klout.backstage.ask("person_with_score", "keys", days=5)
    return "keys"


def test_the_first_stop_skips_to_the_content(visit):
    visitor = visit()
    visitor.opens("/how-it-works/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.link("Skip to the content")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/accounts/signup/", "/perks/"])
def test_strangers_see_where_they_are(visit, path):
    visitor = visit()
    visitor.opens(path)
    assert hidden_stops(visitor) == []


@pytest.mark.parametrize("path", ["/me/", "/perks/", "/settings/accounts/", "/settings/privacy/"])
def test_members_see_where_they_are(visit, scored, path):
    visitor = visit(scored)
    visitor.opens(path)
    assert hidden_stops(visitor) == []


def hidden_stops(visitor: Visitor) -> list[str]:
    """Of the first ones on the way through the page."""
    stops = [stop(visitor) for _ in range(FIRST_STOPS)]
    return [where for where, shown in stops if not shown]


def stop(visitor: Visitor) -> tuple[str, bool]:
    visitor.page.keyboard.press("Tab")
    where, shown = visitor.page.evaluate(FOCUS)
    return where, shown or where.startswith("<body")


def test_logging_in(visit, alice):
    visitor = visit()
    visitor.opens("/accounts/login/")
    visitor.field("E-mail").focus()
    for typed in (f"{alice}@example.org", PASSWORD):
        visitor.page.keyboard.type(typed)
        visitor.page.keyboard.press("Tab")
        if visitor.link("Forgot your password?").evaluate("it => it === document.activeElement"):
            visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    expect(visitor.heading("Nothing to add up yet")).to_be_visible()


def test_arrows_walk_along_the_chart(visit, scored):
    visitor = visit(scored)
    visitor.opens("/me/")
    chart = visitor.page.get_by_role("slider", name="Score by day")
    while not chart.evaluate("it => it === document.activeElement"):
        visitor.page.keyboard.press("Tab")
    today = chart.get_attribute("aria-valuetext")
    visitor.page.keyboard.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuenow", "5")
    expect(chart).not_to_have_attribute("aria-valuetext", today)
    visitor.page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuenow", "1")


def test_the_charts_table_opens(visit, scored):
    visitor = visit(scored)
    visitor.opens("/me/")
    summary = visitor.page.get_by_text("The same as a table")
    summary.focus()
    visitor.page.keyboard.press("Enter")
    table = visitor.page.get_by_role("table").filter(has_text="80% certain")
    expect(table.get_by_role("row")).to_have_count(1 + 6)


def test_the_menu_of_a_phone_opens_and_closes(visit, scored):
    visitor = visit(scored, viewport={"width": 390, "height": 844})
    visitor.opens("/me/")
    visitor.page.get_by_text("Menu", exact=True).focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.link("Perks", within=visitor.menu)).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.link("Perks", within=visitor.menu)).to_be_hidden()
