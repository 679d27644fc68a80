"""Pairwise judgements of people, and how their counts become signals.

The file is that of PeerIndex' contest of 2013: a row for each judgement, Choice 1 where A was
picked, and eight counts of A and of B. Counts of events are decayed sums, as the file has them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula.signals import FIELD, FIELDS, RESPONDERS_UNIT, SAMPLED

COUNTS: Final = (
    *("follower_count", "following_count", "listed_count"),
    *("mentions_received", "retweets_received"),
    *("mentions_sent", "retweets_sent", "posts"),
)
ACTIVITY: Final = ("mentions_sent", "retweets_sent", "posts")
# A rate over hardly any posts says little: so many posts without a response are added.
POSTS_ADDED: Final = 3

Floats = NDArray[np.float64]


class Unreadable(ValueError):
    """The file is not one of pairs. Says what is missing, and where."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """`people`: (m, 8) counts, one row for each person. `a`, `b`: rows of it, for each of n
    judgements. `picked_a`: 1.0 or 0.0."""

    people: Floats
    a: NDArray[np.intp]
    b: NDArray[np.intp]
    picked_a: Floats

    def __len__(self) -> int:
        return len(self.a)

    def column(self, name: str) -> Floats:
        return self.people[:, COUNTS.index(name)]

    def check_both_picked(self) -> None:
        """Unreadable where every judgement is alike: nothing can be learned or measured."""
        if not 0 < self.picked_a.sum() < len(self):
            side = "A" if self.picked_a.any() else "B"
            raise Unreadable(f"In every pair {side} was picked: there is nothing to tell apart.")

    def only(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.people, self.a[chosen], self.b[chosen], self.picked_a[chosen])


def read(file: Path) -> Pairs:
    """Raises Unreadable; further columns are not looked at."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            table = csv.DictReader(lines)
            _check(table.fieldnames or (), file)
            rows = [_row(line, number, file) for number, line in enumerate(table, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{file} can't be read: {error}") from error
    if not rows:
        raise Unreadable(f"{file} has no pairs.")
    number_of: dict[tuple[float, ...], int] = {}
    a = [number_of.setdefault(one, len(number_of)) for _, one, _ in rows]
    b = [number_of.setdefault(other, len(number_of)) for _, _, other in rows]
    picked = np.array([choice for choice, _, _ in rows])
    people = np.array(list(number_of))
    return Pairs(people, np.array(a), np.array(b), picked)


def as_rows(pairs: Pairs) -> NDArray[np.float32]:
    """The people as rows of signals. Nobody counted different people: mentions received
    stand for them, as the nearest to how many turned to the account. Likes are not in the file."""
    rows = np.full((len(pairs.people), len(FIELDS)), np.nan, np.float32)
    mentions, retweets = pairs.column("mentions_received"), pairs.column("retweets_received")
    posts = pairs.column("posts") + POSTS_ADDED
    amounts = {
        "followers": pairs.column("follower_count"),
        "following": pairs.column("following_count"),
        "listed": pairs.column("listed_count"),
        "responders": mentions * RESPONDERS_UNIT,
        "reposts": retweets / posts,
        "replies": mentions / posts,
    }
    for name, amount in amounts.items():
        unit = RESPONDERS_UNIT if name == "responders" else 1.0
        rows[:, FIELD[name]] = np.log1p(amount / unit)
        if name in SAMPLED:
            rows[:, FIELD[f"low_{name}"]] = rows[:, FIELD[f"high_{name}"]] = rows[:, FIELD[name]]
    rows[:, FIELD["posts"]], rows[:, FIELD["newest"]] = 100, -1
    rows[:, FIELD["archive"]] = 0
    return rows


def _check(names: Iterable[str], file: Path) -> None:
    wanted = {"Choice", *(f"{side}_{name}" for side in "AB" for name in COUNTS)}
    if missing := sorted(wanted - set(names)):
        raise Unreadable(f"{file} lacks these columns: {', '.join(missing)}.")


def _row(
    line: dict[str, str], number: int, file: Path
) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    try:
        choice = float(line["Choice"])
        a, b = (tuple(float(line[f"{side}_{name}"]) for name in COUNTS) for side in "AB")
    except TypeError as error:
        raise Unreadable(f"{file}, line {number}: it is shorter than the first line.") from error
    except ValueError as error:
        raise Unreadable(f"{file}, line {number}: {error}.") from error
    if choice not in (0.0, 1.0):
        raise Unreadable(f"{file}, line {number}: Choice is 0 or 1.")
    if not np.isfinite([*a, *b]).all() or min(*a, *b) < 0:
        raise Unreadable(f"{file}, line {number}: a count is a number from 0 on.")
    return choice, a, b
