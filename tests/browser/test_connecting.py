"""What goes wrong on the way to the network and back, in words that say what to do."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import seam, walk
from tests.browser.conftest import BAKERY
from tests.browser.site import Site
from tests.browser.visitor import Visitor


def expect_refusal(visitor: Visitor, words: str, *, typed: str) -> None:
    """Beside the field, in which still stands what was typed."""
    field = visitor.field("Your Mastodon server or address")
    expect(field).to_have_accessible_description(re.compile(re.escape(words)))
    expect(field).to_have_value(typed)


def asked_for(visitor: Visitor) -> dict[str, str]:
    """What we asked the network's page for, and where it shall send people afterwards."""
    return {name: values[0] for name, values in parse_qs(urlsplit(visitor.page.url).query).items()}


def come_back(visitor: Visitor, **answer: str) -> None:
    """As if the network had answered so."""
    asked = asked_for(visitor)
    visitor.opens(f"{asked['redirect_uri']}?{urlencode({'state': asked['state']} | answer)}")


@pytest.mark.parametrize(
    "typed", ["localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", seam.INSIDE]
)
def test_no_name_leads_into_our_own_network(visit, alice, typed):
    visitor = visit(alice)
    walk.ask_for_server(visitor, typed)
    field = visitor.field("Your Mastodon server or address")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(typed)


def test_a_public_name_that_leads_inside_is_told_apart(visit, alice):
    visitor = visit(alice)
    walk.ask_for_server(visitor, seam.INSIDE)
    words = f"{seam.INSIDE} lies in a private network, not on the Internet."
    expect_refusal(visitor, words, typed=seam.INSIDE)


def test_no_server_on_this_machine_is_let_in(klout: Site):
    assert klout.backstage.ask("setting", "LOOPBACK_SERVERS") == "frozenset()"
    assert klout.backstage.ask("setting", "PRODUCTION") == "True"


def test_a_server_that_is_no_mastodon(visit, alice):
    visitor = visit(alice)
    walk.ask_for_server(visitor, BAKERY)
    words = f"{BAKERY} does not seem to be a Mastodon server. Type the server where you log in,"
    words += " or your whole handle, for example @ann@mastodon.social."
    expect_refusal(visitor, words, typed=BAKERY)


def test_a_server_that_is_not_there(visit, alice):
    visitor = visit(alice)
    walk.ask_for_server(visitor, "nowhere.example.net")
    words = "There is no server called nowhere.example.net. Check the spelling."
    expect_refusal(visitor, words, typed="nowhere.example.net")


def test_saying_no_at_the_network(visit, alice):
    visitor = visit(alice)
    walk.go_to_network(visitor)
    come_back(visitor, error="access_denied")
    words = f"You said no at {walk.MASTODON}, so nothing was connected."
    expect(visitor.page.get_by_text(words)).to_be_visible()


def test_an_answer_that_comes_too_late(visit, alice, klout: Site):
    visitor = visit(alice)
    walk.go_to_network(visitor)
    klout.backstage.ask("age_connection", visitor.session_key, minutes=16)
    walk.consent(visitor, "ada")
    expect(visitor.page.get_by_text("This sign-in has expired")).to_be_visible()
    expect(visitor.heading("Connect your first account")).to_be_visible()


def test_an_answer_to_somebody_elses_question(visit, alice):
    visitor = visit(alice)
    walk.go_to_network(visitor)
    come_back(visitor, code="mockcode_ada", state="somebody-elses")
    words = "This answer does not belong to your last request. Please connect again."
    expect(visitor.page.get_by_text(words)).to_be_visible()
