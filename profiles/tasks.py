"""What follows from an announced formula, looked at every few minutes. Each may run again."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from profiles.services import mailing
from scoring.models import FormulaRelease
from scoring.selectors import releases
from scoring.services import releasing

# Below the time limit of a task: what is left comes with the next round.
SECONDS_TO_MAIL: Final = 150
SECONDS_TO_RESCORE: Final = 230


@shared_task(name="profiles.follow_formula")
def follow_formula() -> None:
    at = timezone.now()
    release = releases.side_by_side(at.date())
    if release is None:
        return
    if release.deltas.get("day") != f"{at:%Y-%m-%d}":
        releasing.note_deltas(release, at=at)
    if release.mailed_at is None:
        _mail(release, at)


@shared_task(name="profiles.bring_everybody_over")
def bring_everybody_over() -> None:
    """Once a formula has begun to count. Ended in the middle, the next round goes on there."""
    if releases.awaits_rescoring(timezone.now().date()) is None:
        return
    # A process of its own: it starts others, which a worker's may not.
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rescore", "--all"]
    subprocess.run(
        [*command, "--workers", "1", "--verbosity", "0"], check=True, timeout=SECONDS_TO_RESCORE
    )


def _mail(release: FormulaRelease, at: datetime) -> None:
    end = time.monotonic() + SECONDS_TO_MAIL
    while time.monotonic() < end:
        if not mailing.tell_of_formula(release, at=at):
            break
    if mailing.is_told(release):
        releasing.note_mailed(release, at=at)
