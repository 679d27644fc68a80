"""`make run` and its relatives: python -m klout_site.run --help."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from klout_site import local
from klout_site.run import command, lock, reset, servers, site
from klout_site.run.errors import CannotRun, Stopped
from klout_site.run.output import complain
from klout_site.run.supervisor import Supervisor

INTERRUPTED: Final = 128 + signal.SIGINT


def main() -> int:
    options = _parser().parse_args()
    try:
        if options.reset:
            return reset.reset()
        if options.servers or options.throwaway or options.command:
            return run_servers(options.command, throwaway=options.throwaway)
        return run_site()
    except (CannotRun, local.LocalError, ImproperlyConfigured) as error:
        complain(f"{error}")
        return 1
    except (Stopped, KeyboardInterrupt):
        return INTERRUPTED if options.command else 0


def run_site() -> int:
    began = time.monotonic()
    with supervised(local.folder()) as supervisor:
        plan = site.plan()
        servers.check_given()
        servers.start(supervisor)
        site.start(supervisor, plan)
        supervisor.started()
        for line in site.greeting(plan, began):
            supervisor.terminal.say(line, "")
        supervisor.run_until_asked()
    return 0


def run_servers(argv: list[str], *, throwaway: bool) -> int:
    """Only PostgreSQL and Valkey: as long as `argv` runs (its exit code), or until Ctrl-C."""
    with _folder(throwaway) as folder, supervised(folder) as supervisor:
        if throwaway:
            supervisor.watcher.remove_folder_at_the_end(folder)
        servers.check_given()
        servers.start(supervisor, throwaway=throwaway)
        supervisor.started()
        urls = {
            "DATABASE_URL": servers.given("DATABASE_URL") or local.database_url(),
            "REDIS_URL": servers.given("REDIS_URL") or local.redis_url(),
        }
        if argv:
            return command.run(supervisor, argv, {**os.environ, **urls})
        for name in urls:
            if not servers.given(name):
                supervisor.terminal.say(f"export {name}='{urls[name]}'", "")
        supervisor.run_until_asked()
    return 0


@contextlib.contextmanager
def supervised(folder: Path) -> Iterator[Supervisor]:
    """The one supervisor of `folder`; whatever happens inside, it ends all that it started."""
    held = lock.hold(folder)
    supervisor = Supervisor(folder, holding=(held,))
    try:
        yield supervisor
    finally:
        supervisor.stop()
        os.close(held)


@contextlib.contextmanager
def _folder(throwaway: bool) -> Iterator[Path]:
    if not throwaway:
        yield local.folder()
        return
    # Removed by the watcher: it is there after a kill -9 too.
    folder = Path(tempfile.mkdtemp(prefix="klout-"))
    os.environ["LOCAL_DIR"] = str(folder)
    yield folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m klout_site.run", description="Runs the site and all that it needs."
    )
    parser.add_argument("--servers", action="store_true", help="only PostgreSQL and Valkey")
    parser.add_argument(
        "--throwaway", action="store_true", help="only these, quick, and gone afterwards"
    )
    parser.add_argument("--reset", action="store_true", help="delete the local state, after asking")
    parser.add_argument("command", nargs="*", help="what to run with the servers, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
