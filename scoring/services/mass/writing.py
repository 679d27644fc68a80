"""A range of people scored and written. Newer signals always win, without locks while computing.

A score is only overwritten while its row is the version that was there *before* the signals were
read (`xmin`): whoever refreshes meanwhile has written it anew from newer signals, or waits and
will. Where that happened the range is done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg2 import errors

from scoring.formula.core import People
from scoring.services.mass import wire
from scoring.services.mass.computing import Job, Span, places, read_signals, scored

TRIES: Final = 5
STORED: Final = (
    ("user_id", wire.BIGINT),
    ("version", wire.XID),
    ("tenths", wire.SMALLINT),
    ("low", wire.SMALLINT),
    ("high", wire.SMALLINT),
    ("posts", wire.INT),
    ("day", wire.DATE),
    ("formula", wire.SMALLINT),
)
NUMBERS: Final = ("tenths", "low", "high", "posts")
STAGED: Final = tuple(column for column in STORED if column[0] not in ("day", "formula"))
# Enough to know where nothing is stored for the day yet, as each night: that all is to be written.
DATED: Final = (("user_id", wire.BIGINT), ("version", wire.XID), ("day", wire.DATE))
READ_DATED: Final = """
    SELECT user_id, xmin AS version, day
    FROM scoring_currentscore WHERE user_id >= %(low)s AND user_id < %(high)s
    ORDER BY user_id
"""
# Too few posts: 0, for NULLs have no fixed length.
READ_STORED: Final = """
    SELECT user_id, xmin AS version, coalesce(tenths, 0::smallint), coalesce(low, 0::smallint),
        coalesce(high, 0::smallint), posts, day, formula
    FROM scoring_currentscore WHERE user_id >= %(low)s AND user_id < %(high)s
    ORDER BY user_id
"""
STAGE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS mass_stage (
        user_id bigint NOT NULL, version xid NOT NULL, tenths smallint NOT NULL,
        low smallint NOT NULL, high smallint NOT NULL, posts integer NOT NULL
    )
"""
# Each person's score, then its day: the order of everybody who writes them (rescoring.py).
HISTORY: Final = """
    , kept AS (
        INSERT INTO scoring_scoreday (user_id, day, tenths, low, high, formula)
        SELECT user_id, day, tenths, low, high, formula FROM done WHERE tenths IS NOT NULL
        {again}
    )
    SELECT count(*), coalesce(array_agg(user_id) FILTER (WHERE tenths IS NULL), '{{}}') FROM done
"""
# To look for a row that is already there doubles what history costs.
AGAIN: Final = """
    ON CONFLICT (user_id, day) DO UPDATE
    SET tenths = excluded.tenths, low = excluded.low, high = excluded.high,
        formula = excluded.formula
"""
UPDATE: Final = """
    WITH done AS (
        UPDATE scoring_currentscore AS mine
        SET tenths = nullif(stage.tenths, 0), low = nullif(stage.low, 0),
            high = nullif(stage.high, 0), posts = stage.posts,
            day = %(day)s, formula = %(formula)s
        FROM mass_stage AS stage
        WHERE mine.user_id = stage.user_id AND mine.xmin = stage.version
            AND mine.user_id >= %(low)s AND mine.user_id < %(high)s
        RETURNING mine.*
    )
"""
# The same for people who have no row of the day yet: their history can follow by COPY.
UPDATE_ONLY: Final = UPDATE.partition("AS (")[2].rpartition("RETURNING")[0]
DAYS: Final = (
    ("user_id", wire.BIGINT),
    ("day", wire.DATE),
    ("tenths", wire.SMALLINT),
    ("low", wire.SMALLINT),
    ("high", wire.SMALLINT),
    ("formula", wire.SMALLINT),
)
# Who has no score yet. The lock on one of their accounts' signals holds up a disconnection, which
# could not see the new row and would leave it behind; one that came first leaves nothing to lock.
INSERT: Final = """
    WITH held AS (
        SELECT user_id FROM scoring_accountsignals WHERE account_id IN (
            SELECT min(account_id) FROM scoring_accountsignals JOIN mass_stage USING (user_id)
            WHERE user_id >= %(low)s AND user_id < %(high)s AND network <> ALL(%(barred)s)
            GROUP BY user_id
        )
        FOR KEY SHARE
    ), done AS (
        INSERT INTO scoring_currentscore (user_id, tenths, low, high, posts, day, formula)
        SELECT user_id, nullif(tenths, 0), nullif(low, 0), nullif(high, 0), posts,
            %(day)s, %(formula)s
        FROM mass_stage JOIN held USING (user_id)
        ORDER BY user_id
        ON CONFLICT (user_id) DO NOTHING
        RETURNING *
    )
"""
FORGET_DAY: Final = "DELETE FROM scoring_scoreday WHERE day = %s AND user_id = ANY(%s)"


class Overtaken(Exception):
    """Somebody was rescored meanwhile: whose history is written has to be looked at."""


@dataclass(frozen=True, slots=True)
class Written:
    people: int  # with signals
    changed: int  # rows of scores that were written


def prepare(connection: Any) -> None:
    """Once for each connection. Losing the last ranges at a crash only means to do them again."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = off; SET jit = off")
        cursor.execute(STAGE)


def write_span(connection: Any, job: Job, span: Span) -> Written:
    """Whoever is overtaken again and again was rescored by others each time, and is left alone."""
    people = changed = 0
    first = True  # of this day: nobody whose score is older has a row for it
    for left in reversed(range(TRIES)):
        try:
            with connection, connection.cursor() as cursor:
                people, more, overtaken = _write(cursor, job, span, first and left > 0)
        except Overtaken:
            first = False
            continue
        except (errors.DeadlockDetected, errors.ForeignKeyViolation, errors.UniqueViolation) as why:
            # Somebody was faster, or just left; or there is history without its score, as imports
            # may leave it.
            first = first and not isinstance(why, errors.UniqueViolation)
            if not left:
                raise
            continue
        changed += more
        if not overtaken:
            break
    return Written(people, changed)


def _write(cursor: Any, job: Job, span: Span, first: bool) -> tuple[int, int, int]:
    """People, rows written, and how many were rescored by others meanwhile."""
    stored = _stored(cursor, job, span)
    people = scored(*read_signals(cursor, job, span), version=job.version, day=job.day)
    at, there = places(people.person, stored["user_id"].astype(np.int64))
    found = stored[at[there]]
    day = wire.days_since_2000(job.day)
    # A score of a later day is made of later signals: it is not ours to turn back.
    due, older = there.copy(), there.copy()
    due[there] = _differs(people, found, job, there) & (found["day"] <= day)
    older[there] = found["day"] < day
    wanted = int(due.sum() + (~there).sum())
    versions = np.zeros(len(people.person), np.uint32)
    versions[there] = found["version"]
    written = 0
    if first and (due & older).any():
        written += _store_first(cursor, _staged(people, versions, due & older), job, span)
        due &= ~older
    for some, statement, again in (
        (due, UPDATE, True),
        (~there, INSERT, True),
    ):
        if some.any():
            whole = statement + HISTORY.format(again=AGAIN if again else "")
            written += _store(cursor, _staged(people, versions, some), whole, job, span)
    return len(people.person), written, wanted - written


def _stored(cursor: Any, job: Job, span: Span) -> wire.Table:
    """What is stored of the range's people: their numbers too, where one is of the day already."""
    ids = {"low": span.low, "high": span.high}
    dated = wire.read(cursor, READ_DATED, ids, DATED)
    if (dated["day"] < wire.days_since_2000(job.day)).all():
        return dated
    return wire.read(cursor, READ_STORED, ids, STORED)


def _differs(
    people: People, found: wire.Table, job: Job, there: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    day = wire.days_since_2000(job.day)
    other: NDArray[np.bool_] = found["day"] != day
    if other.all():
        return other
    other |= found["formula"] != int(job.version)
    for name in NUMBERS:
        other |= found[name] != getattr(people, name)[there]
    return other


def _staged(people: People, versions: NDArray[np.uint32], some: NDArray[np.bool_]) -> wire.Table:
    rows = wire.empty(int(some.sum()), STAGED)
    rows["user_id"], rows["version"] = people.person[some], versions[some]
    for name in NUMBERS:
        rows[name] = getattr(people, name)[some]
    return rows


def _store_first(cursor: Any, rows: wire.Table, job: Job, span: Span) -> int:
    """Scores of whom nothing is stored for the day: all of them, or Overtaken."""
    cursor.execute("TRUNCATE mass_stage")
    wire.write(cursor, "mass_stage", rows, STAGED)
    values = {"day": job.day, "formula": int(job.version), "low": span.low, "high": span.high}
    cursor.execute(UPDATE_ONLY, values)
    if cursor.rowcount != len(rows):
        raise Overtaken
    told = rows[rows["tenths"] > 0]
    days = wire.empty(len(told), DAYS)
    days["day"], days["formula"] = wire.days_since_2000(job.day), int(job.version)
    for name in ("user_id", "tenths", "low", "high"):
        days[name] = told[name]
    wire.write(cursor, "scoring_scoreday", days, DAYS)
    return len(rows)


def _store(cursor: Any, rows: wire.Table, statement: str, job: Job, span: Span) -> int:
    cursor.execute("TRUNCATE mass_stage")
    wire.write(cursor, "mass_stage", rows, STAGED)
    values = {"day": job.day, "formula": int(job.version), "barred": list(job.barred)}
    cursor.execute(statement, values | {"low": span.low, "high": span.high})
    count, thin = cursor.fetchone()
    if thin:
        cursor.execute(FORGET_DAY, (job.day, thin))
    return int(count)
