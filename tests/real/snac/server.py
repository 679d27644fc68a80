"""A running snac on the loopback, and what its people do there over Mastodon's API."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.browser.processes import Processes
from tests.mock_mastodon import free_port
from tests.real.snac import installed

ELSEWHERE: Final = "http://127.0.0.1:9/back"  # nobody listens there, and nobody goes there
T = TypeVar("T")
SECONDS: Final = 20  # for one post to reach another person's timeline


@dataclass(frozen=True)
class Person:
    name: str
    password: str = field(repr=False)
    token: str = field(repr=False, default="")


@dataclass(frozen=True)
class Snac:
    """`host` is what people type, and LOOPBACK_SERVERS must hold."""

    host: str

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def log_in(self, consent_url: str, person: Person) -> str:
        """Does at the server's own form what a person does there. Where it sends them on to."""
        page = self._open(consent_url).decode()
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        [action] = re.findall(r'action="([^"]+)"', page)
        typed = {**hidden, "login": person.name, "passwd": person.password}
        request = urllib.request.Request(action, urlencode(typed).encode())
        try:
            with urllib.request.build_opener(_StayHere).open(request, timeout=10) as answer:
                raise AssertionError(f"snac sent nobody on: {answer.status}")
        except urllib.error.HTTPError as sent_on:
            with sent_on:
                return str(sent_on.headers["location"])

    def token_for(self, person: Person) -> str:
        """For what a person does at the server themselves, with an application of their own."""
        form = {"client_name": "own", "redirect_uris": ELSEWHERE, "scopes": "read write follow"}
        app = json.loads(self._open(f"{self.url}/api/v1/apps", form))
        keys = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
        asked = {"client_id": app["client_id"], "redirect_uri": ELSEWHERE, "scope": "read"}
        asked = {**asked, "response_type": "code", "state": "s"}
        back = self.log_in(f"{self.url}/oauth/authorize?{urlencode(asked)}", person)
        [code] = parse_qs(urlsplit(back).query)["code"]
        form = {**keys, "grant_type": "authorization_code", "code": code, "redirect_uri": ELSEWHERE}
        return str(json.loads(self._open(f"{self.url}/oauth/token", form))["access_token"])

    def call(self, method: str, path: str, by: Person | str, **form: str) -> Any:
        """Raises HTTPError. `by` may be a bare token."""
        token = by if isinstance(by, str) else by.token
        headers = {"Authorization": f"Bearer {token}"}
        data = urlencode(form).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def is_let_in(self, token: str) -> bool:
        try:
            self.call("GET", "/api/v1/accounts/verify_credentials", token)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return False
        return True

    def post(self, by: Person, text: str) -> str:
        """Its address, which names it at every server."""
        return str(self.call("POST", "/api/v1/statuses", by, status=text)["uri"])

    def follow(self, who: Person, follower: Person) -> None:
        params = urlencode({"q": f"@{who.name}@{self.host}", "resolve": "true"})
        found = self.call("GET", f"/api/v2/search?{params}", follower)["accounts"]
        self.call("POST", f"/api/v1/accounts/{found[0]['id']}/follow", follower)

    def respond(self, by: Person, how: str, text: str) -> None:
        """`how`: "favourite" or "reblog", of the post with that text once it has arrived."""
        uid = until(lambda: self._arrived(by, text))
        self.call("POST", f"/api/v1/statuses/{uid}/{how}", by)

    def _arrived(self, by: Person, text: str) -> str:
        rows = self.call("GET", "/api/v1/timelines/home", by)
        return next((str(row["id"]) for row in rows if text in row["content"]), "")

    def _open(self, url: str, form: dict[str, str] | None = None) -> bytes:
        data = None if form is None else urlencode(form).encode()
        with urllib.request.urlopen(url, data, timeout=10) as answer:
            return bytes(answer.read())


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """Where somebody is sent is what we want to know."""


@contextmanager
def running(folder: Path) -> Iterator[tuple[Snac, Callable[..., Person]]]:
    """The server, and a function that gives somebody an account there.

    person("alice", counts=True): her followers are counted in public, as she chose.
    """
    program, data = str(installed.snac()), folder / "data"
    snac = Snac(f"127.0.0.1:{free_port()}")
    _initialise(program, data, snac.host)

    def person(name: str, *, counts: bool = False) -> Person:
        said = _said((program, "adduser", str(data), name))
        [password] = re.findall(r"password is (\S+)", said)
        if counts:
            _change(data / "user" / name / "user.json", show_contact_metrics=True)
        newcomer = Person(name, password)
        return Person(name, password, until(lambda: snac.token_for(newcomer)))

    processes = Processes(folder)
    try:
        processes.start("snac", (program, "httpd", str(data)), {})
        processes.wait_until(lambda: _answers(snac))
        yield snac, person
    finally:
        processes.stop()


def until(found: Callable[[], T]) -> T:
    deadline = time.monotonic() + SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline, "snac did not get there"
        time.sleep(0.05)
    return answer


def _initialise(program: str, data: Path, host: str) -> None:
    name, _colon, port = host.partition(":")
    no_prefix, no_email = "", ""
    answers = "\n".join([name, port, host, no_prefix, no_email, ""])
    _said((program, "init", str(data)), answers)
    _change(data / "server.json", protocol="http")


def _said(argv: tuple[str, ...], answers: str = "") -> str:
    done = subprocess.run(
        argv, input=answers, check=True, capture_output=True, text=True, timeout=30
    )
    return done.stdout + done.stderr


def _change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def _answers(snac: Snac) -> bool:
    try:
        with urllib.request.urlopen(f"{snac.url}/api/v1/instance", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False
