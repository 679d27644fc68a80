"""The score of a person from the signals of their accounts. See docs/formula.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from math import expm1, fsum, log1p, sqrt

from scoring.formula.types import Part, PostCounts, Score, Signals
from scoring.formula.weights import (
    ARCHIVE_CAP,
    BASE_POINTS,
    CURVES,
    FORMULA_VERSION,
    FURTHER_ACCOUNT_SHARE,
    PER_POST,
    POSTS_FOR_AN_INTERVAL,
    Z_80,
    Curve,
)

Values = dict[str, float | None]


def score(accounts: Sequence[Signals]) -> Score:
    """The score of somebody with these accounts, in any order; with none, the base point."""
    values = [account_values(signals) for signals in accounts]
    parts = _rounded(_parts(accounts, values))
    tenths = sum(part.tenths for part in parts)
    return Score(
        tenths=tenths,
        parts=parts,
        interval=_interval(accounts, values, tenths),
        posts_counted=sum(len(signals.posts) for signals in accounts),
        version=FORMULA_VERSION,
    )


def account_values(signals: Signals) -> Values:
    """The amount each term is computed from; None where the network does not tell."""
    per_post = {key: typical(_counts(signals.posts, key)) for key in PER_POST}
    return {"followers": signals.followers, **per_post, "responders": signals.responders}


def typical(counts: Sequence[int]) -> float | None:
    """What a typical post received: the geometric mean of (1 + count), less 1.

    One post that went around the world moves it little; every single post moves it up.
    """
    if not counts:
        return None
    return expm1(fsum(map(log1p, counts)) / len(counts))


def points(curve: Curve, amount: float | None) -> float:
    """Points of one term, 0 to the curve's cap; 0 where the amount is not known."""
    if amount is None:
        return 0.0
    for (x0, y0), (x1, y1) in zip(curve.knots, curve.knots[1:], strict=False):
        if amount < x1:
            along = (log1p(amount) - log1p(x0)) / (log1p(x1) - log1p(x0))
            return y0 + along * (y1 - y0)
    return curve.cap


def fingerprint(accounts: Iterable[tuple[str, Signals]]) -> str:
    """sha256 over the named signals and the formula's version: equal inputs, equal score."""
    facts = [
        [
            name,
            signals.followers,
            signals.responders,
            [[p.favourites, p.reposts, p.replies] for p in signals.posts],
            *(["archive"] if signals.from_archive else []),
        ]
        for name, signals in sorted(accounts, key=lambda pair: pair[0])
    ]
    return hashlib.sha256(json.dumps([FORMULA_VERSION, facts]).encode()).hexdigest()


def _counts(posts: Iterable[PostCounts], key: str) -> list[int]:
    return [count for post in posts if (count := getattr(post, key)) is not None]


def _parts(
    accounts: Sequence[Signals], values: Sequence[Values]
) -> list[tuple[int | None, str, float | None, float, float]]:
    """(account, key, value, raw points, points), unrounded."""
    found: list[tuple[int | None, str, float | None, float, float]] = [
        (None, "base", None, BASE_POINTS, BASE_POINTS)
    ]
    raws = [_raws(signals, value) for signals, value in zip(accounts, values, strict=True)]
    for index, factor in _factors([fsum(raw.values()) for raw in raws]):
        for key, raw in raws[index].items():
            found.append((index, key, values[index][key], raw, raw * factor))
    return found


def _raws(signals: Signals, value: Values) -> dict[str, float]:
    """Points of each term; an archive's are all made smaller alike where they pass its cap."""
    raws = {key: points(curve, value[key]) for key, curve in CURVES.items()}
    total = fsum(raws.values())
    if not signals.from_archive or total <= ARCHIVE_CAP:
        return raws
    return {key: raw * ARCHIVE_CAP / total for key, raw in raws.items()}


def _capped(signals: Signals, raw: float) -> float:
    return min(raw, ARCHIVE_CAP) if signals.from_archive else raw


def _factors(raws: Sequence[float]) -> Iterator[tuple[int, float]]:
    """(account, what its raw points are multiplied with), strongest account first."""
    room = 100 - BASE_POINTS
    filled = 0.0
    for rank, index in enumerate(sorted(range(len(raws)), key=lambda i: (-raws[i], i))):
        factor = 1.0 if rank == 0 else FURTHER_ACCOUNT_SHARE * (1 - filled / room)
        filled += raws[index] * factor
        yield index, factor


def _rounded(
    parts: Sequence[tuple[int | None, str, float | None, float, float]],
) -> tuple[Part, ...]:
    """Tenths by largest remainder: what is shown adds up to what is shown."""
    exact = [amount * 10 for *_, amount in parts]
    tenths = [int(amount) for amount in exact]
    missing = round(fsum(exact)) - sum(tenths)
    by_remainder = sorted(range(len(parts)), key=lambda i: (tenths[i] - exact[i], i))
    for index in by_remainder[:missing]:
        tenths[index] += 1
    return tuple(
        Part(account, key, tenth, value, raw)
        for (account, key, value, raw, _), tenth in zip(parts, tenths, strict=True)
    )


def _interval(
    accounts: Sequence[Signals], values: Sequence[Values], shown: int
) -> tuple[int, int] | None:
    """80% interval in tenths around `shown`, by leaving out each post once (jackknife)."""
    n = sum(len(signals.posts) for signals in accounts)
    if n < POSTS_FOR_AN_INTERVAL:
        return None
    middle = _total([_raw(one, value) for one, value in zip(accounts, values, strict=True)])
    without = [_total(raws) for raws in _each_post_left_out(accounts, values)]
    mean = fsum(without) / n
    error = sqrt((n - 1) / n * fsum((total - mean) ** 2 for total in without))
    low, high = round((middle - Z_80 * error) * 10), round((middle + Z_80 * error) * 10)
    return min(shown, max(10, low)), max(shown, min(1000, high))


def _raw(signals: Signals, values: Values) -> float:
    return _capped(signals, _uncapped(values))


def _uncapped(values: Values) -> float:
    return fsum(points(curve, values[key]) for key, curve in CURVES.items())


def _total(raws: Sequence[float]) -> float:
    return BASE_POINTS + fsum(raws[index] * factor for index, factor in _factors(raws))


def _each_post_left_out(
    accounts: Sequence[Signals], values: Sequence[Values]
) -> Iterator[Sequence[float]]:
    """Raw points of all accounts, once without each post. Only that account's change."""
    raws = [_raw(one, value) for one, value in zip(accounts, values, strict=True)]
    for index, signals in enumerate(accounts):
        rest = _uncapped(values[index] | dict.fromkeys(PER_POST))
        terms = [_without_each(signals.posts, key, values[index][key]) for key in PER_POST]
        for changed in zip(*terms, strict=True):
            without = _capped(signals, rest + sum(changed))
            yield [*raws[:index], without, *raws[index + 1 :]]


def _without_each(posts: Sequence[PostCounts], key: str, value: float | None) -> list[float]:
    """Points of one term without the first post, without the second, and so on."""
    logs = [log1p(count) for count in _counts(posts, key)]
    everything, left = fsum(logs), len(logs) - 1
    found = []
    for post in posts:
        count = getattr(post, key)
        if count is None:  # says nothing of it, so it changes nothing
            amount = value
        else:
            amount = expm1((everything - log1p(count)) / left) if left else None
        found.append(points(CURVES[key], amount))
    return found
