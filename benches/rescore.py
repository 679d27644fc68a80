"""Everybody's score of a day: a million people with four accounts each, end to end.

The floor reads the same bytes and writes as many, in as many processes, and computes nothing:
what no formula could beat that keeps its signals and scores in these tables.
RESCORE_PEOPLE sets how many people there are.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import connection

from benches.copying import copy_span
from benches.harness import Bench
from benches.worlds_of_signals import some_signals
from scoring.formula import NEWEST
from scoring.formula.signals import PACKED
from scoring.models import RescoreRun
from scoring.services.mass import partitions, pool, running, wire
from scoring.services.mass.computing import Job
from scoring.services.mass.worker import peak_memory

PEOPLE: Final = int(os.environ.get("RESCORE_PEOPLE", "1000000"))
NETWORKS: Final = ("mastodon", "bluesky", "github", "x")
MOST_MEMORY: Final = 1_000_000_000
ROUNDS: Final = 3
MADE_AT_ONCE: Final = 25_000
DAY_ONE: Final = datetime(2026, 12, 2, 3, tzinfo=UTC)


def people_per_second() -> Bench:
    world = _World()
    return Bench(
        "rescore_people_per_s",
        "people/s",
        lambda: PEOPLE / world.timed(world.rescore),
        lambda: PEOPLE / world.timed(world.copy),
        rounds=ROUNDS,
    )


def memory() -> Bench:
    """Of all our processes together, each at its largest. The floor: of those that only copy."""
    world = _World()
    return Bench(
        "rescore_memory",
        "MB",
        lambda: world.peak_of(world.rescore) / 1e6,
        lambda: world.peak_of(world.copy) / 1e6,
        rounds=1,
    )


class _World:
    """Each round is the next day: every score is written, and a day added."""

    _day: datetime | None = None  # of the newest scores, whichever bench wrote them

    def __init__(self) -> None:
        if _World._day is None:
            _make(DAY_ONE)
            _World._day = DAY_ONE

    def timed(self, work: Callable[[datetime], int]) -> float:
        day = self._next_day()
        began = time.perf_counter()
        peak = work(day)
        passed = time.perf_counter() - began
        if peak > MOST_MEMORY:
            raise AssertionError(f"{peak:,} bytes of memory, more than {MOST_MEMORY:,}")
        return passed

    def peak_of(self, work: Callable[[datetime], int]) -> int:
        return work(self._next_day())

    def _next_day(self) -> datetime:
        """In a month that has no other rounds' days in it, as on the first night of a month."""
        _World._day = (_World._day or DAY_ONE) + timedelta(days=1)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE scoring_scoreday")
        RescoreRun.objects.all().delete()
        return _World._day

    def rescore(self, at: datetime) -> int:
        total = running.rescore_everybody(
            version=NEWEST, day=at.date(), at=at, workers=pool.WORKERS, told=lambda progress: None
        )
        if total.changed != PEOPLE:
            raise AssertionError(f"{total.changed:,} of {PEOPLE:,} scores were written")
        return total.peak + peak_memory()

    def copy(self, at: datetime) -> int:
        job = Job(NEWEST, at.date(), ())
        spans, _share = pool.spans_of(running.SCORABLE, {})
        done = list(pool.each_span(copy_span, job, spans, workers=pool.WORKERS))
        return done[-1].peak + peak_memory()


def _make(at: datetime) -> None:
    """Signals and yesterday's scores. People and accounts themselves are never read."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        # The rows that these belong to would take minutes, and nothing looks at them.
        cursor.execute("SET session_replication_role = replica")
        index = _index_of_people(cursor)
        cursor.execute(f"DROP INDEX {index}")
        for low in range(1, PEOPLE + 1, MADE_AT_ONCE):
            people = np.arange(low, min(low + MADE_AT_ONCE, PEOPLE + 1))
            for place, network in enumerate(NETWORKS):
                columns = _columns(network)
                rows = wire.empty(len(people), columns)
                rows["user_id"], rows["account_id"] = people, people * len(NETWORKS) + place
                rows["network"], rows["day"] = network.encode(), wire.days_since_2000(at.date())
                rows["packed"] = some_signals(len(people), seed=low + place)
                wire.write(cursor, "scoring_accountsignals", rows, columns)
        cursor.execute(f"CREATE INDEX {index} ON scoring_accountsignals (user_id)")
        cursor.execute(
            "INSERT INTO scoring_currentscore (user_id, tenths, low, high, posts, day, formula)"
            " SELECT id, 400, 380, 420, 50, %s, %s FROM generate_series(1, %s) AS id",
            [at.date(), int(NEWEST), PEOPLE],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE scoring_accountsignals, scoring_currentscore")
    partitions.ensure_partitions(at.date())


def _columns(network: str) -> wire.Columns:
    return (
        ("account_id", wire.BIGINT),
        ("user_id", wire.BIGINT),
        ("network", f"S{len(network)}"),
        ("packed", PACKED),
        ("day", wire.DATE),
    )


def _index_of_people(cursor: Any) -> str:
    cursor.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'scoring_accountsignals'"
        " AND indexdef LIKE '%%(user_id)'"
    )
    return str(cursor.fetchone()[0])
