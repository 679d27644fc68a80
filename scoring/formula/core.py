"""The score: one vectorised function for one person and for a million. docs/formula.md.

For each account S = sum of f_j(x_j): every f_j rises or stays, and is straight between knots over
log(1 + what was received). A person's accounts are combined to one S, and a fixed curve turns it
into 1 to 100 points. Each account's numbers are computed element by element, and sums run in an
order that does not depend on who else is in the table: so many at once give bit for bit what one
gives alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.formula.constants import Constants, Term
from scoring.formula.signals import FIELD
from scoring.formula.spreads import Z_80, Flags, Floats, used

ROOM: Final = 99.0
FURTHER_SHARE: Final = 0.5

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Accounts:
    """What each row of the table brought, in the order given. n rows, J terms."""

    values: Floats  # (n, J): f_j, made smaller where an archive's cap holds
    x: Floats  # (n, J): what each f_j was computed from, on the signal's scale
    told: Flags  # (n, J)
    limited: Flags  # (n, J)
    total: Floats  # (n,): S
    share: Floats  # (n,): of the person's points above 1


@dataclass(frozen=True, slots=True)
class People:
    """One row for each person, by rising id. Points in tenths: 423 is 42.3.

    `tenths` is 0 where there are fewer posts than the formula needs, and `low` and `high` too.
    """

    person: Ints
    tenths: NDArray[np.int16]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    posts: NDArray[np.int32]
    points: Floats  # unrounded, also on thin data


def score(person: Ints, rows: NDArray[np.float32], constants: Constants, *, day: int) -> People:
    """Everybody's score on `day` (days since 1970), from packed rows (n, FIELDS) and whose each is.

    In any order; several rows of one person are several accounts.
    """
    _, total, low, high = _accounts(rows, constants, taken_apart=False)
    return _people(person, rows, (total, low, high), constants, day)[0]


def score_with_accounts(
    person: Ints, rows: NDArray[np.float32], constants: Constants, *, day: int
) -> tuple[People, Accounts]:
    """The same, and what each account brought."""
    (values, x, told, limited), total, low, high = _accounts(rows, constants, taken_apart=True)
    people, share = _people(person, rows, (total, low, high), constants, day)
    return people, Accounts(values, x, told, limited, total, share)


def _people(
    person: Ints,
    rows: NDArray[np.float32],
    totals: tuple[Floats, Floats, Floats],
    constants: Constants,
    day: int,
) -> tuple[People, Floats]:
    """From S of accounts, in the middle, low and high, to people; and each account's share."""
    # The strongest first, so that no other order of accounts gives another sum.
    order = np.lexsort((-totals[0], person))
    sorted_ids = person[order]
    if ((np.diff(totals[0][order]) == 0) & (np.diff(sorted_ids) == 0)).any():
        order = np.lexsort((-totals[2], -totals[1], -totals[0], person))
    starts = np.flatnonzero(np.diff(sorted_ids, prepend=sorted_ids[:1] - 1))
    counts = np.diff(np.append(starts, len(order)))
    combine = _strengths if constants.combination == "strengths" else _room
    (sums, share), (low_sums, _), (high_sums, _) = (
        combine(some[order], starts, counts) for some in totals
    )
    back = np.empty_like(share)
    back[order] = share
    points, low_points, high_points = (_points(s, constants) for s in (sums, low_sums, high_sums))
    posts = _per_person(np.add, rows[order, FIELD["posts"]].astype(np.int32), starts)
    newest = _per_person(np.maximum, rows[order, FIELD["newest"]].astype(np.float64), starts)
    wider = _widening(newest, constants, day)
    enough = posts >= constants.posts_needed
    tenths = _tenths(points)
    people = People(
        person=sorted_ids[starts],
        tenths=_bound(tenths, enough),
        low=_bound(np.minimum(tenths, _tenths(points - wider * (points - low_points))), enough),
        high=_bound(np.maximum(tenths, _tenths(points + wider * (high_points - points))), enough),
        posts=posts.astype(np.int32),
        points=points,
    )
    return people, back


def _accounts(
    rows: NDArray[np.float32], constants: Constants, *, taken_apart: bool
) -> tuple[tuple[Floats, Floats, Flags, Flags], Floats, Floats, Floats]:
    """Of each row the terms (none, unless `taken_apart`), and S in the middle, low and high."""
    spreads = used(rows, constants)
    n = len(rows)
    shape = (n, len(constants.terms) if taken_apart else 0)
    values, x = np.empty(shape), np.empty(shape)
    told, limited = np.empty(shape, bool), np.empty(shape, bool)
    total, down, up = np.zeros(n), np.zeros(n), np.zeros(n)
    slack = (Z_80 * constants.model_sd) ** 2
    guessed_down, guessed_up = np.full(n, slack), np.full(n, slack)
    for j, term in enumerate(constants.terms):
        signal = spreads[term.signal]
        f = np.interp(signal.x, term.at, term.values)
        f_low = f - _elsewhere(signal.low, signal.x, f, term)
        f_high = _elsewhere(signal.high, signal.x, f, term) - f
        if taken_apart:
            values[:, j], x[:, j] = f, signal.x
            told[:, j], limited[:, j] = signal.told, signal.limited
        total += f
        # What posts bring goes up and down together; what is guessed, and the fit, for itself.
        guessed = ~signal.told
        down += f_low * signal.told
        up += f_high * signal.told
        guessed_down += f_low * f_low * guessed
        guessed_up += f_high * f_high * guessed
    low = np.maximum(0.0, total - np.sqrt(down * down + guessed_down))
    high = total + np.sqrt(up * up + guessed_up)
    capped = (rows[:, FIELD["archive"]] > 0) & (total > constants.archive_cap)
    if capped.any():
        values[capped] *= (constants.archive_cap / total[capped])[:, np.newaxis]
        total = np.where(capped, constants.archive_cap, total)
        low, high = np.minimum(low, total), np.where(capped, total, high)
    return (values, x, told, limited), total, low, high


def _elsewhere(x: Floats, middle: Floats, f: Floats, term: Term) -> Floats:
    """f_j at `x`, given f_j in the middle: most signals do not differ from it."""
    if x is middle:
        return f
    other = np.flatnonzero(x != middle)
    there = f.copy()
    there[other] = np.interp(x[other], term.at, term.values)
    return there


def _strengths(total: Floats, starts: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """S of each person, and each account's share: audiences overlap, so squares are added."""
    squares = np.square(np.expm1(total))
    sums = _per_person(np.add, squares, starts)
    all_of = np.repeat(sums, counts)
    share = np.divide(squares, all_of, out=np.zeros_like(squares), where=all_of > 0)
    return np.log1p(np.sqrt(sums)), share


def _room(total: Floats, starts: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """Version 1: the strongest in full, each further one half of the room that is left."""
    filled = np.zeros(len(starts))
    brought = np.zeros_like(total)
    for rank in range(int(counts.max(initial=0))):
        there = counts > rank
        at = starts[there] + rank
        factor = 1.0 if rank == 0 else FURTHER_SHARE * (1 - filled[there] / ROOM)
        brought[at] = total[at] * factor
        filled[there] += brought[at]
    all_of = np.repeat(filled, counts)
    return filled, np.divide(brought, all_of, out=np.zeros_like(total), where=all_of > 0)


def _per_person(add: np.ufunc, some: NDArray, starts: Ints) -> NDArray:
    return add.reduceat(some, starts) if len(starts) else some[:0]


def _points(total: Floats, constants: Constants) -> Floats:
    at, points = zip(*constants.points, strict=True)
    return np.asarray(np.interp(total, at, points), np.float64)


def _widening(newest: Floats, constants: Constants, day: int) -> Floats:
    """Twice as wide in the end: how people would respond today, silence does not tell."""
    first, last = constants.silence
    silent = np.where(newest < 0, 0.0, day - newest)
    return 1.0 + np.clip((silent - first) / (last - first), 0.0, 1.0)


def _tenths(points: Floats) -> Floats:
    return np.clip(np.rint(points * 10), 10, 1000)


def _bound(tenths: Floats, enough: Flags) -> NDArray[np.int16]:
    return np.where(enough, tenths, 0).astype(np.int16)
