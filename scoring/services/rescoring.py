"""From packed signals to the score of the day."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from django.db import connection

from scoring import selectors
from scoring.formula import load, score
from scoring.models import AccountSignals, CurrentScore, LinkedAccount, ScoreDay
from scoring.services.packing import note_end, repack

COLUMNS: Final = ("user_id", "tenths", "low", "high", "posts", "day", "formula")
# Both in one statement. The score first, then its day, as everybody who writes them does: two in
# another order could wait for each other for ever.
WRITE: Final = """
    WITH now AS (
        INSERT INTO scoring_currentscore AS mine
            (user_id, tenths, low, high, posts, day, formula)
        VALUES (%(user_id)s, %(tenths)s, %(low)s, %(high)s, %(posts)s, %(day)s, %(formula)s)
        ON CONFLICT (user_id) DO UPDATE
        SET tenths = excluded.tenths, low = excluded.low, high = excluded.high,
            posts = excluded.posts, day = excluded.day, formula = excluded.formula
        RETURNING mine.*
    )
    INSERT INTO scoring_scoreday (user_id, day, tenths, low, high, formula)
    SELECT user_id, day, tenths, low, high, formula FROM now WHERE tenths IS NOT NULL
    ON CONFLICT (user_id, day) DO UPDATE
    SET tenths = excluded.tenths, low = excluded.low, high = excluded.high,
        formula = excluded.formula
"""


def rescore(user_id: int, *, at: datetime) -> CurrentScore | None:
    """Does today's sum again from the newest signals of each account, and stores it.

    None, and no score of today, where nothing has been read (any more). The caller holds the
    locks of the person's accounts, so that two collections can't overwrite each other's sum.
    """
    day = at.date()
    given = selectors.to_score(user_id, day=day)
    if given.unpacked:
        for account in LinkedAccount.objects.filter(pk__in=given.unpacked):
            repack(account, at=at)
        given = selectors.to_score(user_id, day=day)
    if not given.rows:
        CurrentScore.objects.filter(user_id=user_id).delete()
        ScoreDay.objects.filter(user_id=user_id, day=day).delete()
        return None
    now = _scored(user_id, given, at=at)
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {name: getattr(now, name) for name in COLUMNS})
    if now.tenths is None:
        ScoreDay.objects.filter(user_id=user_id, day=day).delete()
    return now


def forget_account(account: LinkedAccount, *, at: datetime) -> None:
    """Before a disconnection: its past signals stay as numbers, and end today.

    The caller deletes the account, and rescores.
    """
    if AccountSignals.objects.filter(account=account).exists():
        note_end(account, day=at.date())


def _scored(user_id: int, given: selectors.ToScore, *, at: datetime) -> CurrentScore:
    rows = np.stack([given.rows[account] for account in sorted(given.rows)])
    whose = np.zeros(len(rows), np.int64)
    day = selectors.days_since_1970(at.date())
    people = score(whose, rows, load(given.version), day=day)
    # 0 tenths: too few posts.
    shown = [int(column[0]) or None for column in (people.tenths, people.low, people.high)]
    return CurrentScore(
        user_id=user_id,
        tenths=shown[0],
        low=shown[1],
        high=shown[2],
        posts=int(people.posts[0]),
        day=at.date(),
        formula=int(given.version),
    )
