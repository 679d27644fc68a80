"""The browser that this machine has: Playwright brings none, and downloads none for us."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from functools import cache
from typing import Final

from klout_site import env

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Where macOS keeps programs that are not in PATH.
APPLICATIONS: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING: Final = (
    "No browser found, so the browser tests did not run. Debian: apt install chromium; "
    "Ubuntu: snap install chromium; macOS: brew install --cask chromium; "
    "or set CHROMIUM to the path of a Chromium or Chrome."
)
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@cache
def path() -> str | None:
    """CHROMIUM, else the first of the usual names. None without a browser."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in (*NAMES, *APPLICATIONS))
    return next((program for program in found if program), None)


def is_required() -> bool:
    return env.boolean("REQUIRE_BROWSER", False)


def arguments(servers: Mapping[str, int]) -> list[str]:
    """`servers`: names that lead to a port of this machine; no other name leads anywhere."""
    rules = [f"MAP {name}:443 127.0.0.1:{port}" for name, port in servers.items()]
    # Whatever else Chromium looks up by itself must not leave the machine.
    rules += ["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"]
    # Its sandbox refuses to run as root, which is what containers run tests as.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*QUIET, *as_root, f"--host-resolver-rules={','.join(rules)}"]
