"""People in front of a browser, who go by what stands on the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
)

from tests.browser import site

PASSWORD: Final = "correct-horse-battery"
WAIT_MS: Final = 20_000  # for what a person sees next, on a busy machine


class Visitor:
    """`complaints`: what the browser's console said about the site's pages."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def becomes(self, session_key: str) -> None:
        """Logged in, with that session of the site; "" is nobody."""
        self.context.clear_cookies()
        if not session_key:
            return
        self.context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": session_key,
                    "url": site.URL,
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    @property
    def session_key(self) -> str:
        [cookie] = [one for one in self.context.cookies() if one["name"] == "sessionid"]
        return cookie["value"]

    def opens(self, path: str) -> Response:
        response = self.page.goto(path)
        assert response is not None
        return response

    def button(self, name: str, *, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=True)

    def link(self, name: str, *, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """By its label, to which a colon or "(optional)" may be added."""
        whole = re.compile(rf"^\s*{re.escape(label)}:?\s*(\(optional\))?\s*$")
        return self.page.get_by_label(whole)

    @property
    def email(self) -> Locator:
        return self.page.get_by_label(re.compile(r"^\s*E-?mail"))

    def heading(self, text: str) -> Locator:
        return self.page.get_by_role("heading", name=text)

    @property
    def menu(self) -> Locator:
        return self.page.get_by_role("navigation", name="Main")

    def _listen(self, message: ConsoleMessage) -> None:
        place = message.location["url"]
        if message.type not in {"error", "warning"} or not place.startswith(site.URL):
            return
        # A page that answers 404 or 422 is what some tests want; what it loads must be there.
        if place == self.page.url and message.text.startswith("Failed to load resource"):
            return
        self.complaints.append(f"{message.text} ({place})")


class Lobby:
    """Windows to be used again, since a new one costs more than most tests do in it."""

    def __init__(self, browser: Browser, log_in: Callable[[str], str]) -> None:
        """`log_in` makes a session for a name."""
        self._browser = browser
        self._log_in = log_in
        self._free: dict[str, list[Visitor]] = defaultdict(list)
        self._taken: list[tuple[str, Visitor]] = []

    def welcome(self, who: str = "", **options: Any) -> Visitor:
        kind = repr(sorted(options.items()))
        visitor = self._free[kind].pop() if self._free[kind] else self._newcomer(options)
        self._taken.append((kind, visitor))
        visitor.becomes(self._log_in(who) if who else "")
        return visitor

    def farewell(self) -> list[str]:
        """All go. What their consoles said."""
        complaints = []
        for kind, visitor in self._taken:
            visitor.page.goto("about:blank")
            complaints += visitor.complaints
            visitor.complaints.clear()
            self._free[kind].append(visitor)
        self._taken.clear()
        return complaints

    def _newcomer(self, options: dict[str, Any]) -> Visitor:
        # A turning wheel would be drawn sixty times a second, by the processor.
        usual = {"locale": "en-GB", "reduced_motion": "reduce", "ignore_https_errors": True}
        context = self._browser.new_context(base_url=site.URL, **(usual | options))
        context.set_default_timeout(WAIT_MS)
        return Visitor(context)
