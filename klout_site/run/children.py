"""One child process: its start, its death, its next start."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from klout_site.run.output import Stream
from klout_site.run.watcher import Watcher

QUICK_SECONDS: Final = 5.0  # who dies sooner has not really started
QUICK_DEATHS: Final = 5
FIRST_PAUSE, LONGEST_PAUSE, SLOW_PAUSE = 0.1, 2.0, 20.0


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Program:
    """What to run and how it wants to be ended."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 3.0
    stage: int = 0  # ended in this order; within a stage together
    shown: bool = True  # its output on the terminal, not only in its log
    before: Callable[[], None] = _nothing  # at each start


class Child:
    def __init__(self, program: Program, stream: Stream, watcher: Watcher) -> None:
        self.program = program
        self.stream = stream
        self.quick_deaths = 0
        self.next_start = 0.0
        self.exit = ""  # how it ended last
        self.process: subprocess.Popen[bytes] | None = None
        self._watcher = watcher
        self._started = 0.0

    def start(self) -> int:
        """Returns the descriptor that its output comes from."""
        self.program.before()
        self.process = self._watcher.spawn(
            self.program.argv,
            ends_by=self.program.stop_signal,
            env=self.program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._started = time.monotonic()
        assert self.process.stdout is not None
        pipe = os.dup(self.process.stdout.fileno())  # it may outlive this process: grandchildren
        self.process.stdout.close()
        os.set_blocking(pipe, False)
        return pipe

    def died(self) -> bool:
        """True once for each death; what was left of its group is gone then."""
        if self.process is None or self.process.poll() is None:
            return False
        self._gone()
        quick = time.monotonic() - self._started < QUICK_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        self.next_start = time.monotonic() + self._pause()
        return True

    def _pause(self) -> float:
        if self.quick_deaths >= QUICK_DEATHS:
            return SLOW_PAUSE
        return float(min(FIRST_PAUSE * 2**self.quick_deaths, LONGEST_PAUSE))

    def ask_to_end(self) -> None:
        if self.process is not None:
            self._signal(self.program.stop_signal)

    def ended(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            self._gone()
        return self.process is None

    def kill(self) -> None:
        if self.process is not None:
            self._signal(signal.SIGKILL)
            self.process.wait()
            self._gone()

    def _gone(self) -> None:
        """A leader that died by force leaves its workers behind; a new one would meet them."""
        assert self.process is not None
        self._signal(signal.SIGKILL)
        self._watcher.forget(self.process.pid)
        self.exit = describe_exit(self.process.returncode)
        self.process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {-code}, {signal.Signals(-code).name}"
    return f"signal {-code}"
