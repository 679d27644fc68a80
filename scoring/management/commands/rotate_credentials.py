from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoring.services.rotating import rotate_all


class Command(BaseCommand):
    help = "Encrypts everything that is kept secret with the first of CREDENTIAL_KEYS."

    def handle(self, *args: Any, **options: Any) -> str:
        counted = rotate_all()
        said = (
            f"{counted.resealed} encrypted anew, {counted.newest} were under the newest key"
            f" already, {counted.unreadable} can't be read with any key of CREDENTIAL_KEYS."
        )
        if counted.unreadable:
            raise CommandError(f"{said} Their owners have to reconnect.")
        return said
