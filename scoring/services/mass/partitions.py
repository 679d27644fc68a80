"""How days of scores are stored: open months as rows, a partition each; closed ones as arrays.

A closed month is a row a person with a place for each day, which takes a sixth of the room and one
look to read. docs/design.md has the numbers.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from scoring.models import ScoreMonth

# This month and the one before stay rows; the two after are made before they are needed.
OPEN, AHEAD = 2, 2
# Two years for the chart, and the month in which the first of its days lies.
KEPT: Final = 25
PARENT, OTHER = "scoring_scoreday", "scoring_scoreday_other"
COLUMNS: Final = ("tenths", "low", "high", "formula")
# Pages read these tables: rather tomorrow than that they wait behind us.
PATIENCE: Final = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = 0"
THERE: Final = """
    SELECT child.relname FROM pg_inherits
    JOIN pg_class AS child ON child.oid = inhrelid
    WHERE inhparent = to_regclass(%s)
"""
# Writers of days of that month, if any, wait or are waited for.
MOVE: Final = """
    LOCK TABLE {other} IN ACCESS EXCLUSIVE MODE;
    CREATE TABLE {name} (LIKE {parent} INCLUDING ALL);
    WITH moved AS (
        DELETE FROM {other} WHERE day >= %(first)s AND day < %(next)s RETURNING *
    )
    INSERT INTO {name} (user_id, day, tenths, low, high, formula)
    SELECT user_id, day, tenths, low, high, formula FROM moved;
    ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES FROM (%(first)s) TO (%(next)s)
"""
FOLD: Final = """
    INSERT INTO scoring_scoremonth AS mine (user_id, month, {columns})
    SELECT user_id, %(first)s, {arrays}
    FROM (
        SELECT user_id, array_agg(day - %(first)s ORDER BY day) AS days, {listed}
        FROM {parent} WHERE day >= %(first)s AND day < %(next)s
        GROUP BY user_id
    ) AS person
    ON CONFLICT (user_id, month) DO UPDATE SET {merged}
"""
# Days that are missing are NULL.
ARRAY: Final = """
    CASE WHEN cardinality(days) = %(days)s THEN {column} ELSE (
        SELECT array_agg({column}[array_position(days, place)] ORDER BY place)
        FROM generate_series(0, %(days)s - 1) AS place
    ) END
"""
# Days that came in after their month had been closed.
MERGED: Final = """
    {column} = (
        SELECT array_agg(coalesce(new, old) ORDER BY place)
        FROM unnest(excluded.{column}, mine.{column}) WITH ORDINALITY AS day (new, old, place)
    )
"""


def keep_history(*, at: datetime) -> None:
    """Makes months ahead, folds closed ones, forgets what is older than charts go back.

    May run at any time and as often as one likes.
    """
    today = at.date()
    ensure_partitions(today)
    for month in closed_months(today):
        fold(month)
    ScoreMonth.objects.filter(month__lt=months_from(today, -KEPT)).delete()


def ensure_partitions(today: date) -> None:
    """This month's and the next two. Rows that lie in the partition for other days move."""
    there = partitions()
    for ahead in range(AHEAD + 1):
        first = months_from(today, ahead)
        if name_of(first) not in there:
            words = {"name": name_of(first), "parent": PARENT, "other": OTHER}
            values = {"first": first, "next": months_from(first, 1)}
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(PATIENCE)
                cursor.execute(MOVE.format(**words), values)


def fold(month: date) -> None:
    """One transaction: a month is rows or arrays, never both and never neither."""
    first, following = months_from(month, 0), months_from(month, 1)
    table = name_of(first)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        is_partition = table in partitions()
        cursor.execute(f"LOCK TABLE {table if is_partition else OTHER} IN SHARE MODE")
        days = (following - first).days
        values: dict[str, date | int] = {"first": first, "next": following, "days": days}
        cursor.execute(_fold(), values)
        if is_partition:
            cursor.execute(f"DROP TABLE {table}")
        else:
            cursor.execute(f"DELETE FROM {OTHER} WHERE day >= %s AND day < %s", (first, following))


def _fold() -> str:
    return FOLD.format(
        parent=PARENT,
        columns=", ".join(COLUMNS),
        listed=", ".join(f"array_agg({column} ORDER BY day) AS {column}" for column in COLUMNS),
        arrays=", ".join(ARRAY.format(column=column) for column in COLUMNS),
        merged=", ".join(MERGED.format(column=column) for column in COLUMNS),
    )


def closed_months(today: date) -> list[date]:
    """Of which there are rows, oldest first."""
    until = first_open(today)
    named = {_month_of(name) for name in partitions()} - {None}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT date_trunc('month', day)::date FROM {OTHER} WHERE day < %s", [until]
        )
        named |= {row[0] for row in cursor.fetchall()}
    return sorted(month for month in named if month is not None and month < until)


def first_open(today: date) -> date:
    """Days before this one are in closed months."""
    return months_from(today, 1 - OPEN)


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(THERE, [PARENT])
        return {row[0] for row in cursor.fetchall()}


def months_from(day: date, months: int) -> date:
    """The first day of the month that is so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def name_of(month: date) -> str:
    return f"{PARENT}_{month:%Y_%m}"


def _month_of(name: str) -> date | None:
    if name == OTHER:
        return None
    return datetime.strptime(name.removeprefix(f"{PARENT}_"), "%Y_%m").date()
