"""What happens to the database when a collection has come in: facts, signals, score, next date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any, Final

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benches.harness import Bench, milliseconds
from benches.people import make_pages, make_person
from scoring.collectors.base import Observation, Page, PostSeen
from scoring.models import LinkedAccount
from scoring.services import refreshing

READING: Final = (
    *("account_id", "taken_at", "followers", "following", "responders", "posts", "figures"),
)
# What is written over: the columns that find it again, those that change, those that don't.
OVERWRITTEN: Final = {
    "scoring_post": (
        ("account_id", "uid"),
        ("favourites", "responders"),
        ("url", "created_at", "text", "hashtags", "kind", "reposts", "replies"),
    ),
    "scoring_accountsignals": (("account_id",), ("packed", "day"), ("user_id", "network")),
    "scoring_signalsday": (("user_id", "account_number", "day"), ("packed",), ("network",)),
    "scoring_currentscore": (
        *(("user_id",), ("tenths", "low", "high", "posts", "day"), ("formula",)),
    ),
    "scoring_scoreday": (("user_id", "day"), ("tenths", "low", "high"), ("formula",)),
}


def store() -> Bench:
    """Every one of a hundred posts has new counts."""
    return _bench("refresh_store", "ms", milliseconds, _louder())


def store_same() -> Bench:
    """The same, where none has: the floor writes them all the same."""
    return _bench("refresh_store_same", "ms", milliseconds, _same())


def store_queries() -> Bench:
    return _bench("refresh_store_queries", "queries", _statements, _louder())


def _bench(
    name: str,
    unit: str,
    measured: Callable[[Callable[[], object]], float],
    collected: Iterator[list[Page]],
) -> Bench:
    account = LinkedAccount.objects.get(pk=make_person("dora").pk)
    rows = _Rows(account)
    return Bench(
        name,
        unit,
        lambda: _round(account, measured, lambda: _store(account, next(collected))),
        lambda: _round(account, measured, rows.write),
    )


def _round(
    account: LinkedAccount,
    measured: Callable[[Callable[[], object]], float],
    work: Callable[[], object],
) -> float:
    account.readings.all().delete()  # else each round would have more of them to look through
    return measured(work)


def _store(account: LinkedAccount, pages: list[Page]) -> None:
    """All that comes after the network's last answer."""
    assert refreshing.store(account, refreshing.Collected(pages=pages))


def _same() -> Iterator[list[Page]]:
    pages = make_pages(timezone.now())
    while True:
        yield pages


def _louder() -> Iterator[list[Page]]:
    """Each time one favourite more on every post. Made ahead: it is not what is measured."""
    pages = make_pages(timezone.now())
    ready = [[_with_more(page, more) for page in pages] for more in range(1, 50)]
    for number in count():
        yield ready[number % len(ready)]


def _with_more(page: Page, more: int) -> Page:
    def louder(item: Observation) -> Observation:
        if not isinstance(item, PostSeen):
            return item
        return replace(item, favourites=(item.favourites or 0) + more)

    return replace(page, items=tuple(louder(item) for item in page.items))


def _statements(work: Callable[[], object]) -> float:
    """With the beginning and the end of the transaction."""
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


class _Rows:
    """All rows that one refresh writes, ready to be written again."""

    def __init__(self, account: LinkedAccount) -> None:
        self._account, self._user = account.pk, account.user_id
        self._readings = self._read("scoring_reading", READING)[:1]
        found = {table: self._read(table, sum(of, ())) for table, of in OVERWRITTEN.items()}
        # Of those with a history, the newest row.
        self._overwritten = {
            table: rows if table == "scoring_post" else rows[:1] for table, rows in found.items()
        }

    def write(self) -> None:
        now, mine = timezone.now(), [self._account]
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self._overwritten.items():
                keys, changing, rest = OVERWRITTEN[table]
                sets = ", ".join(f"{name} = excluded.{name}" for name in changing)
                over = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
                _insert(cursor, table, (*keys, *changing, *rest), rows, over)
            _insert(cursor, "scoring_reading", READING, self._readings)
            account = "UPDATE scoring_linkedaccount SET refreshed_at = %s, next_refresh_at = %s"
            cursor.execute(f"{account} WHERE id = %s", [now, now, *mine])
            progress = "UPDATE scoring_progress SET step = 'done', changed_at = %s"
            cursor.execute(f"{progress} WHERE account_id = %s", [now, *mine])

    def _read(self, table: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        whose = ("account_id", self._account)
        if "account_id" not in columns:
            whose = ("user_id", self._user)
        order = " ORDER BY day DESC" if "day" in columns else ""
        select = f"SELECT {', '.join(columns)} FROM {table} WHERE {whose[0]} = %s{order}"
        with connection.cursor() as cursor:
            cursor.execute(select, [whose[1]])
            return cursor.fetchall()


def _insert(
    cursor: Any, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], over: str = ""
) -> None:
    """All in one statement."""
    one = f"({', '.join(['%s'] * len(columns))})"
    values = [value for row in rows for value in row]
    many = ", ".join([one] * len(rows))
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {many}{over}", values)
