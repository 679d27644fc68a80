"""Signals of a range of people, and what a formula makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula import load, score
from scoring.formula.core import People
from scoring.formula.signals import PACKED, days_since_1970
from scoring.services.mass import wire

# Fewer cost more calls, more leave the processor's cache; the whole range at once is no faster.
ACCOUNTS_AT_ONCE: Final = 16_000
SIGNALS: Final = (("user_id", wire.BIGINT), ("packed", PACKED))
# Unsorted, so that the pages are read in their own order.
READ_SIGNALS: Final = """
    SELECT user_id, packed FROM scoring_accountsignals
    WHERE user_id >= %(low)s AND user_id < %(high)s AND network <> ALL(%(barred)s)
"""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Job:
    """What all ranges of one run have in common."""

    version: str
    day: date
    barred: tuple[str, ...]  # networks that stay out of the score


@dataclass(frozen=True, slots=True)
class Span:
    """People by id: low <= id < high."""

    low: int
    high: int


def read_signals(cursor: Any, job: Job, span: Span) -> tuple[Ints, NDArray[np.float32]]:
    """Whose, and the packed rows: sorted by person."""
    values = {"low": span.low, "high": span.high, "barred": list(job.barred)}
    return opened(wire.read(cursor, READ_SIGNALS, values, SIGNALS))


def opened(table: wire.Table) -> tuple[Ints, NDArray[np.float32]]:
    who, rows = table["user_id"].astype(np.int64), table["packed"].astype(np.float32)
    if (who[1:] >= who[:-1]).all():  # as people came
        return who, rows
    order = np.argsort(who, kind="stable")
    return who[order], rows[order]


def scored(who: Ints, rows: NDArray[np.float32], *, version: str, day: date) -> People:
    """Of rows that are sorted by person. The same numbers, however many there are at once."""
    constants, number = load(version), days_since_1970(day)
    found = [
        score(who[some], rows[some], constants, day=number)
        for some in _slices(who, ACCOUNTS_AT_ONCE)
    ]
    return People(
        person=_joined([one.person for one in found], np.int64),
        tenths=_joined([one.tenths for one in found], np.int16),
        low=_joined([one.low for one in found], np.int16),
        high=_joined([one.high for one in found], np.int16),
        posts=_joined([one.posts for one in found], np.int32),
        points=_joined([one.points for one in found], np.float64),
    )


def _slices(who: Ints, size: int) -> Iterator[slice]:
    """About `size` rows each; all of a person's are in one."""
    begin = 0
    while begin < len(who):
        end = min(begin + size, len(who))
        end = int(np.searchsorted(who, who[end - 1], side="right"))
        yield slice(begin, end)
        begin = end


def _joined(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, kind)


def places(of: Ints, among: Ints) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each id stands in a sorted list, and whether it is there at all."""
    at = np.searchsorted(among, of)
    at[at == len(among)] = 0
    there = among[at] == of if len(among) else np.zeros(len(of), bool)
    return at, there
