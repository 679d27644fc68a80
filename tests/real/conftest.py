"""Real servers of other networks, and the site beside them. `make test-networks` installs both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import certificates, chromium
from tests.browser.site import Site
from tests.browser.visitor import WAIT_MS, Visitor
from tests.real import published as over_https
from tests.real import site
from tests.real.bluesky import linked, network, people, scene
from tests.real.bluesky.network import Bluesky
from tests.real.bluesky.scene import Scene
from tests.real.published import Published
from tests.real.snac import server
from tests.real.snac.server import Person, Snac


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("published")
    with over_https.running(folder, certificates.made(folder, over_https.NAME)) as running:
        yield running


@pytest.fixture(scope="session")
def bluesky(tmp_path_factory: pytest.TempPathFactory, published: Published) -> Iterator[Bluesky]:
    """Its servers know the published site by its name, and trust its certificate."""
    also = {
        "NAMES_HERE": over_https.NAME,
        "NODE_EXTRA_CA_CERTS": str(published.certificates.authority),
    }
    with network.running(tmp_path_factory.mktemp("bluesky"), also=also) as running:
        yield running


@pytest.fixture(scope="session")
def known(bluesky: Bluesky) -> Scene:
    """Alice, her fans and what they did; for tests that only look."""
    return scene.set_up(bluesky)


@pytest.fixture
def at_bluesky(bluesky: Bluesky, settings) -> Bluesky:
    """For what runs in the tests' own process."""
    settings.LOOPBACK_SERVERS = bluesky.servers
    settings.BLUESKY_PLC, settings.BLUESKY_APPVIEW = bluesky.plc, bluesky.appview
    settings.SITE_URL = "http://127.0.0.1:8000"
    return bluesky


@pytest.fixture
def somebody(at_bluesky: Bluesky) -> people.Person:
    """Who has an account there, and nothing yet to show for it."""
    return people.join(at_bluesky, f"gardener{next(linked.numbers)}")


@pytest.fixture(scope="session")
def _snac(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Snac, Callable[..., Person]]]:
    with server.running(tmp_path_factory.mktemp("snac")) as running:
        yield running


@pytest.fixture(scope="session")
def snac(_snac: tuple[Snac, Callable[..., Person]]) -> Snac:
    return _snac[0]


@pytest.fixture(scope="session")
def joins(_snac: tuple[Snac, Callable[..., Person]]) -> Callable[..., Person]:
    """joins("alice", counts=True) is a new person at snac."""
    return _snac[1]


@pytest.fixture(scope="session")
def program() -> str:
    found = chromium.path()
    if found is None:
        pytest.fail(chromium.MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def klout(bluesky: Bluesky, snac: Snac, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site as developers have it, at 127.0.0.1, with its worker and its beat."""
    reachable = {
        **bluesky.environment,
        "LOOPBACK_SERVERS": ",".join({*bluesky.servers, snac.host}),
    }
    with site.running(tmp_path_factory.mktemp("site"), reachable) as running:
        yield running


# While Playwright is there, a loop seems to run, and Django refuses its ORM to other tests.
@pytest.fixture(scope="module")
def browser(program: str) -> Iterator[Browser]:
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        # Of two rules for the same thing, Chromium takes the last.
        arguments = [*chromium.arguments({}), site.LOOPBACK_ONLY]
        started = playwright.chromium.launch(executable_path=program, args=arguments)
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser, klout: Site) -> Iterator[Visitor]:
    """A stranger at our site, with cookies of their own."""
    context = browser.new_context(
        base_url=site.url(klout.port), locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    yield Visitor(context)
    context.close()
