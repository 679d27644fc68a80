"""Hands ranges of people to worker processes, so that one reads while another computes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection as pipes
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

from django.db import connection

from scoring.services.mass.computing import Job, Span
from scoring.services.mass.worker import Work, main

# People a range: one transaction. Of ids: where people left, fewer.
PEOPLE_AT_ONCE: Final = 16_000
STOP_SECONDS: Final = 60
# Each takes about 150 MB, and the database has as much to do as they have.
WORKERS: Final = min(4, os.cpu_count() or 1)


class WorkerFailed(Exception):
    """With the traceback of the process."""


@dataclass(frozen=True, slots=True)
class Done:
    """A range. `peak`: bytes of memory of all workers so far, each at its largest."""

    span: Span
    result: Any
    peak: int


def each_span(work: Work, job: Job, spans: Iterator[Span], *, workers: int) -> Iterator[Done]:
    """In the order of the ranges, whoever was faster."""
    with _started(work, job, workers) as idle:
        busy: dict[Connection, Span] = {}
        order: list[Span] = []
        finished: dict[Span, Any] = {}
        peaks: dict[Connection, int] = {}
        while True:
            while idle and (span := next(spans, None)) is not None:
                pipe = idle.pop()
                with suppress(BrokenPipeError):  # why it ended can still be read
                    pipe.send(span)
                busy[pipe] = span
                order.append(span)
            if not busy:
                return
            for pipe in _that_answer(busy):
                result, peaks[pipe] = _answer(pipe)
                finished[busy.pop(pipe)] = result
                idle.append(pipe)
            while order and order[0] in finished:
                yield Done(order[0], finished.pop(order.pop(0)), sum(peaks.values()))


def _that_answer(busy: Iterable[Connection]) -> list[Connection]:
    ready = pipes.wait(list(busy))
    return [pipe for pipe in busy if pipe in ready]


def _answer(pipe: Any) -> tuple[Any, int]:
    try:
        result, said = pipe.recv()
    except (EOFError, ConnectionResetError):
        raise WorkerFailed("A worker process was ended from outside.") from None
    if isinstance(said, str):
        raise WorkerFailed(said)
    return result, said


@contextmanager
def _started(work: Work, job: Job, workers: int) -> Iterator[list[Connection]]:
    # Not forked: a copy of this process would share its connection to the database.
    context = get_context("spawn")
    params = connection.get_connection_params()
    running: list[tuple[BaseProcess, Connection]] = []
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            args = (theirs, work, job, params)
            process: BaseProcess = context.Process(target=main, args=args, daemon=True)
            process.start()
            theirs.close()
            running.append((process, ours))
        yield [pipe for _process, pipe in running]
    finally:
        for _process, pipe in running:
            pipe.close()
        for worker, _pipe in running:
            worker.join(STOP_SECONDS)
            if worker.is_alive():
                worker.terminate()


def spans_of(
    ends: str, values: Mapping[str, Any], *, start: int = 0
) -> tuple[Iterator[Span], Callable[[int], float]]:
    """Ranges that hold somebody, from id `start` on, and how far along all of them an id lies (0
    to 1). `ends`: SQL for the first and the last id that is at least %(start)s, or NULL."""
    first, last = _row(ends, {**values, "start": 0})

    def each() -> Iterator[Span]:
        low = _row(ends, {**values, "start": start})[0]
        while low is not None:
            yield Span(low, low + PEOPLE_AT_ONCE)
            low = _row(ends, {**values, "start": low + PEOPLE_AT_ONCE})[0]

    def share(reached: int) -> float:
        return min(1.0, (reached - first) / (last + 1 - first)) if first is not None else 1.0

    return each(), share


def _row(query: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return tuple(cursor.fetchone())
