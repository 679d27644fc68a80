"""What holds on every page: it fits, and nobody is kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page as Window

from tests.browser.site import Site
from tests.browser.visitor import Lobby
from tests.pages import BRAND, SITE, STAFF, Page

WIDTHS: Final = (320, 390, 1280)
# Else axe fetches all styles once more, and what they import from wrong addresses.
RULES: Final = {"resultTypes": ["violations"], "preload": False}
COLOURS: Final = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
# Colours glide from one scheme to the other; axe must see where they arrive.
ARRIVE: Final = """() => document.getAnimations()
  .filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())"""


@pytest.fixture(scope="module")
def look(lobby: Lobby, klout: Site) -> Iterator[Callable[[Page], Window]]:
    """Opens a page, always in the same window. At the end its console may hold no error."""
    numbers = klout.backstage.ask("settle")
    session = cache(lambda who: klout.backstage.ask("session", who) if who else "")
    visitor = lobby.welcome()

    def look(page: Page) -> Window:
        visitor.becomes(session(page.who))
        assert visitor.opens(page.path.format(**numbers)).status == page.status
        return visitor.page

    yield look
    assert visitor.complaints == []


@pytest.fixture(scope="module", params=[*SITE, *BRAND, *STAFF], ids=str)
def window(request, look: Callable[[Page], Window]) -> Window:
    return look(request.param)


def test_nothing_sticks_out_to_the_side(window: Window) -> None:
    found = {}
    for wide in WIDTHS:
        window.set_viewport_size({"width": wide, "height": 900})
        found[wide] = window.evaluate("document.scrollingElement.scrollWidth")
    assert found == {wide: wide for wide in WIDTHS}


def test_nobody_is_kept_out(window: Window) -> None:
    window.emulate_media(color_scheme="light")
    window.evaluate(AXE_SCRIPT)
    found = barriers(window, RULES)
    window.emulate_media(color_scheme="dark")
    assert found | barriers(window, COLOURS) == {}


def barriers(window: Window, options: dict[str, Any]) -> dict[str, list[str]]:
    """What axe finds, and where first."""
    window.evaluate(ARRIVE)
    found = window.evaluate("(options) => axe.run(options)", options)["violations"]
    return {one["id"]: [str(node["target"][0]) for node in one["nodes"][:5]] for one in found}
