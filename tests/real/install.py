"""Fetches and builds what tests/real needs, unless it is there: `make test-networks` comes here.

In the cache folder, not in the checkout, and kept by exact versions (tests/real/cache.py).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.real import cache
from tests.real.bluesky.installed import bluesky
from tests.real.cache import CannotInstall
from tests.real.snac.installed import snac

SERVERS: Final[dict[str, Callable[[], Path]]] = {"snac": snac, "Bluesky": bluesky}


def main() -> int:
    try:
        print(f"Real servers for the tests, kept in {cache.folder()}:", flush=True)
        for name, install in SERVERS.items():
            start = time.monotonic()
            install()
            print(f"  {name} is there ({time.monotonic() - start:.0f} s)", flush=True)
    except CannotInstall as error:
        print(f"  {error}\nThe tests against real networks did not run.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
