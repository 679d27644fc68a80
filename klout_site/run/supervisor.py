"""Keeps children running, passes on what they say, and ends them in order. One thread, one loop."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

from klout_site.local import private_folder
from klout_site.run.children import QUICK_DEATHS, Child, Program
from klout_site.run.errors import CannotRun, Stopped
from klout_site.run.output import Log, Stream, Terminal
from klout_site.run.watcher import Watcher

TURN_SECONDS: Final = 0.05
HURRIED_SECONDS: Final = 0.5  # what is left to each stage after the second Ctrl-C
FIRST_START_DEATHS: Final = 3  # while starting: sooner a clear answer than patience
ECHO_SECONDS: Final = 0.3  # make passes on the signal that we got from the terminal as well
ENDING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    def __init__(self, folder: Path, *, holding: tuple[int, ...] = ()) -> None:
        self.terminal = Terminal()
        self.watcher = Watcher(holding)
        self.asked_to_end: list[int] = []  # the signals, in order
        self._asked_at = 0.0
        self.children: list[Child] = []
        self._logs = private_folder(folder / "logs")
        self._selector = selectors.DefaultSelector()
        self._starting = True
        for number in ENDING_SIGNALS:
            # `nohup make run &` means what it says. (SIGINT is ignored in any background job.)
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if time.monotonic() > self._asked_at + ECHO_SECONDS:
            self.asked_to_end.append(number)
        self._asked_at = time.monotonic()

    # --- starting ------------------------------------------------------------------------

    def start(self, program: Program) -> Child:
        """Starts it now, and again whenever it dies."""
        child = self._child(program)
        self.children.append(child)
        return child

    def run_to_end(self, program: Program) -> None:
        """Runs it once; CannotRun with its last line if it fails."""
        child = self._child(program)
        try:
            while not child.ended():
                self._turn()
                self._stop_if_asked()
            self._read(0)
        finally:
            child.kill()
        if child.exit != "exit code 0":
            raise CannotRun(f"{program.name} failed: {_why(child)}")

    def wait_until(self, ready: Callable[[], bool], *, child: Child, seconds: float) -> None:
        """CannotRun if any child dies again and again meanwhile, or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            self._turn()
            self._stop_if_asked()
            self._refuse_dying()
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"{child.program.name} did not get ready in {seconds:.0f} seconds: "
                    f"see {child.stream.log.path}"
                )

    def started(self) -> None:
        """From here on a child that can't start is reported and tried again, not the end."""
        self._refuse_dying()
        self._starting = False

    def _child(self, program: Program) -> Child:
        log = Log(self._logs, program.name)
        shown = self.terminal if program.shown else None
        child = Child(program, Stream(program.name, log, shown), self.watcher)
        self._launch(child)
        return child

    def _launch(self, child: Child) -> None:
        self._selector.register(child.start(), selectors.EVENT_READ, child.stream)

    def _refuse_dying(self) -> None:
        for child in self.children:
            if child.quick_deaths >= FIRST_START_DEATHS:
                raise CannotRun(f"{child.program.name} does not start: {_why(child)}")

    def _stop_if_asked(self) -> None:
        if self.asked_to_end:
            raise Stopped

    # --- running -------------------------------------------------------------------------

    def run_until(self, over: Callable[[], bool]) -> None:
        while not over():
            self._turn()

    def run_until_asked(self) -> None:
        self.run_until(lambda: bool(self.asked_to_end))

    def _turn(self) -> None:
        self._read(TURN_SECONDS)
        self.watcher.replace_if_dead()
        for child in self.children:
            if child.died():
                self._read(0)
                self._report(child)
            if child.process is None and time.monotonic() >= child.next_start:
                self._launch(child)

    def _read(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if not key.data.take(key.fd):
                self._selector.unregister(key.fd)
                os.close(key.fd)

    def _report(self, child: Child) -> None:
        if self._starting:
            return
        name, deaths = child.program.name, child.quick_deaths
        if deaths < QUICK_DEATHS:
            self.terminal.say(f"{name} ended ({child.exit}) and is started again.")
        else:
            pause = child.next_start - time.monotonic()
            self.terminal.say(f"{name} can't start; next try in {pause:.0f} s: {_why(child)}")
            if not child.program.shown:
                for line in child.stream.last_lines:
                    self.terminal.say(line, name)

    # --- ending --------------------------------------------------------------------------

    def stop(self) -> None:
        """Stage by stage, each with its time; nobody is left afterwards."""
        for stage in sorted({child.program.stage for child in self.children}):
            self._stop_stage([c for c in self.children if c.program.stage == stage])
        self._read(0)
        self.watcher.close()

    def _stop_stage(self, children: list[Child]) -> None:
        for child in children:
            child.ask_to_end()
        began, hurried = time.monotonic(), 0.0
        left = children
        while left := [child for child in left if not child.ended()]:
            self._read(TURN_SECONDS)
            now = time.monotonic()
            if len(self.asked_to_end) > 1:
                hurried = hurried or now
            for child in left:
                if now > began + child.program.stop_seconds or (
                    hurried and now > hurried + HURRIED_SECONDS
                ):
                    child.kill()


def _why(child: Child) -> str:
    said = child.stream.last_line() or child.exit
    return f"{said} (more in {child.stream.log.path})"
