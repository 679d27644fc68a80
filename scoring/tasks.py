"""Doorbells. What is due is known to the database, so a lost or doubled ring does no harm."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from scoring import selectors
from scoring.services import refreshing

log = logging.getLogger(__name__)
AT_ONCE = 500


@shared_task(name="scoring.refresh_due")
def refresh_due() -> None:
    for account_id in selectors.due_account_ids(at=timezone.now(), limit=AT_ONCE):
        # Unanswered for longer than this, and the next round has rung again.
        refresh_account.apply_async((account_id,), expires=settings.REFRESH_POLL_SECONDS * 4)


@shared_task(name="scoring.refresh_account")
def refresh_account(account_id: int) -> None:
    try:
        refreshing.refresh_account(account_id, at=timezone.now())
    except Exception:
        refreshing.postpone(account_id, at=timezone.now())
        raise


def ring(account_id: int) -> None:
    """Asks for a refresh now. Without a broker it waits for beat's next round instead."""
    try:
        refresh_account.apply_async((account_id,), retry=False)
    except OperationalError:
        log.warning("No broker: account %s waits for the next round.", account_id)
