"""One supervisor for each state folder."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Final

import psutil

from klout_site.run.errors import CannotRun

NAME: Final = "lock"
# So long the watcher of a supervisor that was killed may still be ending its children.
LEFTOVER_SECONDS: Final = 8.0


def hold(folder: Path) -> int:
    """A descriptor to keep open: the lock is ours until it, and each copy of it, is closed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while not _take(lock):
        owner = int(os.pread(lock, 20, 0) or b"0")
        if _alive(owner) or time.monotonic() > deadline:
            os.close(lock)
            raise CannotRun(f"It runs already (process {owner}), with its state in {folder}.")
        time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
