from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task(name="klout_site.clear_sessions")
def clear_sessions() -> None:
    call_command("clearsessions")
