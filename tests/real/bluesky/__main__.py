"""A Bluesky of one's own until Ctrl+C, for trying things out by hand.

`.venv/bin/python -m klout_site.run --throwaway -- .venv/bin/python -m tests.real.bluesky`
"""

from __future__ import annotations

import contextlib
import signal
import tempfile
from pathlib import Path
from typing import Final

from tests.real.bluesky import network, scene
from tests.real.bluesky.people import PASSWORD

PORTS: Final = (2582, 2583, 2584)


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="bluesky-") as folder,
        network.running(Path(folder), ports=PORTS) as bluesky,
    ):
        someone = scene.set_up(bluesky)
        names = ", ".join(one.handle for one in (someone.alice, *someone.fans))
        print(f"Up: {names}; password {PASSWORD}. To use it, start the site with:")
        for name, value in bluesky.environment.items():
            print(f"  {name}={value}")
        print(f"  LOOPBACK_SERVERS={','.join(sorted(bluesky.servers))}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main()
