"""A running Bluesky on the loopback: directory, a server with accounts, an AppView."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from klout_site.run import valkey
from tests.browser.processes import Processes
from tests.browser.site import own_database
from tests.mock_mastodon import free_port
from tests.real.bluesky import installed
from tests.real.bluesky.installed import HERE


@dataclass(frozen=True)
class Bluesky:
    """Addresses as its servers know each other: plain http, of the name localhost."""

    plc: str
    pds: str
    appview: str

    @property
    def environment(self) -> dict[str, str]:
        """What tells our site, outside production, that this is the Bluesky there is."""
        return {"BLUESKY_PLC": self.plc, "BLUESKY_APPVIEW": self.appview}

    @property
    def servers(self) -> frozenset[str]:
        """For LOOPBACK_SERVERS."""
        return frozenset(url.partition("://")[2] for url in (self.plc, self.pds, self.appview))


@contextmanager
def running(
    folder: Path,
    *,
    ports: tuple[int, int, int] | None = None,
    also: dict[str, str] | None = None,
) -> Iterator[Bluesky]:
    """Starts it in `folder` and ends it with the block. `ports`: of plc, pds and appview.

    `also` goes into its environment: NAMES_HERE (names of this machine, besides localhost) and
    NODE_EXTRA_CA_CERTS.
    """
    plc, pds, appview = ports or (free_port(), free_port(), free_port())
    network = Bluesky(*(f"http://localhost:{port}" for port in (plc, pds, appview)))
    home, redis = installed.bluesky(), free_port()
    _lay_out(folder, home)
    processes = Processes(folder)
    with own_database("klout_bluesky") as database_url:
        try:
            processes.start("redis", _redis(folder, redis), dict(os.environ))
            environment = {
                "PATH": installed.path_with_node(home),
                "TMPDIR": str(folder / "tmp"),
                "NODE_NO_WARNINGS": "1",
                "LOG_ENABLED": "false",
                "DB_POSTGRES_URL": database_url,
                "DB_POSTGRES_SCHEMA": "dev",
                "REDIS_HOST": f"127.0.0.1:{redis}",
                "PLC_PORT": str(plc),
                "PDS_PORT": str(pds),
                "APPVIEW_PORT": str(appview),
                "OZONE_PORT": str(free_port()),
                **(also or {}),
            }
            argv = [str(installed.node(home)), "-r", "./loopback.cjs", "start.mjs"]
            processes.start("bluesky", argv, environment, where=folder)
            processes.wait_until(lambda: processes.log_of("bluesky").startswith("up "))
            yield network
        finally:
            processes.stop()


def _lay_out(folder: Path, home: Path) -> None:
    """The two scripts of ours beside what is installed, which Node finds through the link."""
    (folder / "tmp").mkdir()
    (folder / "node_modules").symlink_to(home / "node_modules")
    for script in ("loopback.cjs", "start.mjs"):
        shutil.copy(HERE / script, folder)


def _redis(folder: Path, port: int) -> list[str]:
    options = {"port": str(port), "bind": "127.0.0.1", "save": "", "dir": str(folder)}
    return [str(valkey.binary()), *(word for k, v in options.items() for word in (f"--{k}", v))]
