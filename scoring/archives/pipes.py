"""Lets one thread push what another one pulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Queue
from threading import Thread
from typing import Final

from scoring.archives.folders import Folder

# Chunks that may wait between the two; then whoever pushes has to.
HELD: Final = 16


class BrokenOff(Exception):
    """No more will come, and what came is not all."""


class Pipe:
    """`work` reads chunks in a thread of its own, from the moment that this is made.

    It may end early: what is pushed then goes nowhere, so that nobody waits for ever.
    """

    def __init__(self, work: Callable[[Iterator[bytes]], Folder]) -> None:
        self._queue: Queue[bytes | None | BrokenOff] = Queue(HELD)
        self._work = work
        self._made: Folder | None = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def push(self, chunk: bytes) -> None:
        self._queue.put(chunk)

    def result(self) -> Folder:
        """What `work` made, once it has seen all. Raises what it raised."""
        self._end(None)
        if self._error is not None:
            raise self._error
        assert self._made is not None
        return self._made

    def break_off(self) -> None:
        self._end(BrokenOff())

    def _end(self, how: BrokenOff | None) -> None:
        if self._thread.is_alive():
            self._queue.put(how)
            self._thread.join()

    def _run(self) -> None:
        chunks = self._chunks()
        try:
            self._made = self._work(chunks)
        except BaseException as error:
            self._error = error
        if not isinstance(self._error, BrokenOff):
            for _unread in chunks:
                pass

    def _chunks(self) -> Iterator[bytes]:
        ended = False
        while not ended:
            chunk = self._queue.get()
            if isinstance(chunk, BrokenOff):
                raise chunk
            ended = chunk is None
            if chunk:
                yield chunk
