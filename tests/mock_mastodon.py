"""A Mastodon-shaped server from PyPI (mastodon_mock) on a free loopback port, and its people."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from klout_site.run.watcher import Watcher

START_SECONDS = 30


@dataclass(frozen=True)
class Person:
    """An account at the mock, with a token of its own for what it does there itself."""

    username: str
    uid: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class MockMastodon:
    """`host` is what a person types; it must be in settings.LOOPBACK_SERVERS."""

    port: int
    tls: ssl.SSLContext | None = None  # whom to trust, where it was started with a certificate

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def base_url(self) -> str:
        return f"http://{self.host}"

    def person(self, username: str) -> Person:
        """A new account."""
        made = self.call("POST", "/api/v1/_mock/dev_user", {"username": username})
        return Person(username, made["id"], made["access_token"])

    def post(self, by: Person, text: str, visibility: str = "public") -> str:
        """The new post's id."""
        body = {"status": text, "visibility": visibility}
        return str(self.call("POST", "/api/v1/statuses", body, by)["id"])

    def favourite(self, post: str, *people: Person) -> None:
        for person in people:
            self.call("POST", f"/api/v1/statuses/{post}/favourite", {}, person)

    def boost(self, post: str, *people: Person) -> None:
        for person in people:
            self.call("POST", f"/api/v1/statuses/{post}/reblog", {}, person)

    def follow(self, who: Person, *followers: Person) -> None:
        for follower in followers:
            self.call("POST", f"/api/v1/accounts/{who.uid}/follow", {}, follower)

    def break_with(self, path: str, effect: dict[str, Any], count: int | None = None) -> None:
        """Injects a fault, for the next `count` requests to that path ("*" matches)."""
        rule = {"match": {"path": path}, "effect": effect, "count": count}
        self.call("POST", "/api/v1/_mock/faults", rule)

    def mend(self) -> None:
        self.call("DELETE", "/api/v1/_mock/faults")

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        by: Person | None = None,
    ) -> Any:
        headers = {"Content-Type": "application/json"}
        if by is not None:
            headers["Authorization"] = f"Bearer {by.token}"
        data = None if body is None else json.dumps(body).encode()
        url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10, context=self.tls) as answer:
            return json.load(answer)


@contextmanager
def running(*options: str, tls: ssl.SSLContext | None = None) -> Iterator[MockMastodon]:
    """Starts the server in a process of its own and ends it with the block.

    `options` of its command line come on top; `tls` goes with those that name a certificate.
    """
    port = free_port()
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--demo"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "critical"]
    watcher = Watcher()  # ends it also where the tests are killed
    process = watcher.spawn(
        [*command, "--domain", f"localhost:{port}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        ends_by=signal.SIGTERM,
    )
    try:
        mock = MockMastodon(port, tls)
        _wait_for(mock, process)
        yield mock
    finally:
        process.kill()  # it has nothing to lose, and may be holding a request for half a minute
        process.wait(10)
        watcher.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(mock: MockMastodon, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            mock.call("GET", "/api/v1/instance")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("mastodon_mock did not start")
