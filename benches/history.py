"""A person's history for a chart, among those of some hundred people.

The floor fetches the same rows by bare SQL: open months a row a day, closed ones a row a month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from django.db import connection

from benches.harness import Bench, milliseconds
from scoring import selectors
from scoring.services.mass.partitions import keep_history

PEOPLE, YEARS = 500, 2
SOMEBODY: Final = 250
NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
WINDOWS: Final = (1, 30, 90, 365, 730)
ROWS: Final = """
    SELECT day, tenths, low, high, formula FROM scoring_scoreday
    WHERE user_id = %s AND day >= %s AND day <= %s
"""
ARRAYS: Final = """
    SELECT month, tenths, low, high, formula FROM scoring_scoremonth
    WHERE user_id = %s AND month >= %s AND month <= %s
"""


def benches() -> Iterator[tuple[str, Callable[[], Bench]]]:
    for days in WINDOWS:
        name = f"history_read_{days}"
        yield name, partial(read, name, days)


def read(name: str, days: int) -> Bench:
    _make()
    today = NOW.date()
    since = today - timedelta(days=days - 1)
    found = selectors.score_history(SOMEBODY, until=today, days=days)
    if len(found) != days:
        raise AssertionError(f"{len(found)} of {days} days")
    return Bench(
        name,
        "ms",
        lambda: milliseconds(
            lambda: selectors.score_history(SOMEBODY, until=today, days=days), seconds=0.15
        ),
        lambda: milliseconds(lambda: _fetch(since, today), seconds=0.15),
    )


def _fetch(since: date, until: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [SOMEBODY, since, until])
        cursor.fetchall()
        cursor.execute(ARRAYS, [SOMEBODY, since.replace(day=1), until])
        cursor.fetchall()


def _make() -> None:
    """Every day of two years, folded as on a site that ran all the while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM scoring_scoremonth WHERE user_id = %s LIMIT 1", [SOMEBODY])
        if cursor.fetchone() is not None:
            return
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("TRUNCATE scoring_scoreday, scoring_scoremonth")
        cursor.execute(
            "INSERT INTO scoring_scoreday (user_id, day, tenths, low, high, formula)"
            " SELECT person, %s - back, 400 + (person * back) %% 50, 390, 460, 2"
            " FROM generate_series(1, %s) AS person, generate_series(0, %s) AS back"
            " ORDER BY person, back",
            [NOW.date(), PEOPLE, 366 * YEARS],
        )
    keep_history(at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE scoring_scoreday, scoring_scoremonth")
