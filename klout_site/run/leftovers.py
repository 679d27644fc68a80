"""A server of ours that outlived its supervisor and the watcher, or only its pid file did."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import Final

import psutil

END_SECONDS: Final = 5.0


def end_leftover(pid_file: Path, *, mark: str) -> None:
    """Ends the process named in `pid_file` if `mark` stands in its command line, and the file.

    Servers believe a pid file as long as any process has that number, which after a restart of
    the machine may be anybody's. Call it only while holding the lock of the folder.
    """
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        _end(int(pid_file.read_text().split()[0]), mark)
    pid_file.unlink(missing_ok=True)


def _end(pid: int, mark: str) -> None:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if not any(mark in word for word in process.cmdline()):
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(END_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(END_SECONDS)
