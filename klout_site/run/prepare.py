"""Brings the database up to date, and fills it for the demo at the first start.

One process for what would be several `manage.py` commands: each would load the site again.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import CommandError, call_command


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klout_site.settings")
    django.setup()
    from django.conf import settings

    try:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO:
            call_command("demo", if_empty=True)
    except CommandError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
