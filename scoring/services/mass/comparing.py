"""What a formula would change, for who decides about it: counts, and nobody's name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.services.mass import wire
from scoring.services.mass.computing import Job, Span, places, read_signals, scored
from scoring.services.mass.writing import READ_STORED, STORED

# In tenths: bars between these edges; what lies beyond the outer ones is counted with them.
EDGES: Final = (-200, -100, -50, -20, -10, -5, 0, 1, 6, 11, 21, 51, 101, 201)


@dataclass(frozen=True)
class Differences:
    """`bars`: how many have a difference below the first edge, between the first two, ..."""

    people: int
    new: int  # had no score at all
    gained: int  # had too few posts, and get a number
    lost: int  # the other way round
    thin: int  # too few before and after
    bars: NDArray[np.int64]
    sum: int  # of the differences, in tenths
    intervals: int  # same number, another interval

    @classmethod
    def none(cls) -> Differences:
        return cls(0, 0, 0, 0, 0, np.zeros(len(EDGES) + 1, np.int64), 0, 0)

    @property
    def compared(self) -> int:
        return int(self.bars.sum())

    def __add__(self, other: Differences) -> Differences:
        names = [field.name for field in fields(self)]
        return Differences(*(getattr(self, name) + getattr(other, name) for name in names))


def compare_span(connection: Any, job: Job, span: Span) -> Differences:
    with connection, connection.cursor() as cursor:
        stored = wire.read(cursor, READ_STORED, {"low": span.low, "high": span.high}, STORED)
        who, rows = read_signals(cursor, job, span)
    people = scored(who, rows, version=job.version, day=job.day)
    at, there = places(people.person, stored["user_id"].astype(np.int64))
    found = stored[at[there]]
    old = found["tenths"].astype(np.int64)
    new = people.tenths[there].astype(np.int64)
    both = (old > 0) & (new > 0)
    change = (new - old)[both]
    wider = (found["low"] != people.low[there]) | (found["high"] != people.high[there])
    return Differences(
        people=len(people.person),
        new=int((~there).sum()),
        gained=int(((old == 0) & (new > 0)).sum()),
        lost=int(((old > 0) & (new == 0)).sum()),
        thin=int(((old == 0) & (new == 0)).sum()),
        bars=np.bincount(np.searchsorted(EDGES, change, side="right"), minlength=len(EDGES) + 1),
        sum=int(change.sum()),
        intervals=int((both & (old == new) & wider).sum()),
    )
