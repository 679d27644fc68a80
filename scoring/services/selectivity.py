"""Who responds to so much that each response counts less."""

from __future__ import annotations

from typing import Final

from django.db import connection

from scoring.formula.signals import STILL_SELECTIVE

# Of posts that networks told of: an archive could be made up to make somebody's word cheap.
COUNT: Final = """
    WITH counted AS (
        SELECT number, count(*) AS responses
        FROM scoring_post, unnest(responders) AS number
        WHERE archive_id IS NULL
        GROUP BY number
        HAVING count(*) > %s
    ), gone AS (
        DELETE FROM scoring_busyresponder WHERE number NOT IN (SELECT number FROM counted)
    )
    INSERT INTO scoring_busyresponder AS known (number, responses)
    SELECT number, responses FROM counted
    ON CONFLICT (number) DO UPDATE SET responses = excluded.responses
    WHERE known.responses <> excluded.responses
"""


def count_busy_responders() -> None:
    """From all posts that are looked at; the next collection of each account weighs with it."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [STILL_SELECTIVE])
