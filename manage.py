#!/usr/bin/env python
from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klout_site.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        why = str(error).strip().splitlines()[0]
        sys.exit(f"The database can't be used: {why}\nStart `make run`, or set DATABASE_URL.")


if __name__ == "__main__":
    main()
