"""The posts from which something may be derived, newest first, as few columns as needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from scoring.models import Post
from scoring.networks import barred

# As many as are looked at for a game or a habit, over all accounts.
MOST: Final = 500


def newest(
    user_id: int, columns: Sequence[str], *, at: datetime, without: Collection[str] = ()
) -> list[tuple[Any, ...]]:
    """None from networks whose rules forbid to derive anything, nor of those in `without`, nor
    any that says to be later than `at`."""
    rows = Post.objects.filter(account__user_id=user_id, created_at__lte=at)
    shown = rows.exclude(account__network__in=[*barred(), *without])
    return list(shown.order_by("-created_at", "-id").values_list(*columns)[:MOST])
