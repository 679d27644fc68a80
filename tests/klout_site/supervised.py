"""Runs shell commands, NAME=COMMAND each, under a real supervisor. Each says "here" once it is.

Their stages are the order they come in. Says "ready" when all are.
"""

from __future__ import annotations

import sys

from klout_site import local
from klout_site.run.__main__ import supervised
from klout_site.run.children import Program
from klout_site.run.errors import CannotRun


def main() -> int:
    try:
        with supervised(local.folder()) as supervisor:
            for stage, argument in enumerate(sys.argv[1:]):
                name, command = argument.split("=", 1)
                argv = ["sh", "-c", command]
                child = supervisor.start(Program(name, argv, stage=stage, stop_seconds=0.5))
                said = child.stream.last_lines
                supervisor.wait_until(lambda said=said: "here" in said, child=child, seconds=20)
            supervisor.started()
            supervisor.terminal.say("ready")
            supervisor.run_until_asked()
    except CannotRun as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
