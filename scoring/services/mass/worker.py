"""A process that does one range of people after the other, on a connection of its own."""

from __future__ import annotations

import contextlib
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg2

from scoring.services.mass.computing import Job, Span
from scoring.services.mass.writing import prepare

# (connection, job or what has more than one, span) -> something that can be sent to the parent
Work = Callable[[Any, Any, Span], Any]
STATUS = Path("/proc/self/status")


def main(pipe: Connection, work: Work, job: Job, params: Mapping[str, Any]) -> None:
    """Until the parent closes the pipe, which is also what its death does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            connection = psycopg2.connect(**params)
            prepare(connection)
            while True:
                span = pipe.recv()
                pipe.send((work(connection, job, span), peak_memory()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception:
            pipe.send((None, traceback.format_exc()))
            while True:
                pipe.recv()  # what is left unread at the end takes the answer with it


def peak_memory() -> int:
    """Bytes that this process had in memory at most."""
    if STATUS.exists():
        said = STATUS.read_text()
        return int(said.partition("VmHWM:")[2].split(None, 1)[0]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
