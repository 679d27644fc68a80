"""The site, a Mastodon-shaped server and a browser, all real, for the tests in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import mock_mastodon
from tests.browser import certificates, chromium, site
from tests.browser.certificates import Certificates
from tests.browser.site import Site
from tests.browser.visitor import WAIT_MS, Lobby, Visitor
from tests.fakeserver import FakeServer, page
from tests.mock_mastodon import MockMastodon

HERE: Final = Path(__file__).parent
MASTODON: Final = "mastodon.example.net"
BAKERY: Final = "bakery.example.net"  # a server that is no Mastodon
numbers: Final = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def program() -> str:
    """The path of a browser. Without one, tests that need it are skipped, or fail."""
    found = chromium.path()
    if found is None:
        (pytest.fail if chromium.is_required() else pytest.skip)(chromium.MISSING)
    return found


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    return certificates.made(folder, site.HOST, MASTODON, BAKERY)


@pytest.fixture(scope="session")
def mastodon(files: Certificates) -> Iterator[MockMastodon]:
    """Under a name of its own and over TLS, as servers on the Internet are."""
    options = ["--domain", MASTODON, "--ssl-certfile", str(files.chain)]
    options += ["--ssl-keyfile", str(files.key)]
    with mock_mastodon.running(*options, tls=files.client_context()) as server:
        yield server


@pytest.fixture(scope="session")
def bakery(files: Certificates) -> Iterator[FakeServer]:
    with FakeServer(files.server_context()).running() as server:
        for path in ("/", "/.well-known/oauth-authorization-server", "/api/v1/apps"):
            server.answer(path, page("<!doctype html><title>Fresh bread</title>"))
        yield server


@pytest.fixture(scope="session")
def klout(
    program: str,
    tmp_path_factory: pytest.TempPathFactory,
    files: Certificates,
    mastodon: MockMastodon,
    bakery: FakeServer,
) -> Iterator[Site]:
    """The site. Tests share it, so each brings people and perks of its own."""
    reachable = {MASTODON: mastodon.port, BAKERY: bakery.port}
    with site.running(tmp_path_factory.mktemp("site"), files, reachable) as running:
        yield running


# While Playwright is there, a loop seems to run, and Django refuses its ORM to other tests.
@pytest.fixture(scope="package")
def browser(program: str, klout: Site, mastodon: MockMastodon) -> Iterator[Browser]:
    names = {site.HOST: klout.port, MASTODON: mastodon.port}
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=chromium.arguments(names)
        )
        yield started
        started.close()


@pytest.fixture(scope="package")
def lobby(browser: Browser, klout: Site) -> Lobby:
    return Lobby(browser, lambda who: klout.backstage.ask("session", who))


@pytest.fixture
def visit(lobby: Lobby) -> Iterator[Callable[..., Visitor]]:
    """visit() is a stranger; visit("alice") is logged in as alice; options are new_context's.

    Each has cookies of their own. At the end nobody's console may hold an error.
    """
    yield lobby.welcome
    assert lobby.farewell() == []


@pytest.fixture
def alice(klout: Site) -> str:
    """The handle of somebody who has just signed up; her e-mail begins with it."""
    handle = f"alice{next(numbers)}"
    klout.backstage.ask("person", handle)
    return handle
