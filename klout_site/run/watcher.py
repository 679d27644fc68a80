"""Outlives the supervisor, even its kill -9, and ends what the supervisor had started.

The supervisor holds the writing end of a pipe, a process of its own (this file, run as a script)
the reading end. Children enter themselves before they turn into their program, so none is
missed; when the pipe breaks, whoever is still entered gets the signal that it ends by, and after
a while the one that nobody survives. Works wherever there are pipes: no prctl, no cgroups.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

GRACE_SECONDS: Final = 2.5
GROUP, ALONE, FOLDER = "group", "alone", "folder"


class Watcher:
    """The supervisor's end. `holding` stays open until all is gone (the lock of the folder)."""

    def __init__(self, holding: tuple[int, ...] = ()) -> None:
        self._holding = holding
        self._entries: dict[str, str] = {}
        self._process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        here = Path(__file__)
        return subprocess.Popen(
            # A relative name: `pkill -f klout_site.run` means the supervisor and must miss us.
            [sys.executable, "-I", "-S", here.name],
            cwd=here.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            pass_fds=self._holding,
        )

    def spawn(
        self, argv: Sequence[str], *, ends_by: signal.Signals, kind: str = GROUP, **popen: Any
    ) -> subprocess.Popen[bytes]:
        """Popen, entered: GROUP in a session of its own, ALONE in ours, at the terminal."""
        self.replace_if_dead()
        pipe, end = self._pipe(), int(ends_by)
        process = subprocess.Popen(
            argv,
            preexec_fn=lambda: _enter(pipe, kind, end),
            start_new_session=kind == GROUP,
            **popen,
        )
        # Kept on our side too, for a watcher that has to be replaced.
        self._entries[str(process.pid)] = f"{kind} {process.pid} {end}"
        return process

    def remove_folder_at_the_end(self, folder: Path) -> None:
        self._entries[FOLDER] = f"{FOLDER} {folder}"
        self._write(self._entries[FOLDER])

    def forget(self, key: int | str) -> None:
        self._entries.pop(str(key), None)
        self._write(f"forget {key}")

    def replace_if_dead(self) -> None:
        if self._process.poll() is None:
            return
        self.close()
        self._process = self._spawn()
        for entry in self._entries.values():
            self._write(entry)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _pipe(self) -> int:
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    def _write(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # replaced at the next turn of the loop
            os.write(self._pipe(), f"{line}\n".encode())


def _enter(pipe: int, kind: str, ends_by: int) -> None:
    os.write(pipe, f"{kind} {os.getpid()} {ends_by}\n".encode())


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.chdir("/")
    entries: dict[str, list[str]] = {}
    for line in sys.stdin.buffer:
        _take(entries, os.fsdecode(line).rstrip("\n"))
    _end_all([entry for key, entry in entries.items() if key != FOLDER])
    if FOLDER in entries:
        shutil.rmtree(entries[FOLDER][1], ignore_errors=True)


def _take(entries: dict[str, list[str]], line: str) -> None:
    kind, rest = line.split(" ", 1)
    if kind == "forget":
        entries.pop(rest, None)
    elif kind == FOLDER:
        entries[FOLDER] = [kind, rest]
    else:
        pid, ends_by = rest.split(" ")
        entries[pid] = [kind, pid, ends_by]


def _end_all(entries: list[list[str]]) -> None:
    for entry in entries:
        _send(entry, int(entry[2]))
    deadline = time.monotonic() + GRACE_SECONDS
    while any(_lives(pid) for _, pid, _ in entries) and time.monotonic() < deadline:
        time.sleep(0.05)
    for entry in entries:  # also those whose leader went and left its workers behind
        _send(entry, signal.SIGKILL)


def _send(entry: list[str], number: int) -> None:
    kind, pid, _ = entry
    with contextlib.suppress(OSError):
        (os.killpg if kind == GROUP else os.kill)(int(pid), number)


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
        # Dead and not yet collected by whoever adopted it: in containers that may take for ever.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:  # no /proc on macOS
        return True


if __name__ == "__main__":
    main()
