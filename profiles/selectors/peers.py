"""What is typical of an account of the same size: what each term would bring there.

The formula itself says so. Where a network does not tell something, it guesses it from what the
network does tell (`guesses` of the constants). A typical peer is an account with as many
followers of which nothing else is told, so that every other signal is guessed. Where the
followers are not told, it is one with as many people who respond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.formula.constants import Constants
from scoring.formula.signals import FIELD, FIELDS, Row, amount_of
from scoring.formula.spreads import used


@dataclass(frozen=True, slots=True)
class Typical:
    """value: of f_j, in S; amount: people, lists, or counts per typical post."""

    value: float
    amount: float


def typical(rows: Mapping[int, Row], constants: Constants) -> dict[tuple[int, str], Typical]:
    """By account and term; nothing of accounts without a size and of terms nobody guesses.

    What came in an archive is capped as a whole, so that its terms have no peers.
    """
    sized = {key: peer for key, row in rows.items() if (peer := _peer(row)) is not None}
    if not sized or not constants.guesses:
        return {}
    spreads = used(np.stack(list(sized.values())), constants)
    found = {}
    for term in constants.terms:
        x = spreads[term.signal].x
        values = np.interp(x, term.at, term.values)
        for i, key in enumerate(sized):
            found[key, term.key] = Typical(float(values[i]), amount_of(term.signal, float(x[i])))
    return found


def _peer(row: Row) -> Row | None:
    if row[FIELD["archive"]] > 0:
        return None
    size = next((n for n in ("followers", "responders") if not np.isnan(row[FIELD[n]])), None)
    if size is None:
        return None
    peer = np.full(len(FIELDS), np.nan, np.float32)
    peer[FIELD[size]] = row[FIELD[size]]
    peer[FIELD["archive"]] = 0
    return peer
