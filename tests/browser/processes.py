"""Processes that end with the tests, also when those are killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from klout_site.run.watcher import Watcher

CHECKOUT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 180  # a patient bound; on a busy machine a start takes a minute
END_SECONDS: Final = 5


class Processes:
    """Each writes what it says to `<folder>/<name>.log`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watcher = Watcher()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def log_of(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(errors="replace")

    def run(self, name: str, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """To its end. Raises RuntimeError with what it said, if it fails."""
        self.start(name, argv, environment)
        if self._running.pop(name).wait(START_SECONDS):
            raise RuntimeError(f"{name} failed:\n{self.log_of(name)}")

    def start(
        self,
        name: str,
        argv: Sequence[str],
        environment: Mapping[str, str],
        where: Path = CHECKOUT,
    ) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            self._running[name] = self._watcher.spawn(
                argv,
                ends_by=signal.SIGTERM,
                env=dict(environment),
                cwd=where,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Raises RuntimeError with the logs if one ends, or if it takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            died = [name for name, one in self._running.items() if one.poll() is not None]
            if died or time.monotonic() > deadline:
                said = "\n".join(self.log_of(name) for name in died or self._running)
                raise RuntimeError(f"Not ready ({', '.join(died) or 'too slow'}):\n{said}")
            time.sleep(0.05)

    def stop(self) -> None:
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
            _signal(process, signal.SIGKILL)
            process.wait()
        self._watcher.close()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
