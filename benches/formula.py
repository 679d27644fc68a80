"""The formula over packed rows, against one pass of a logarithm over each account's row."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from benches.harness import Bench, milliseconds, rate
from benches.people import make_pages
from benches.worlds_of_signals import some_signals
from scoring.collectors.base import PostSeen
from scoring.formula import NEWEST, Facts, PostCounts, explain, pack, summarise, unpack
from scoring.formula.signals import PACKED
from scoring.services.mass.computing import ACCOUNTS_AT_ONCE, scored

ACCOUNTS, ACCOUNTS_A_PERSON = 4 * ACCOUNTS_AT_ONCE, 4
DAY: Final = date(2026, 12, 1)


def accounts_per_second() -> Bench:
    """In one process: as bytes came from the database, to points with intervals."""
    who = np.repeat(np.arange(ACCOUNTS // ACCOUNTS_A_PERSON), ACCOUNTS_A_PERSON)
    packed = some_signals(ACCOUNTS, seed=1).astype("<f4").tobytes()
    return Bench(
        "formula_accounts_per_s",
        "accounts/s",
        lambda: ACCOUNTS * rate(lambda: scored(who, _rows(packed), version=NEWEST, day=DAY)),
        lambda: ACCOUNTS * rate(lambda: _logarithms(_rows(packed))),
    )


def one_person() -> Bench:
    """100 posts: facts to signals with their intervals, and the score with its explanation."""
    seen = [item for page in make_pages(timezone.now()) for item in page.items]
    posts = [
        PostCounts(post.favourites, post.reposts, post.replies)
        for post in seen
        if isinstance(post, PostSeen)
    ]
    facts = Facts(followers=420, following=200, listed=9, responders=180.0, posts=posts, newest=1)
    counts = np.array([[post.favourites, post.reposts, post.replies] for post in posts], float)
    return Bench(
        "formula_one_person_ms",
        "ms",
        lambda: milliseconds(lambda: _explained(facts)),
        lambda: milliseconds(lambda: np.log1p(counts).mean(axis=0)),
    )


def _rows(packed: bytes) -> NDArray[np.float32]:
    return np.frombuffer(packed, PACKED)


def _logarithms(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        return np.log1p(rows.astype(np.float64))


def _explained(facts: Facts) -> int:
    rows = unpack([pack(summarise(facts))])
    return explain({1: rows[0]}, version=NEWEST, day=1).tenths
