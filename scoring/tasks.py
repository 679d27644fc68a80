"""Doorbells. What is due is known to the database, so a lost or doubled ring does no harm."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django import db
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from scoring import selectors
from scoring.services import connecting, refreshing, selectivity, tidying
from scoring.services.mass import partitions

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
    except SoftTimeLimitExceeded:
        why = _("The server answers too slowly to be read. We will try again in an hour.")
        refreshing.postpone(account_id, why=why, at=timezone.now())
    except (db.OperationalError, db.InterfaceError):
        raise  # The database went away, which is soon over: due again when the lease ends.
    except Exception:
        why = _("Something went wrong on our side. We will try again in an hour.")
        refreshing.postpone(account_id, why=why, at=timezone.now())
        raise


@shared_task(name="scoring.tidy")
def tidy() -> None:
    now = timezone.now()
    tidying.forget_old_readings(at=now)
    tidying.forget_what_may_not_be_kept(at=now)
    tidying.forget_old_signals(at=now)
    connecting.forget_unused(at=now)
    tidying.score_what_was_never_packed(at=now)
    partitions.keep_history(at=now)


@shared_task(name="scoring.count_busy_responders")
def count_busy_responders() -> None:
    selectivity.count_busy_responders()


def ring(account_id: int) -> None:
    """Asks for a refresh now. Without a broker it waits for beat's next round instead."""
    try:
        refresh_account.apply_async((account_id,), retry=False)
    except OperationalError:
        log.warning("No broker: account %s waits for the next round.", account_id)
