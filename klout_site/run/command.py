"""A command at the person's terminal that runs as long as the servers around it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from klout_site.run.errors import CannotRun
from klout_site.run.supervisor import Supervisor
from klout_site.run.watcher import ALONE


def run(supervisor: Supervisor, argv: Sequence[str], environment: Mapping[str, str]) -> int:
    """Returns its exit code. A Ctrl-C reaches it from the terminal; other signals we pass on."""
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    program = shutil.which(argv[0], path=path)
    if program is None:
        raise CannotRun(f"There is no command {argv[0]!r}.")
    process = supervisor.watcher.spawn(
        [program, *argv[1:]],
        ends_by=signal.SIGTERM,
        kind=ALONE,
        env={**environment, "PATH": path},
    )
    passed = 0

    def over() -> bool:
        nonlocal passed
        for number in supervisor.asked_to_end[passed:]:
            passed += 1
            if number != signal.SIGINT:
                process.send_signal(number)
        return process.poll() is not None

    supervisor.run_until(over)
    supervisor.watcher.forget(process.pid)
    supervisor.asked_to_end.clear()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode
