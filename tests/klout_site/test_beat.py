from __future__ import annotations

from celery import current_app

from klout_site.beat import SCHEDULE, Scheduler


def test_beat_makes_the_folder_of_its_notes(tmp_path):
    notes = tmp_path / "not" / "there" / "beat-schedule"
    scheduler = Scheduler(current_app, schedule_filename=str(notes))
    scheduler.close()
    assert notes.parent.is_dir()


def test_every_scheduled_task_exists():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(current_app.tasks)
