"""Everything sealed, sealed anew with the newest key. May die anywhere and run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models, transaction

from scoring import vault
from scoring.models import Credential, ServerApp

BATCH: Final = 100
SEALED: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Credential: ("sealed_token", "sealed_refresh", "sealed_extra"),
    ServerApp: ("sealed_secret",),
}


@dataclass(slots=True)
class Rotated:
    """Values, not rows: a credential has up to three."""

    resealed: int = 0
    newest: int = 0
    unreadable: int = 0


def rotate_all() -> Rotated:
    """In batches, each a transaction with the locks of its rows: refreshes wait or are seen."""
    counted = Rotated()
    for model, columns in SEALED.items():
        last: int | None = 0
        while last is not None:
            last = _rotate_batch(model, columns, after=last, counted=counted)
    return counted


def _rotate_batch(
    model: type[models.Model], columns: tuple[str, ...], *, after: int, counted: Rotated
) -> int | None:
    """The last row's key; None where there was nothing left."""
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__gt=after).order_by("pk")
        batch = list(rows[:BATCH])
        for row in batch:
            changed = [column for column in columns if _rotate(row, column, counted)]
            if changed:
                row.save(update_fields=changed)
    return batch[-1].pk if batch else None


def _rotate(row: models.Model, column: str, counted: Rotated) -> bool:
    sealed = getattr(row, column)
    if sealed is None:
        return False
    try:
        new = vault.resealed(sealed)
    except vault.Unreadable:
        counted.unreadable += 1
        return False
    if new is None:
        counted.newest += 1
        return False
    counted.resealed += 1
    setattr(row, column, new)
    return True
