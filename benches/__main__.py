"""`make bench`: everything, or what begins with the names given, in a database of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import django

from benches.harness import Result, chosen, measure, table, write

RESULTS: Final = Path(__file__).with_name("results.json")


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benches.settings"
    django.setup()
    from benches.registry import BENCHES  # needs Django

    names = chosen(BENCHES, sys.argv[1:])
    if not names:
        print(f"Nothing of that name: there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    with own_database():
        results: list[Result] = [measure(BENCHES[name]()) for name in names]
    write(RESULTS, results)
    print(table(results))
    return 0


@contextmanager
def own_database() -> Iterator[None]:
    """Made and dropped again: DATABASE_URL may name one that people use."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
