"""The tests' end of the simulator: starts it, leads the site to it, and walks its consent pages."""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from scoring.collectors.errors import Unreachable
from tests.browser import certificates
from tests.mock_mastodon import free_port
from tests.networks.netsim import graph

CONTROL: Final = "netsim.example.org"
CALLBACK: Final = "http://testserver/settings/accounts/callback/{network}/"
FORM: Final = "application/x-www-form-urlencoded"
STARTS_WITHIN: Final = 20  # seconds, on a busy machine


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    text: str


class Netsim:
    """`hosts`: every name that leads there; all others lead nowhere."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self.port, self.trust = port, trust
        self.hosts: frozenset[str] = frozenset()
        self.down: set[str] = set()  # hosts that take no connections just now

    def endpoints_for(self, host: str, port: int) -> list[tuple[str, int]]:
        """In place of guard.endpoints_for: the tests' only door to the network."""
        if host in self.down:
            raise Unreachable(f"{host} does not take connections just now.")
        if port != 443 or host not in self.hosts:
            raise AssertionError(f"The tests were about to reach {host}:{port}.")
        return [("127.0.0.1", self.port)]

    def ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, Any] | None = None,
        kind: str = FORM,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A plain request, as a browser or a stranger sends it."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = None if form is None else (urlencode(form) if kind == FORM else json.dumps(form))
        named = {"Host": parts.netloc, "Content-Type": kind, **(headers or {})}
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=10, context=self.trust
        )
        with closing(connection) as wire:
            wire.request(method, path, body, named)
            answer = wire.getresponse()
            return Response(answer.status, answer.headers, answer.read().decode())

    def do(self, deed: str, **arguments: Any) -> Any:
        """One of the deeds in netsim/control.py."""
        url = f"https://{CONTROL}/{deed}"
        return json.loads(self.ask("POST", url, arguments, "application/json").text)["done"]

    def consent(
        self, url: str, *, member: str = "alice", allow: bool = True, without: str = ""
    ) -> str:
        """What the member does on the network's page; gives the address they are sent to.

        `without`: a scope that they leave out.
        """
        page = self.ask("GET", url)
        assert page.status == 200, page.text
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form = {name: unescape(value) for name, value in form.items()} | {"member": member}
        if allow:
            form["allow"] = "on"
        form["scope"] = " ".join(word for word in form["scope"].split() if word != without)
        answer = self.ask("POST", url, form)
        assert answer.status == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def running(folder: Path) -> Iterator[Netsim]:
    files = certificates.made(folder, CONTROL, *_names())
    port = free_port()
    log = (folder / "netsim.log").open("w")
    environment = _environment(folder)
    with subprocess.Popen(_command(port, files), env=environment, stdout=log, stderr=log) as server:
        try:
            simulator = Netsim(port, files.client_context())
            _wait_for(simulator, server, folder)
            simulator.hosts = frozenset(simulator.do("hosts"))
            yield simulator
        finally:
            server.terminate()
            server.wait(10)
            log.close()


def _names() -> list[str]:
    """Those in the simulator's table and some more: it needs the certificate before it runs."""
    pattern = re.compile(r"https://([a-z0-9.-]+\.[a-z]+)")
    sources = (Path(graph.__file__).parent / "at").glob("*.py")
    return sorted({host for file in sources for host in pattern.findall(file.read_text())})


def _command(port: int, files: certificates.Certificates) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "tests.networks.netsim.wsgi:application"),
        *("--interface=wsgi", "--host=127.0.0.1", f"--port={port}", "--workers=1"),
        *("--blocking-threads=1", "--log-level=warning"),
        *(f"--ssl-certificate={files.chain}", f"--ssl-keyfile={files.key}"),
    ]


def _environment(folder: Path) -> dict[str, str]:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    os.environ[graph.NOON] = midnight.isoformat()  # this process computes what to expect
    return {
        **os.environ,
        "NETSIM_DATABASE": str(folder / "netsim.sqlite3"),
        "NETSIM_CALLBACKS": CALLBACK,
        "PYTHONWARNINGS": "ignore",
    }


def _wait_for(simulator: Netsim, server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            simulator.do("reset")
            return
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.05)
    raise AssertionError((folder / "netsim.log").read_text()[-4000:])
