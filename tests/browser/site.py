"""The site as it runs in production mode, with a database, a worker and a beat of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from cryptography.fernet import Fernet
from psycopg2 import sql

from tests import servers
from tests.browser import seam
from tests.browser.backstage import Backstage
from tests.browser.certificates import Certificates
from tests.browser.processes import Processes
from tests.mock_mastodon import free_port

HOST: Final = "klout.example.org"
URL: Final = f"https://{HOST}"
FIRST_REDIS_DATABASE: Final = 8  # those before it are the other tests' (tests/servers.py)
# What a machine must have set to start a process at all, or says where its libraries lie.
INHERITED: Final = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True)
class Site:
    port: int
    database_url: str
    backstage: Backstage
    _processes: Processes = field(repr=False)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the site's database says."""
        with (
            closing(psycopg2.connect(self.database_url)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(query, values)
            return cursor.fetchall()

    def emails(self) -> str:
        """All that the site has sent: in production mode too, it goes to the web server's log."""
        return self._processes.log_of("web")

    def errors(self) -> list[str]:
        said = "".join(self._processes.log_of(name) for name in ("web", "worker", "beat"))
        return re.findall(r"^.*(?:Traceback|ERROR|CRITICAL).*$", said, flags=re.MULTILINE)


@contextmanager
def running(
    folder: Path, certificates: Certificates, reachable: Mapping[str, int]
) -> Iterator[Site]:
    """`reachable`: names of servers for people to link, and their ports on this machine."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with own_database(f"klout_browser_{worker or 'alone'}") as database_url:
        environment = _environment(folder, database_url, worker) | {
            seam.SERVERS: json.dumps(dict(reachable)),
            seam.AUTHORITY: str(certificates.authority),
        }
        port, processes = free_port(), Processes(folder)
        try:
            _start(processes, port, certificates, environment)
            with Backstage.open(environment) as backstage:
                yield Site(port, database_url, backstage, processes)
        finally:
            processes.stop()


def _environment(folder: Path, database_url: str, worker: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    number = FIRST_REDIS_DATABASE + (int(worker.removeprefix("gw")) if worker else 6)
    return inherited | {
        "PRODUCTION": "true",
        "SITE_URL": URL,
        "SECRET_KEY": "a secret of the browser tests, long enough",
        "IDENTITY_KEY": "another secret of the browser tests",
        "CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": database_url,
        "REDIS_URL": servers.with_database(os.environ["REDIS_URL"], number),
        "LOCAL_DIR": str(folder / "local"),
        "REFRESH_POLL_SECONDS": "1",
        "DJANGO_SETTINGS_MODULE": "klout_site.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _start(
    processes: Processes, port: int, certificates: Certificates, environment: Mapping[str, str]
) -> None:
    (Path(environment["LOCAL_DIR"])).mkdir()
    processes.run("prepare", python("klout_site.run.prepare"), environment)
    web = ("tests.browser.wsgi:application", "--interface=wsgi", f"--port={port}")
    tls = (f"--ssl-certificate={certificates.chain}", f"--ssl-keyfile={certificates.key}")
    load = ("--workers=2", "--blocking-threads=1", "--log-level=warning")
    processes.start("web", python("granian", *web, *tls, *load), environment)
    worker = ("-A", "tests.browser.worker", "worker", "--concurrency=1")
    quick = ("--loglevel=WARNING", "--without-gossip", "--without-mingle")
    processes.start("worker", python("celery", *worker, *quick), environment)
    beat = ("-A", "klout_site", "beat", "--loglevel=WARNING")
    processes.start("beat", python("celery", *beat), environment)
    processes.wait_until(lambda: _is_healthy(port, certificates.client_context()))


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _is_healthy(port: int, context: ssl.SSLContext) -> bool:
    with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)) as web:
        try:
            web.request("GET", "/healthz", headers={"Host": HOST})
            return web.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """An empty database beside that of the other tests, and its URL."""
    url = os.environ["DATABASE_URL"]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    _execute(url, drop, create)
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        _execute(url, drop)


def _execute(url: str, *statements: sql.Composable) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
