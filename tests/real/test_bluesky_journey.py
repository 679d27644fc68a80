"""The whole way in a browser: our pages, Bluesky's own, our worker, the score, and out again."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils import timezone
from playwright.sync_api import expect

from scoring.collectors.base import CollectError, Tokens
from scoring.networks.bluesky.oauth import BlueskyOAuth
from tests.browser import walk
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.real.bluesky import people
from tests.real.bluesky.network import Bluesky
from tests.real.bluesky.people import PASSWORD
from tests.real.bluesky.scene import Scene

OWNER: Final = "alice"


def test_the_whole_way(visitor: Visitor, klout: Site, known: Scene, at_bluesky: Bluesky):
    klout.backstage.ask("person", OWNER)
    walk.log_in(visitor, OWNER)
    she_goes_from_our_page_to_her_server(visitor, known.alice.handle, at_bluesky)
    she_agrees_there(visitor)
    nine_posts_are_counted_and_make_no_score_yet(visitor, klout)
    what_is_new_is_read_when_she_asks(visitor, klout, known, at_bluesky)
    her_score_is_made_of_what_she_received(visitor)
    held = klout.backstage.ask("tokens", OWNER)
    she_disconnects(visitor, klout, known.alice.handle)
    assert not is_let_in(held)
    assert klout.errors() == []


def she_goes_from_our_page_to_her_server(visitor: Visitor, handle: str, bluesky: Bluesky) -> None:
    server = bluesky.pds.partition("://")[2]
    visitor.opens("/settings/accounts/")
    visitor.field("Your Bluesky handle").fill(handle)
    visitor.button("Connect Bluesky").click()
    expect(visitor.heading(f"Before you go to {server}")).to_be_visible()
    visitor.link(f"Go to {server}").click()
    expect(visitor.page).to_have_url(re.compile(rf"{bluesky.pds}/oauth/authorize\?"))


def she_agrees_there(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Authorize", exact=True).click()
    expect(page.get_by_text("Connected alice.test.")).to_be_visible()


def nine_posts_are_counted_and_make_no_score_yet(visitor: Visitor, klout: Site) -> None:
    visitor.opens("/me/")
    expect(visitor.page.get_by_text("9 of 10 posts").first).to_be_visible()
    assert readings(klout) == [(5, 4, 9)]
    received = "SELECT sum(favourites), sum(reposts), sum(replies), sum(quotes) FROM scoring_post"
    assert klout.rows(received) == [(14, 3, 2, 1)]


def her_score_is_made_of_what_she_received(visitor: Visitor) -> None:
    visitor.opens("/me/")
    made_of = visitor.page.get_by_role("region", name="What it is made of")
    for words in ("6 followers", "5 people who responded", "latest 10 posts"):
        expect(made_of).to_contain_text(words)
    points, together = walk.sum_on_page(visitor)
    assert round(sum(points), 1) == together > 1


def what_is_new_is_read_when_she_asks(
    visitor: Visitor, klout: Site, known: Scene, bluesky: Bluesky
) -> None:
    fan = people.join(bluesky, "late")
    fan.follows(known.alice)
    fan.likes(known.alice.posts("Tomatoes, part 9"))
    people.until(lambda: people.profile_of(bluesky, known.alice)["followersCount"] == 6)
    klout.backstage.ask("age_reading", OWNER, minutes=5)
    visitor.opens("/settings/accounts/")
    visitor.button("Read now").click()
    people.until(lambda: readings(klout)[-1] == (6, 5, 10))


def she_disconnects(visitor: Visitor, klout: Site, handle: str) -> None:
    visitor.opens("/settings/accounts/")
    visitor.page.get_by_text("Disconnect…").click()
    visitor.button(f"Disconnect {handle}").click()
    expect(visitor.page.get_by_text(f"Disconnected {handle} and deleted its data.")).to_be_visible()
    expect(visitor.page.get_by_text("did not confirm")).to_have_count(0)
    assert klout.rows("SELECT count(*) FROM scoring_credential") == [(0,)]


def readings(klout: Site) -> list[tuple[Any, ...]]:
    """Followers, people who responded, and posts, as each collection found them."""
    return klout.rows(
        "SELECT followers, responders, json_array_length(posts::json) FROM scoring_reading"
        " ORDER BY id"
    )


def is_let_in(held: dict[str, Any]) -> bool:
    """Whether her server still takes us for her deputy."""
    tokens = Tokens(held["access"], held["refresh"], extra=held["extra"])
    try:
        BlueskyOAuth().refresh(tokens, None, at=timezone.now())
    except CollectError:
        return False
    return True
