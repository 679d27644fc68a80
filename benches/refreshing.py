"""What happens to the database when a collection has come in: facts, score, next date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Final
from unittest import mock

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benches.harness import Bench, milliseconds
from benches.people import make_pages, make_person
from scoring.collectors.base import Budget, Cursor, Grant, Page
from scoring.models import LinkedAccount
from scoring.networks import COLLECTORS
from scoring.services.refreshing import refresh_account

POST: Final = (
    *("account_id", "uid", "url", "created_at", "text", "hashtags"),
    *("kind", "favourites", "reposts", "replies", "responders"),
)
READING: Final = (
    *("account_id", "taken_at", "followers", "following", "responders", "posts", "figures"),
)


def store() -> Bench:
    account = _account()
    rows = _Rows(account)
    return Bench(
        "refresh_store",
        "ms",
        lambda: _round(account, milliseconds, lambda: _refresh(account)),
        lambda: _round(account, milliseconds, rows.write),
    )


def store_queries() -> Bench:
    account = _account()
    rows = _Rows(account)
    return Bench(
        "refresh_store_queries",
        "queries",
        lambda: _round(account, _statements, lambda: _refresh(account)),
        lambda: _round(account, _statements, rows.write),
    )


def _account() -> LinkedAccount:
    account = make_person("dora")
    LinkedAccount.objects.filter(pk=account.pk).update(next_refresh_at=timezone.now())
    with _network_that_answers_at_once():
        _refresh(account)
    return account


def _round(
    account: LinkedAccount,
    measured: Callable[[Callable[[], object]], float],
    work: Callable[[], object],
) -> float:
    account.readings.all().delete()  # else each round would have more of them to look through
    with _network_that_answers_at_once():
        return measured(work)


def _refresh(account: LinkedAccount) -> None:
    # So late that it is due, whenever the last one has put it.
    assert refresh_account(account.pk, at=timezone.now() + timedelta(days=1000))


def _statements(work: Callable[[], object]) -> float:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


class _FromMemory:
    network = "mastodon"

    def __init__(self) -> None:
        self._pages = make_pages(timezone.now())

    def collect(self, grant: Grant, cursor: Cursor, budget: Budget) -> Iterator[Page]:
        yield from self._pages


def _network_that_answers_at_once() -> AbstractContextManager[Any]:
    return mock.patch.dict(COLLECTORS, mastodon=_FromMemory())


class _Rows:
    """All rows that one refresh writes, ready to be written again."""

    def __init__(self, account: LinkedAccount) -> None:
        self._account, self._user = account.pk, account.user_id
        self._posts = self._read("scoring_post", POST)
        self._readings = self._read("scoring_reading", READING)[:1]
        with connection.cursor() as cursor:
            newest = "SELECT day, parts FROM scoring_scoreday WHERE user_id = %s ORDER BY day DESC"
            cursor.execute(newest, [self._user])
            self._day = cursor.fetchone()

    def write(self) -> None:
        now, mine = timezone.now(), [self._account]
        day, parts = self._day
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM scoring_post WHERE account_id = %s", mine)
            _insert(cursor, "scoring_post", POST, self._posts)
            _insert(cursor, "scoring_reading", READING, self._readings)
            score = "UPDATE scoring_scoreday SET parts = %s, computed_at = %s"
            cursor.execute(
                f"{score} WHERE user_id = %s AND day = %s", [parts, now, self._user, day]
            )
            account = "UPDATE scoring_linkedaccount SET refreshed_at = %s, next_refresh_at = %s"
            cursor.execute(f"{account} WHERE id = %s", [now, now, *mine])
            progress = "UPDATE scoring_progress SET step = 'done', changed_at = %s"
            cursor.execute(f"{progress} WHERE account_id = %s", [now, *mine])

    def _read(self, table: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            found = f"SELECT {', '.join(columns)} FROM {table} WHERE account_id = %s"
            cursor.execute(f"{found} ORDER BY id DESC", [self._account])
            return cursor.fetchall()


def _insert(cursor: Any, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """All in one statement."""
    one = f"({', '.join(['%s'] * len(columns))})"
    values = [value for row in rows for value in row]
    many = ", ".join([one] * len(rows))
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {many}", values)
