"""Doorbells for archives; like those for accounts, they may be lost or doubled."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from scoring import selectors
from scoring.services import archiving, importing

log = logging.getLogger(__name__)


@shared_task(name="scoring.import_due")
def import_due() -> None:
    for archive_id in selectors.due_archive_ids(at=timezone.now()):
        import_archive.apply_async((archive_id,), expires=settings.REFRESH_POLL_SECONDS * 4)
    archiving.forget_orphans(at=timezone.now())


@shared_task(name="scoring.import_archive")
def import_archive(archive_id: int) -> None:
    try:
        importing.import_archive(archive_id, at=timezone.now())
    except SoftTimeLimitExceeded:
        importing.go_on(archive_id, at=timezone.now())
        ring(archive_id)


def ring(archive_id: int) -> None:
    """Asks for an import now. Without a broker it waits for beat's next round instead."""
    try:
        import_archive.apply_async((archive_id,), retry=False)
    except OperationalError:
        log.warning("No broker: archive %s waits for the next round.", archive_id)
