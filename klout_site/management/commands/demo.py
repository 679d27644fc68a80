from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from klout_site.demo import LOGINS, fill, remove
from profiles.models import User


class Command(BaseCommand):
    help = "Fills the site with about 300 made-up people, or takes exactly these away again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--if-empty", action="store_true", help="only where the site has nobody yet"
        )
        what.add_argument("--remove", action="store_true", help="take the demo away")
        parser.add_argument(
            "--seed", type=int, default=1, help="another number makes other people (default: 1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is not for production: nothing was changed.")
        if options["remove"]:
            self._remove()
        elif not (options["if_empty"] and User.objects.exists()):
            self._fill(options["seed"])

    def _fill(self, seed: int) -> None:
        if there := User.objects.filter(is_demo=True).count():
            self.stdout.write(f"The demo is here already: {there} people. Nothing was changed.")
            return
        try:
            made = fill.fill(seed=seed, at=timezone.now())
        except fill.AddressTaken as taken:
            raise CommandError(f"{taken} Nothing was changed.") from None
        self.stdout.write(
            f"{made.people} made-up people with {made.days} days of scores, {made.perks} perks of"
            f" {made.brands} brands. Log in as:"
        )
        for who, email, password in LOGINS:
            self.stdout.write(f"  {who:<28} {email:<28} {password}")

    def _remove(self) -> None:
        removed = remove.remove()
        self.stdout.write(
            f"Took away {removed.people} demo people and {removed.perks} demo perks"
            f" (with {removed.claims_by_others} claims by people who are not of the demo)."
        )
