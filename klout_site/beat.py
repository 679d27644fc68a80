"""What happens by the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent
from django.conf import settings
from django.core.cache import cache

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    # Asks the database which accounts are due and rings for each; runs often, costs one query.
    "refresh what is due": {
        "task": "scoring.refresh_due",
        "schedule": settings.REFRESH_POLL_SECONDS,
        # A doorbell that nobody answered in time is worth nothing: the next one rings anyway.
        "options": {"expires": max(settings.REFRESH_POLL_SECONDS, 10)},
    },
    # Archives that people brought and no worker has read yet; what uploads left lying goes.
    "import archives": {
        "task": "scoring.import_due",
        "schedule": settings.REFRESH_POLL_SECONDS,
        "options": {"expires": max(settings.REFRESH_POLL_SECONDS, 10)},
    },
    # Readings and registrations that have had their time.
    "tidy up": {
        "task": "scoring.tidy",
        "schedule": 24 * 3600.0,
    },
    # E-mails about an announced formula, and by how much it moves people; most of the time nothing.
    "follow the formula": {
        "task": "profiles.follow_formula",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # Whose responses count less, because they respond to everything.
    "count busy responders": {
        "task": "scoring.count_busy_responders",
        "schedule": 24 * 3600.0,
    },
    # Everybody's score by a formula that has begun to count; else one query.
    "bring everybody over": {
        "task": "profiles.bring_everybody_over",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Sessions and e-mail confirmations that are over.
    "clear expired sessions": {
        "task": "klout_site.clear_sessions",
        "schedule": 24 * 3600.0,
    },
}
ALIVE_SECONDS: Final = 30


class Scheduler(PersistentScheduler):
    """Celery's own, which leaves a sign of life for /healthz at every tick."""

    def setup_schedule(self) -> None:
        Path(self.schedule_filename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().setup_schedule()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        cache.set("alive:beat", 1, timeout=ALIVE_SECONDS)
        return super().tick(*args, **kwargs)


@heartbeat_sent.connect
def worker_is_alive(**_: Any) -> None:
    cache.set("alive:worker", 1, timeout=ALIVE_SECONDS)
