"""What children say: kept in a file of bounded size, and shown with their name before it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from pathlib import Path
from typing import Final

LOG_BYTES: Final = 5_000_000
LAST_LINES: Final = 12


class Terminal:
    """The person's terminal; when it goes away, we go on without."""

    def say(self, line: str, who: str = "klout") -> None:
        with contextlib.suppress(OSError, ValueError):
            print(f"{who:<8}| {line}" if who else line, flush=True)


class Log:
    """`<name>.log`; what it held before, and what would make it too long, is `<name>.log.1`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.log"
        self._previous = folder / f"{name}.log.1"
        self._open()

    def write(self, data: bytes) -> None:
        if self._size + len(data) > LOG_BYTES:
            self.close()
            self._open()
        with contextlib.suppress(OSError):  # a full disk: the site goes on, its log does not
            self._size += self._file.write(data)

    def close(self) -> None:
        self._file.close()

    def _open(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.path.replace(self._previous)
        self._file = self.path.open("wb", buffering=0)
        self._size = 0


class Stream:
    """One child's stdout and stderr, over all its restarts."""

    def __init__(self, name: str, log: Log, terminal: Terminal | None) -> None:
        self.name = name
        self.log = log
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._terminal = terminal
        self._rest = b""

    def take(self, pipe: int) -> bool:
        """Reads what is there; False once nobody holds the other end."""
        try:
            data = os.read(pipe, 65536)
        except BlockingIOError:
            return True
        self.log.write(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines, self._rest = [self._rest], b""
        for line in lines:
            self._line(line.decode(errors="replace").rstrip())
        return bool(data)

    def last_line(self) -> str:
        """The last line with a message in it, which for a traceback is the error."""
        return next((line.strip() for line in reversed(self.last_lines) if line.strip()), "")

    def _line(self, line: str) -> None:
        self.last_lines.append(line)
        if self._terminal:
            self._terminal.say(line, self.name)


def complain(message: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(message, file=sys.stderr, flush=True)
