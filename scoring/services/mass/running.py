"""Everybody's score of a day, written or only compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from scoring import selectors
from scoring.models import RescoreRun
from scoring.networks import NETWORKS, barred
from scoring.services.mass import checking, comparing, partitions, pool, writing
from scoring.services.mass.computing import Job, Span
from scoring.services.packing import repack_missing
from scoring.services.tidying import SIGNALS_KEPT

# Of PostgreSQL's advisory locks, the one of whoever rescores everybody.
LOCK: Final = 4_750_001
REPACKED_AT_ONCE: Final = 500
# The first and the last person from an id on: of those with signals, of those with a stored day.
SCORABLE: Final = """
    SELECT min(user_id), max(user_id) FROM scoring_accountsignals WHERE user_id >= %(start)s
"""
STORED: Final = """
    SELECT min(user_id), max(user_id) FROM (
        SELECT min(user_id) AS user_id FROM scoring_scoreday
        WHERE user_id >= %(start)s AND day = %(day)s
        UNION ALL SELECT max(user_id) FROM scoring_scoreday
        WHERE user_id >= %(start)s AND day = %(day)s
        UNION ALL SELECT min(user_id) FROM scoring_scoremonth
        WHERE user_id >= %(start)s AND month = %(month)s
        UNION ALL SELECT max(user_id) FROM scoring_scoremonth
        WHERE user_id >= %(start)s AND month = %(month)s
    ) AS stored
"""


class CannotRun(Exception):
    """Why not, in words for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Shares of the ids, 0 to 1: where this call `begun`, for an earlier one had done the rest."""

    share: float
    people: int  # of this call
    begun: float = 0.0


@dataclass(frozen=True, slots=True)
class Total:
    people: int
    changed: int
    peak: int
    resumed: bool


Told = Callable[[Progress], None]


def rescore_everybody(
    *, version: str, day: date, at: datetime, workers: int, told: Told, repack: bool = False
) -> Total:
    """Writes scores and history of `day`. Killed in the middle, the next call goes on there.

    People of whom there is a score of a later day are left alone. `repack`: packs first what an
    upgrade from version 1 left unpacked. CannotRun.
    """
    _check(version, day, today=at.date())
    if repack and day != at.date():
        raise CannotRun("--repack takes what is stored now, which is of today and of no other day.")
    with _only_one():
        partitions.keep_history(at=at)
        packed = False
        while repack and repack_missing(limit=REPACKED_AT_ONCE, at=at):
            packed = True  # each call a batch
        run, resumed = _run(version, day, at=at, anew=packed)
        job = Job(version, day, tuple(barred()))
        people = changed = peak = 0
        spans, share = pool.spans_of(SCORABLE, {}, start=run.next_user)
        begun = share(run.next_user) if resumed else 0.0
        for done in pool.each_span(writing.write_span, job, spans, workers=workers):
            people, changed = people + done.result.people, changed + done.result.changed
            peak = done.peak
            run.next_user, run.people = done.span.high, run.people + done.result.people
            run.save(update_fields=["next_user", "people"])
            told(Progress(share(run.next_user), people, begun))
        run.finished_at = at
        run.save(update_fields=["finished_at"])
    return Total(people, changed, peak, resumed)


def compare_everybody(
    *, version: str, day: date, workers: int, told: Told
) -> comparing.Differences:
    """Writes nothing. The stored scores against what this formula would give."""
    job = Job(version, day, tuple(barred()))
    found = comparing.Differences.none()
    spans, share = pool.spans_of(SCORABLE, {})
    for done in pool.each_span(comparing.compare_span, job, spans, workers=workers):
        found += done.result
        told(Progress(share(done.span.high), found.people))
    return found


def check_day(
    *,
    version: str,
    day: date,
    at: datetime,
    workers: int,
    told: Told,
    user_id: int | None = None,
) -> checking.Found:
    """Writes nothing. Each stored score of a day computed again, or only that person's.

    `version`: "" for the one that each was stored under.
    """
    networks = [(key, network.policy) for key, network in NETWORKS.items()]
    job = checking.Check(
        version,
        day,
        tuple(barred()),
        asking=tuple(key for key, policy in networks if not policy.may_score),
        forgets=tuple(key for key, policy in networks if policy.days_kept is not None),
        since=(at - SIGNALS_KEPT).date(),
    )
    found = checking.Found()
    spans, share = pool.spans_of(STORED, {"day": day, "month": day.replace(day=1)})
    if user_id is not None:
        spans = iter([Span(user_id, user_id + 1)])
    for done in pool.each_span(checking.check_span, job, spans, workers=workers):
        found += done.result
        told(Progress(share(done.span.high), found.stored))
    return found


def _check(version: str, day: date, *, today: date) -> None:
    counts = selectors.formula_on(day)
    if version != counts:
        raise CannotRun(
            f"On {day} formula {counts} counts, not {version}: nobody's score changes before its"
            f" formula was announced and counts. --dry-run only looks at what would change."
        )
    if day > today:
        raise CannotRun(f"{day} has not come yet.")
    if day < partitions.first_open(today):
        raise CannotRun(f"The month of {day} is closed: its scores stay as they are.")


@contextmanager
def _only_one() -> Iterator[None]:
    """For as long as the connection lives: a killed run holds up nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CannotRun("Somebody rescores everybody at the moment.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _run(version: str, day: date, *, at: datetime, anew: bool) -> tuple[RescoreRun, bool]:
    """The one that was ended, if any, and whether to go on where it was. `anew`: from the start,
    for there are signals now of people whom it had passed."""
    same = RescoreRun.objects.filter(formula=int(version), day=day, finished_at=None)
    found = same.order_by("-started_at", "-pk").first()
    if found is not None and anew:
        found.next_user = found.people = 0
    if found is not None:
        return found, not anew
    return RescoreRun.objects.create(formula=int(version), day=day, started_at=at), False
