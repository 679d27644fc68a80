"""What people do at the site, by the words that they read there."""

from __future__ import annotations

import re
import urllib.error
from http import HTTPStatus

from playwright.sync_api import Locator, expect

from tests.browser.visitor import PASSWORD, Visitor
from tests.mock_mastodon import MockMastodon, Person

MASTODON = "mastodon.example.net"


def sign_up(visitor: Visitor, handle: str) -> None:
    """From the front page to an empty page of one's own, seen by nobody else."""
    visitor.opens("/")
    visitor.link("Sign up", within=visitor.menu).click()
    expect(visitor.page.get_by_role("radio", checked=True)).to_have_count(0)
    visitor.field("E-mail").fill(f"{handle}@example.org")
    visitor.field("Handle").fill(handle)
    visitor.field("Password").fill(PASSWORD)
    visitor.field("Only me.").check()
    visitor.button("Sign up").click()
    expect(visitor.heading("Nothing to add up yet")).to_be_visible()


def log_in(visitor: Visitor, handle: str, password: str = PASSWORD) -> None:
    visitor.opens("/accounts/login/")
    visitor.field("E-mail").fill(f"{handle}@example.org")
    visitor.field("Password").fill(password)
    visitor.button("Log in").click()


def ask_for_server(visitor: Visitor, typed: str) -> None:
    visitor.opens("/settings/accounts/")
    visitor.field("Your Mastodon server or address").fill(typed)
    visitor.button("Connect Mastodon").click()


def go_to_network(visitor: Visitor, typed: str = MASTODON) -> None:
    """Through our page that says what we read, to the server's own."""
    ask_for_server(visitor, typed)
    expect(visitor.heading(f"Before you go to {MASTODON}")).to_be_visible()
    visitor.link(f"Go to {MASTODON}").click()
    expect(visitor.page).to_have_url(re.compile(rf"https://{MASTODON}/oauth/authorize\?"))


def connect(visitor: Visitor, username: str, typed: str = MASTODON) -> None:
    go_to_network(visitor, typed)
    consent(visitor, username)


def consent(visitor: Visitor, username: str) -> None:
    """At the server, where nobody has to log in."""
    visitor.page.get_by_role("button", name=f"(@{username})").click()


def sum_on_page(visitor: Visitor) -> tuple[list[float], float]:
    """The points of all parts, and what they are said to be together."""
    section = visitor.page.get_by_role("region", name="What it is made of")
    lines = section.get_by_role("listitem").all_inner_texts()
    points = [float(found) for line in lines for found in re.findall(r"([\d.]+)\s+of\s", line)]
    together = re.search(r"Together\s+([\d.]+)", section.inner_text())
    assert together is not None
    return points, float(together[1])


def card(visitor: Visitor, title: str) -> Locator:
    """A perk in the list of perks."""
    own_title = visitor.page.get_by_role("heading", name=title, exact=True)
    return visitor.page.get_by_role("listitem").filter(has=own_title)


def somebody_known(mastodon: MockMastodon, username: str, *, posts: int = 12) -> None:
    """An account with a few followers, who liked and boosted its first eight posts."""
    owner = mastodon.person(username)
    fans = [mastodon.person(f"{username}_fan{number}") for number in range(3)]
    mastodon.follow(owner, *fans)
    written = [mastodon.post(owner, f"Tomatoes, part {n} #garden") for n in range(posts)]
    for post in written[:8]:
        mastodon.favourite(post, *fans)
        mastodon.boost(post, fans[0])


def is_let_in(mastodon: MockMastodon, token: str) -> bool:
    """Whether the server still knows that token."""
    try:
        mastodon.call("GET", "/api/v1/accounts/verify_credentials", by=Person("", "", token))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code != HTTPStatus.UNAUTHORIZED
    return True
