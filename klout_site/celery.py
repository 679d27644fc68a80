from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klout_site.settings")
app = Celery("klout_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["scoring"], related_name="archive_tasks")


@app.on_after_configure.connect
def set_schedule(sender: Celery, **_: object) -> None:
    from klout_site.beat import SCHEDULE  # needs the settings, which need this module

    sender.conf.beat_schedule = SCHEDULE
