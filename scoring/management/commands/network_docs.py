"""python manage.py network_docs > docs/networks.md"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from scoring.networks import NETWORKS
from scoring.networks.document import document


class Command(BaseCommand):
    help = "Prints docs/networks.md, made from what the networks declare."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(document(NETWORKS.values()), ending="")
