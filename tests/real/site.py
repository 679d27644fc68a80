"""The site as it runs on a developer's machine: plain http at 127.0.0.1, where Bluesky's servers
take it for what it is without a key, and where it may talk to servers of this machine."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests import servers
from tests.browser.backstage import Backstage
from tests.browser.processes import Processes
from tests.browser.site import INHERITED, Site, own_database, python
from tests.mock_mastodon import free_port

REDIS_DATABASE: Final = 13
# No name leads anywhere but to this machine.
LOOPBACK_ONLY: Final = (
    "--host-resolver-rules=MAP localhost 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"
)


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@contextmanager
def running(folder: Path, reachable: Mapping[str, str]) -> Iterator[Site]:
    """`reachable` goes into its environment: what it may talk to."""
    port, processes = free_port(), Processes(folder)
    with own_database("klout_networks") as database_url:
        environment = _environment(folder, database_url, port) | reachable
        try:
            _start(processes, port, environment)
            with Backstage.open(environment) as backstage:
                yield Site(port, database_url, backstage, processes)
        finally:
            processes.stop()


def _environment(folder: Path, database_url: str, port: int) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "SITE_URL": url(port),
        "DATABASE_URL": database_url,
        "REDIS_URL": servers.with_database(os.environ["REDIS_URL"], REDIS_DATABASE),
        "LOCAL_DIR": str(folder / "local"),
        "REFRESH_POLL_SECONDS": "1",
        "DJANGO_SETTINGS_MODULE": "klout_site.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _start(processes: Processes, port: int, environment: Mapping[str, str]) -> None:
    Path(environment["LOCAL_DIR"]).mkdir(mode=0o700)
    processes.run("prepare", python("klout_site.run.prepare"), environment)
    web = ("klout_site.wsgi:application", "--interface=wsgi", f"--port={port}")
    load = ("--workers=1", "--blocking-threads=2", "--log-level=warning")
    processes.start("web", python("granian", *web, *load), environment)
    worker = ("-A", "klout_site", "worker", "--concurrency=1")
    quick = ("--loglevel=WARNING", "--without-gossip", "--without-mingle")
    processes.start("worker", python("celery", *worker, *quick), environment)
    beat = ("-A", "klout_site", "beat", "--loglevel=WARNING")
    processes.start("beat", python("celery", *beat), environment)
    processes.wait_until(lambda: _is_healthy(port))


def _is_healthy(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as web:
        try:
            web.request("GET", "/healthz")
            return web.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
