"""The floor of `benches/rescore.py`. Without Django, which its processes do not start."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from scoring.services.mass import wire, writing
from scoring.services.mass.computing import READ_SIGNALS, SIGNALS, Job, Span

HISTORY: Final = (
    ("user_id", wire.BIGINT),
    ("day", wire.DATE),
    *((name, wire.SMALLINT) for name in ("tenths", "low", "high", "formula")),
)
BARE_UPDATE: Final = """
    UPDATE scoring_currentscore AS mine
    SET tenths = stage.tenths, low = stage.low, high = stage.high, posts = stage.posts,
        day = %(day)s, formula = %(formula)s
    FROM mass_stage AS stage
    WHERE mine.user_id = stage.user_id AND mine.user_id >= %(low)s AND mine.user_id < %(high)s
"""


def copy_span(connection: Any, job: Job, span: Span) -> int:
    """The least: out by COPY, in by COPY, one UPDATE, and the day straight into its partition."""
    values = {"low": span.low, "high": span.high, "barred": []}
    with connection, connection.cursor() as cursor:
        table = wire.read(cursor, READ_SIGNALS, values, SIGNALS)
        people = np.unique(table["user_id"])
        staged = wire.empty(len(people), writing.STAGED)
        staged["user_id"], staged["version"] = people, 0
        staged["posts"] = 100
        history = wire.empty(len(people), HISTORY)
        history["user_id"], history["day"] = people, wire.days_since_2000(job.day)
        history["formula"] = int(job.version)
        for name, tenths in (("low", 390), ("tenths", 400), ("high", 410)):
            staged[name] = history[name] = tenths
        cursor.execute("TRUNCATE mass_stage")
        wire.write(cursor, "mass_stage", staged, writing.STAGED)
        cursor.execute(BARE_UPDATE, {**values, "day": job.day, "formula": int(job.version)})
        wire.write(cursor, f"scoring_scoreday_{job.day:%Y_%m}", history, HISTORY)
    return len(people)
