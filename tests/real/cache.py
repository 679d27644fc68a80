"""Where real servers are kept between runs: outside the checkout, by what they are made of."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final


class CannotInstall(Exception):
    """Says in one line what is missing."""


def folder() -> Path:
    """TEST_NETWORKS_CACHE, else a folder of ours among the person's caches. Made if needed.

    Raises CannotInstall for a path with a space: what builds Bluesky's database can't stand one.
    """
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "klout-test-networks"
    path = Path(os.environ.get("TEST_NETWORKS_CACHE", "").strip() or usual)
    if " " in str(path.absolute()):
        raise CannotInstall(f"Set TEST_NETWORKS_CACHE to a path without a space: {path} has one.")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def kept(name: str, recipe: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` filled, now or earlier, from this very recipe: all of it or none."""
    finished = folder() / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    if finished.exists():
        return finished
    with _alone():
        if not finished.exists():
            draft = folder() / f"{name}.new"
            shutil.rmtree(draft, ignore_errors=True)  # of a run that was ended
            draft.mkdir()
            make(draft)
            draft.rename(finished)
    return finished


@contextmanager
def _alone() -> Iterator[None]:
    """Two runs at once would install into each other."""
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


NOISE: Final = ("warning:", "W:", "npm warn", "npm notice")


def run(
    what: str,
    argv: Sequence[str],
    *,
    where: Path,
    also: Mapping[str, str] | None = None,
    seconds: int = 600,
) -> None:
    """Raises CannotInstall with the end of what it said, if it fails: `what` says what failed."""
    try:
        done = subprocess.run(
            argv,
            cwd=where,
            env={**os.environ, **(also or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except FileNotFoundError:
        raise CannotInstall(f"{what} needs {argv[0]}, which is not installed.") from None
    except subprocess.TimeoutExpired:
        raise CannotInstall(f"{what} took more than {seconds} seconds.") from None
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        reason = " | ".join(line for line in said[-12:] if not line.startswith(NOISE))
        raise CannotInstall(f"{what} failed: {reason}")
