"""A stored day computed again from the signals that were valid on it, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.services.mass import wire
from scoring.services.mass.computing import SIGNALS, Job, Span, opened, places, scored

NUMBERS: Final = ("tenths", "low", "high")
STORED: Final = (
    ("user_id", wire.BIGINT),
    *((name, wire.SMALLINT) for name in NUMBERS),
    ("formula", wire.SMALLINT),
)
# A day is in one of the two, but while its month is folded.
READ_STORED: Final = """
    SELECT user_id, tenths, low, high, formula FROM scoring_scoreday
    WHERE user_id >= %(low)s AND user_id < %(high)s AND day = %(day)s
    UNION
    SELECT user_id, tenths[%(place)s], low[%(place)s], high[%(place)s], formula[%(place)s]
    FROM scoring_scoremonth
    WHERE user_id >= %(low)s AND user_id < %(high)s AND month = %(month)s
        AND tenths[%(place)s] IS NOT NULL
"""
# Goes from account to account by the primary key, and looks at one row of each: an account may
# have a row for every day of years.
READ_SIGNALS: Final = """
    WITH RECURSIVE account AS (
        (
            SELECT user_id, account_number FROM scoring_signalsday
            WHERE user_id >= %(low)s AND user_id < %(high)s
            ORDER BY user_id, account_number LIMIT 1
        )
        UNION ALL
        SELECT following.* FROM account, LATERAL (
            SELECT user_id, account_number FROM scoring_signalsday AS later
            WHERE (later.user_id, later.account_number) > (account.user_id, account.account_number)
                AND later.user_id < %(high)s
            ORDER BY user_id, account_number LIMIT 1
        ) AS following
    )
    SELECT account.user_id, valid.packed FROM account, LATERAL (
        SELECT network, packed FROM scoring_signalsday AS kept
        WHERE kept.user_id = account.user_id AND kept.account_number = account.account_number
            AND kept.day <= %(day)s
        ORDER BY kept.day DESC LIMIT 1
    ) AS valid
    WHERE valid.packed <> '' AND valid.network <> ALL(%(barred)s)
    ORDER BY account.user_id, account.account_number
"""
# Of a network that lets us keep what it says for some days only, what was valid may be gone while
# something later is there.
READ_FORGOTTEN: Final = """
    SELECT user_id FROM scoring_signalsday
    WHERE user_id >= %(low)s AND user_id < %(high)s AND network = ANY(%(forgets)s)
    GROUP BY user_id, account_number HAVING min(day) > %(day)s
"""


@dataclass(frozen=True, slots=True)
class Check(Job):
    """The job's version: "" for the one that each score was stored under.

    `asking`: networks that are in scores where the operator has leave, which may have come or gone
    since; `forgets`: those whose signals go early; `since`: from when on all others are kept.
    """

    asking: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()
    since: date = date.min


@dataclass(frozen=True, slots=True)
class Found:
    """Counts of stored scores."""

    equal: int = 0
    different: int = 0
    lost: int = 0  # not (all of) their signals are kept any more
    otherwise: int = 0  # stored under another formula than the one asked for

    @property
    def stored(self) -> int:
        return self.equal + self.different + self.lost + self.otherwise

    def __add__(self, other: Found) -> Found:
        names = [field.name for field in fields(self)]
        return Found(*(getattr(self, name) + getattr(other, name) for name in names))


def check_span(connection: Any, job: Check, span: Span) -> Found:
    values = {
        "low": span.low,
        "high": span.high,
        "day": job.day,
        "month": job.day.replace(day=1),
        "place": job.day.day,
        "forgets": list(job.forgets),
    }
    with connection, connection.cursor() as cursor:
        stored = wire.read(cursor, READ_STORED, values, STORED)
        other = ~np.isin(
            stored["formula"], [int(job.version)] if job.version else stored["formula"]
        )
        ours = stored[~other]
        same, there = _comes_out(cursor, ours, job, values)
        if not same.all() and job.asking:
            barred = tuple(name for name in job.asking if name not in job.barred)
            turned = replace(job, barred=barred)
            same |= _comes_out(cursor, ours, turned, values)[0]
        gone = ~same & (~there | (job.day < job.since))
        if job.forgets and not (same | gone).all():
            forgotten = wire.read(cursor, READ_FORGOTTEN, values, STORED[:1])["user_id"]
            gone |= ~same & np.isin(ours["user_id"], forgotten)
    equal, lost = int(same.sum()), int(gone.sum())
    return Found(equal, len(ours) - equal - lost, lost, int(other.sum()))


def _comes_out(
    cursor: Any, stored: wire.Table, job: Check, values: dict[str, Any]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which are the same to the bit, and of which there are signals at all."""
    table = wire.read(cursor, READ_SIGNALS, values | {"barred": list(job.barred)}, SIGNALS)
    who, rows = opened(table)
    same, known = np.zeros(len(stored), bool), np.zeros(len(stored), bool)
    for formula in np.unique(stored["formula"]):
        again = scored(who, rows, version=str(formula), day=job.day)
        mine = np.flatnonzero(stored["formula"] == formula)
        at, there = places(stored["user_id"][mine].astype(np.int64), again.person)
        known[mine] = there
        mine, at = mine[there], at[there]
        same[mine] = True
        for name in NUMBERS:
            same[mine] &= stored[name][mine] == getattr(again, name)[at]
    return same, known
