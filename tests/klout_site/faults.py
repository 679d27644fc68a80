"""The whole site under its supervisor, in processes of its own, to kill what one likes of it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Self
from unittest import mock

import psutil
import psycopg2
import redis

from klout_site import local
from tests.fakeserver import FakeServer, Handler, says
from tests.mock_mastodon import free_port

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 60  # until something that must happen has happened, on a busy machine
LEASE_SECONDS: Final = 3
# Words in the command line of each child of the supervisor.
MARKS: Final = {
    "web": " granian ",
    "worker": " worker ",
    "valkey": "valkey-server ",
    "postgres": "/postgres -D ",
}
# What would lead the site to the servers of the tests.
NOT_FOR_IT: Final = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
CSRF: Final = "a" * 32
POSTS: Final = 4


def until(condition: Callable[[], Any], what: str, pause: float = 0.02) -> Any:
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {SECONDS} seconds: {what}"
        time.sleep(pause)
    return found


@dataclass(frozen=True)
class Group:
    """Who meets one fault (fault_people.py)."""

    accounts: dict[str, int]  # by their tokens
    perk: int
    sessions: dict[str, int]  # keys of sessions, and whose they are


class Site:
    def __init__(self, folder: Path, mastodon: str) -> None:
        self.port = free_port()
        self.groups: dict[str, Group] = {}
        self._mastodon = mastodon
        self._said = folder / "said"
        ours = {name: value for name, value in os.environ.items() if name not in NOT_FOR_IT}
        self._environment = {
            **ours,
            "LOCAL_DIR": str(folder / "local"),
            "PORT": str(self.port),
            "DEMO": "false",
            "LOOPBACK_SERVERS": mastodon,
            "REFRESH_LEASE_SECONDS": str(LEASE_SECONDS),
            "REFRESH_POLL_SECONDS": "1",
            "DJANGO_SETTINGS_MODULE": "klout_site.settings",
        }

    # --- its life ------------------------------------------------------------------------

    def start(self) -> None:
        with self._said.open("wb") as said:
            self._supervisor = psutil.Popen(
                [sys.executable, "-m", "klout_site.run"],
                cwd=CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Ready at" in self.said() or self._supervisor.poll() is not None, "a start")
        assert self._supervisor.poll() is None, self.said()

    def settle(self, names: Iterable[str]) -> None:
        """People, a group for each name."""
        command = [sys.executable, "-m", "tests.klout_site.fault_people", self._mastodon, *names]
        done = subprocess.run(
            command, cwd=CHECKOUT, env=self._environment, stdout=subprocess.PIPE, check=True
        )
        self.groups = {name: Group(**group) for name, group in json.loads(done.stdout).items()}

    def said(self) -> str:
        return self._said.read_text(errors="replace")

    def interrupt(self) -> list[psutil.Process]:
        """Ctrl-C. Returns who is still there when the supervisor has ended."""
        if self._supervisor.poll() is not None:
            return []
        everybody = [self._supervisor, *self._supervisor.children(recursive=True)]
        self._supervisor.send_signal(signal.SIGINT)
        self._supervisor.wait(SECONDS)
        return psutil.wait_procs(everybody, timeout=1)[1]

    # --- its death, in parts -------------------------------------------------------------

    def kill(self, part: str) -> psutil.Process:
        """kill -9 of all its processes at once. Returns the one that had started the others."""
        leader = until(lambda: self._leader(part), f"a living {part}")
        for process in [leader, *leader.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return leader

    def wait_for_another(self, part: str, killed: psutil.Process) -> None:
        until(lambda: self._leader(part) not in (None, killed), f"{part} is started again")

    def _leader(self, part: str) -> psutil.Process | None:
        for child in self._supervisor.children():
            with contextlib.suppress(psutil.Error):
                if MARKS[part] in f" {' '.join(child.cmdline())} ":
                    return child
        return None

    def empty_redis(self) -> None:
        """What it had not written down when it was killed is the more lost."""
        with redis.Redis(unix_socket_path=str(self._sockets() / local.VALKEY_SOCKET)) as server:
            until(lambda: _answer_of(server.flushall, redis.RedisError), "an empty Redis")

    # --- what it does --------------------------------------------------------------------

    def make_due(self, group: Group) -> None:
        self._of_accounts(group, "UPDATE scoring_linkedaccount a SET next_refresh_at = now()")

    def is_collecting(self, group: Group) -> bool:
        begun = "SELECT FROM scoring_progress p WHERE p.account_id = a.id AND p.step = 'responders'"
        found = f"SELECT a.id FROM scoring_linkedaccount a WHERE EXISTS ({begun})"
        return bool(self._of_accounts(group, found, more=True))

    def refreshed(self, group: Group) -> int:
        """Accounts that were read to the end, without a complaint."""
        fine = "a.refreshed_at IS NOT NULL AND a.last_error = ''"
        found = f"SELECT a.id FROM scoring_linkedaccount a WHERE {fine}"
        return len(self._of_accounts(group, found, more=True))

    def scores(self, group: Group) -> int:
        given = "JOIN scoring_currentscore s ON s.user_id = a.user_id"
        return len(self._of_accounts(group, f"SELECT a.id FROM scoring_linkedaccount a {given}"))

    def owners(self, perk: int) -> list[int | None]:
        """Of each unit; None of one that is free."""
        rows = self.sql("SELECT user_id FROM perks_unit WHERE perk_id = %s", perk)
        return [user for (user,) in rows]

    def _of_accounts(self, group: Group, query: str, *, more: bool = False) -> list[Any]:
        word = "AND" if more else "WHERE"
        return self.sql(f"{query} {word} a.id = ANY(%s)", list(group.accounts.values()))

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows; waits for a database that is away."""
        (rows,) = until(
            lambda: _answer_of(lambda: self._ask(query, values), psycopg2.OperationalError),
            "an answer of the database",
        )
        return rows

    def _ask(self, query: str, values: tuple[Any, ...]) -> tuple[list[tuple[Any, ...]]]:
        connection = psycopg2.connect(host=str(self._sockets()), user="klout", dbname="klout")
        with contextlib.closing(connection), connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return (cursor.fetchall() if cursor.description else [],)

    def _sockets(self) -> Path:
        with mock.patch.dict(os.environ, self._environment):
            return local.sockets()

    def status(self, path: str, method: str = "GET", session: str = "") -> str:
        """Like "200" or "302 /where/to/"; else what went wrong on the way."""
        headers = {"X-CSRFToken": CSRF, "Cookie": f"csrftoken={CSRF}; sessionid={session}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, headers=headers)
                answer = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                return type(error).__name__
            return f"{answer.status} {answer.getheader('Location', '')}".strip()


def _answer_of(ask: Callable[[], Any], *away: type[Exception]) -> Any:
    try:
        return ask()
    except away:
        return None


class Crowd:
    """All of a group claim the perk, again and again until they get an answer.

    Half of them begin only after `wake`.
    """

    def __init__(self, site: Site, group: Group) -> None:
        self.given: set[int] = set()  # who was told that a unit is theirs
        self.refused: set[int] = set()  # who was told that there are none left
        self.troubles: Counter[str] = Counter()
        self._site, self._group = site, group
        self._late, self._over = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(4)
        half = len(group.sessions) // 2
        for number, session in enumerate(group.sessions):
            self._pool.submit(self._claim, session, late=number >= half)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._late.set()
        self._pool.shutdown()

    def wake(self) -> None:
        self._late.set()

    def everybody_knows(self) -> bool:
        return len(self.given | self.refused) == len(self._group.sessions)

    def _claim(self, session: str, *, late: bool) -> None:
        if late:
            self._late.wait()
        page = f"/perks/{self._group.perk}/"
        answers = {f"302 {page}": self.given, "409": self.refused}
        while not self._over.is_set():
            said = self._site.status(f"{page}claim/", "POST", session)
            if said in answers:
                answers[said].add(self._group.sessions[session])
                return
            self.troubles[said] += 1
            self._over.wait(0.2)


class SlowMastodon:
    """Takes more than a second for what the token's owner has: posts that somebody liked."""

    def __init__(self, fake: FakeServer) -> None:
        self.host = fake.host
        self._fake = fake
        self._asked: dict[str, list[float]] = {}
        fake.answer("/api/v1/accounts/verify_credentials", self._whoever)
        for number in range(POSTS):
            fake.answer(f"/api/v1/statuses/{number}/favourited_by", _slowly(_fans))

    def knows(self, tokens: Iterable[str]) -> None:
        for token in tokens:
            self._fake.answer(f"/api/v1/accounts/{token}/statuses", _slowly(_posts))

    def pauses(self, token: str) -> list[float]:
        """Seconds between the beginnings of two collections of the same account."""
        return [after - before for before, after in pairwise(self._asked[token])]

    def _whoever(self, handler: Handler) -> None:
        token = handler.headers["Authorization"].removeprefix("Bearer ")
        self._asked.setdefault(token, []).append(time.monotonic())
        _slowly(lambda _: {"id": token, "username": token, "followers_count": 200})(handler)


def _slowly(data: Callable[[Handler], Any]) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        handler.fake.closing.wait(0.2)
        handler.send(says(data(handler)))

    return answer


def _posts(handler: Handler) -> list[dict[str, Any]]:
    at = datetime.now(UTC).isoformat()
    post = {"created_at": at, "visibility": "public", "favourites_count": 1}
    return [] if "max_id" in handler.path else [{**post, "id": str(n)} for n in range(POSTS)]


def _fans(_: Handler) -> list[dict[str, str]]:
    return [{"id": "7", "acct": "dora@social.example.org"}]
