"""One person's score taken apart: bars that add up, reasons, why it changed. docs/formula.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from scoring.formula.constants import Constants, load
from scoring.formula.core import score_with_accounts
from scoring.formula.signals import FIELD, SAMPLED, Row, amount_of, scale_of

BASE: Final = "base"


@dataclass(frozen=True, slots=True)
class Part:
    """One bar. `tenths` of all parts add up to the score's exactly.

    account: the key it was given under, None for the point that everybody has;
    amount: people, lists, or counts per typical post, as the network told or as is typical;
    told: False where the network does not tell, and `amount` is what is typical instead;
    limited: more was told than the responses speak for, `amount` is what counts;
    value, cap: of f_j, in S (version 1: points); alone: points it would bring were the account
    the person's only one.
    """

    account: int | None
    key: str
    tenths: int
    amount: float | None = None
    told: bool = True
    limited: bool = False
    value: float = 0.0
    cap: float = 0.0
    alone: float = 0.0


@dataclass(frozen=True, slots=True)
class Explained:
    """A score and its parts. `tenths` is what the posts speak for, also where they are fewer than
    `posts_needed`: then `enough` is False and nobody is shown it."""

    tenths: int
    low: int
    high: int
    posts: int
    enough: bool
    version: str
    parts: tuple[Part, ...]
    # Of each account: its S, and its share of the points above 1.
    strength: Mapping[int, float] = field(default_factory=dict)
    share: Mapping[int, float] = field(default_factory=dict)

    def part(self, account: int | None, key: str) -> Part | None:
        return next((p for p in self.parts if (p.account, p.key) == (account, key)), None)


def explain(rows: Mapping[int, Row], *, version: str, day: int) -> Explained:
    """The score on `day` (days since 1970) of somebody with these accounts, by their keys."""
    return explain_with(rows, load(version), day=day)


def explain_with(rows: Mapping[int, Row], constants: Constants, *, day: int) -> Explained:
    """The same with constants that are no stored version, e.g. while a new one is tried."""
    if not rows:
        base = Part(None, BASE, 10)
        return Explained(10, 10, 10, 0, False, constants.version, (base,))
    keys = sorted(rows)
    table = np.stack([rows[key] for key in keys]).astype(np.float32)
    people, accounts = score_with_accounts(np.zeros(len(keys), np.int64), table, constants, day=day)
    points = float(people.points[0])
    bars = [Part(None, BASE, 0, alone=1.0)]
    exact = [1.0]
    slope = (constants.points[-1][1] - 1.0) / constants.points[-1][0]
    for i, key in enumerate(keys):
        total = float(accounts.total[i])
        for j, term in enumerate(constants.terms):
            value = float(accounts.values[i, j])
            share = accounts.share[i] * value / total if total > 0 else 0.0
            exact.append((points - 1.0) * share)
            nothing = not accounts.told[i, j] and accounts.x[i, j] == 0
            bars.append(
                Part(
                    account=key,
                    key=term.key,
                    tenths=0,
                    amount=None if nothing else amount_of(term.signal, float(accounts.x[i, j])),
                    told=bool(accounts.told[i, j]),
                    limited=bool(accounts.limited[i, j]),
                    value=value,
                    cap=term.cap,
                    alone=value * slope,
                )
            )
    shown = int(np.clip(np.rint(points * 10), 10, 1000))
    enough = bool(people.tenths[0])
    return Explained(
        tenths=shown,
        low=int(people.low[0]) if enough else 10,
        high=int(people.high[0]) if enough else 1000,
        posts=int(people.posts[0]),
        enough=enough,
        version=constants.version,
        parts=tuple(_in_tenths(bars, exact, shown)),
        strength={key: float(accounts.total[i]) for i, key in enumerate(keys)},
        share={key: float(accounts.share[i]) for i, key in enumerate(keys)},
    )


def _in_tenths(parts: Sequence[Part], exact: Sequence[float], shown: int) -> list[Part]:
    """By largest remainder: what is shown adds up to what is shown."""
    tenths = [int(points * 10) for points in exact]
    order = sorted(range(len(parts)), key=lambda i: (tenths[i] - exact[i] * 10, i))
    for i in order[: shown - sum(tenths)]:
        tenths[i] += 1
    return [_with(part, tenth) for part, tenth in zip(parts, tenths, strict=True)]


def _with(part: Part, tenths: int) -> Part:
    return replace(part, tenths=tenths)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of two days' scores, in tenths: the three add up to `after - before`.

    connection: accounts that came or went; data: what the others received since;
    formula: another version. by_part: `data` by (account, term), differences of shown bars; they
    add up to `data`. joined, counted: what `data` is the difference of.
    """

    before: int
    after: int
    connection: int
    data: int
    formula: int
    connected: tuple[int, ...]
    gone: tuple[int, ...]
    by_part: Mapping[tuple[int, str], int]
    joined: Explained
    counted: Explained


def change(
    before: Mapping[int, Row],
    after: Mapping[int, Row],
    *,
    versions: tuple[str, str],
    days: tuple[int, int],
) -> Change:
    """From one day to another, step by step: accounts first, then data, then the formula."""
    old, new = versions
    stayed = {key: before[key] for key in before.keys() & after.keys()}
    came = {key: after[key] for key in after.keys() - before.keys()}
    began = explain(before, version=old, day=days[0])
    same = before.keys() == after.keys()
    joined = began if same else explain(stayed | came, version=old, day=days[0])
    counted = explain(after, version=old, day=days[1])
    ended = counted if old == new else explain(after, version=new, day=days[1])
    by_part = {
        (part.account, part.key): counted.parts[i].tenths - part.tenths
        for i, part in enumerate(joined.parts)
        if part.account is not None and counted.parts[i].tenths != part.tenths
    }
    return Change(
        before=began.tenths,
        after=ended.tenths,
        connection=joined.tenths - began.tenths,
        data=counted.tenths - joined.tenths,
        formula=ended.tenths - counted.tenths,
        connected=tuple(sorted(came)),
        gone=tuple(sorted(before.keys() - after.keys())),
        by_part=by_part,
        joined=joined,
        counted=counted,
    )


def what_if(row: Row, changed: Mapping[str, float]) -> Row:
    """A row with other amounts of some signals: people, lists, counts per typical post.

    Its certainty stays that of the posts it was taken from, moved along.
    """
    other = row.copy()
    for signal, amount in changed.items():
        x = scale_of(signal, amount)
        for name in (f"low_{signal}", f"high_{signal}") if signal in SAMPLED else ():
            moved = other[FIELD[name]] + x - other[FIELD[signal]]
            other[FIELD[name]] = x if np.isnan(moved) else max(0.0, moved)
        other[FIELD[signal]] = x
    return other
