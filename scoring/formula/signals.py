"""The signals of one account: from what its network told to one packed row of fixed length.

All amounts are of what was *received*, on the scale log(1 + amount), as float32. NaN means
"not told", which is never 0. Posts are the newest, at most POSTS of them and at most MONTHS
months old: silence changes nothing, because it is counted in posts and not in days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

POSTS: Final = 100
MONTHS: Final = 24

# The order is that of the packed row: new ones go to the end.
SIGNALS: Final = (
    "followers",
    "following",
    "listed",
    # Distinct people who responded, each weighted with how selective they are: the one signal on
    # the scale log(1 + people / RESPONDERS_UNIT).
    "responders",
    # Per typical post: the mean of log(1 + count).
    "reposts",
    "replies",
    "reactions",
    # h posts with at least h responses each.
    "h_index",
    # Mean weight of the known responses, 0 to 1; not a logarithm.
    "selectivity",
)
PER_POST: Final = ("reposts", "replies", "reactions")
SAMPLED: Final = (*PER_POST, "h_index")
# Facts beside the signals: how many posts, the day of the newest (days since 1970), from a file.
BESIDE: Final = ("posts", "newest", "archive")
FIELDS: Final = (
    *SIGNALS,
    *(f"low_{name}" for name in SAMPLED),
    *(f"high_{name}" for name in SAMPLED),
    *BESIDE,
)
FIELD: Final = {name: index for index, name in enumerate(FIELDS)}
STRIDE: Final = 4 * len(FIELDS)  # bytes of a packed row
PACKED: Final = np.dtype(("<f4", (len(FIELDS),)))

# Those who responded to up to a hundred posts are counted in tens: the judged data counts
# mentions of some days, which are about so much fewer (scoring/formula/pairs.py).
RESPONDERS_UNIT: Final = 10.0
REPLICATES: Final = 200
SEED: Final = 20261123
# 80% of the replicates lie between these.
QUANTILES: Final = (0.1, 0.9)
# What is said to be more counts as this much.
MOST: Final = 10**18
# Somebody whom we have seen respond this often, over everybody's posts, is still selective.
STILL_SELECTIVE: Final = 40

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PostCounts:
    """What one post received. None: the network does not tell, which is not 0."""

    favourites: int | None
    reposts: int | None
    replies: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a network told about one account. None: not told.

    responders: sum of the weights (`selectivity_weight`) of the distinct people who responded
    to the posts looked at; selectivity: the mean of these weights over all known responses.
    posts: newest first; newest: the day of the newest one, in days since 1970-01-01.
    from_archive: the owner brought it in a file, which nobody vouches for.
    """

    followers: int | None = None
    following: int | None = None
    listed: int | None = None
    responders: float | None = None
    selectivity: float | None = None
    posts: Sequence[PostCounts] = ()
    newest: int | None = None
    from_archive: bool = False


def days_since_1970(day: date) -> int:
    """How the formula counts days."""
    return (day - date(1970, 1, 1)).days


def selectivity_weight(responses: int) -> float:
    """What a response of somebody counts who was seen to give so many; 1 at most.

    Klout's rule: the more a person likes and reposts, the less each of these is worth.
    """
    return min(1.0, STILL_SELECTIVE / max(1, responses))


def summarise(facts: Facts) -> Row:
    """One account as a row of FIELDS. Pure: the same facts give the same bytes."""
    row = np.full(len(FIELDS), np.nan, np.float32)
    for name in ("followers", "following", "listed"):
        row[FIELD[name]] = _log1p(getattr(facts, name))
    row[FIELD["responders"]] = _log1p(facts.responders, RESPONDERS_UNIT)
    if facts.selectivity is not None:
        row[FIELD["selectivity"]] = min(1.0, max(0.0, facts.selectivity))
    posts = facts.posts[:POSTS]
    for name, (middle, low, high) in _sampled(posts).items():
        row[FIELD[name]] = middle
        row[FIELD[f"low_{name}"]], row[FIELD[f"high_{name}"]] = min(low, middle), max(high, middle)
    row[FIELD["posts"]] = len(posts)
    row[FIELD["newest"]] = -1 if facts.newest is None else facts.newest
    row[FIELD["archive"]] = facts.from_archive
    return row


def pack(row: Row) -> bytes:
    """STRIDE bytes, little-endian."""
    return row.astype("<f4").tobytes()


def unpack(rows: Iterable[bytes]) -> NDArray[np.float32]:
    """Rows of FIELDS, in the order given. ValueError where one has another length."""
    found = [bytes(row) for row in rows]
    if any(len(row) != STRIDE for row in found):
        raise ValueError(f"a packed row has {STRIDE} bytes")
    return np.frombuffer(b"".join(found), PACKED).reshape(-1, len(FIELDS)).astype(np.float32)


def scale_of(signal: str, amount: float) -> float:
    """Where an amount (or, of "ratio" and "selectivity", a share) lies on the signal's scale."""
    if signal == "selectivity":
        return amount
    if signal == "ratio":
        return float(np.log(amount))
    return _log1p(amount, RESPONDERS_UNIT if signal == "responders" else 1.0)


def amount_of(signal: str, x: float) -> float:
    """The other way: people, lists, or counts per typical post."""
    if signal == "selectivity":
        return x
    if signal == "ratio":
        return float(np.exp(x))
    return float(np.expm1(x)) * (RESPONDERS_UNIT if signal == "responders" else 1.0)


def _log1p(amount: float | None, unit: float = 1.0) -> float:
    return np.nan if amount is None else float(np.log1p(_sane(amount) / unit))


def _sane(amount: float) -> float:
    """No network has such counts, but one could claim them: JSON knows no largest number."""
    return float(max(0, min(amount, MOST)))


def _sampled(posts: Sequence[PostCounts]) -> dict[str, tuple[float, float, float]]:
    """Middle, low and high of each signal that is taken from posts, where it is told."""
    if not posts:
        return {}
    names = {"reposts": "reposts", "replies": "replies", "reactions": "favourites"}
    counts = np.array([[_count(getattr(post, names[name])) for name in PER_POST] for post in posts])
    told = ~np.isnan(counts)
    draws = _draws(len(posts))
    found = {}
    for index, name in enumerate(PER_POST):
        if told[:, index].any():
            logs = np.log1p(np.where(told[:, index], counts[:, index], 0.0))
            found[name] = _mean_of(logs, told[:, index], draws)
    if found:
        totals = np.where(told, counts, 0.0).sum(axis=1)
        replicates = np.log1p(_h_index(totals[draws]))
        middle = float(np.log1p(_h_index(totals[np.newaxis])[0]))
        found["h_index"] = (middle, *_between(replicates))
    return found


def _count(count: int | None) -> float:
    return np.nan if count is None else _sane(count)


def _mean_of(
    logs: NDArray[np.float64], told: NDArray[np.bool_], draws: NDArray[np.intp]
) -> tuple[float, float, float]:
    drawn = told[draws].sum(axis=1)
    # A draw without any post that tells says nothing.
    means = logs[draws].sum(axis=1)[drawn > 0] / drawn[drawn > 0]
    return float(logs.sum() / told.sum()), *_between(means)


def _between(replicates: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(replicates, QUANTILES)
    return float(low), float(high)


def _h_index(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest h such that h posts received at least h each, of each row."""
    ordered = -np.sort(-totals, axis=1)
    reached = ordered >= np.arange(1, totals.shape[1] + 1)
    return np.asarray(reached.sum(axis=1), np.float64)


def _draws(posts: int) -> NDArray[np.intp]:
    """Which posts each replicate has: circular blocks, for neighbours resemble each other."""
    block = max(1, round(posts ** (1 / 3)))
    blocks = -(-posts // block)
    starts = np.random.default_rng(SEED).integers(0, posts, (REPLICATES, blocks))
    each = (starts[:, :, np.newaxis] + np.arange(block)) % posts
    return each.reshape(REPLICATES, -1)[:, :posts]
