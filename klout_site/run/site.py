"""The site itself: what has to happen before it can start, and the processes it consists of."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.conf import settings

from klout_site.env import boolean
from klout_site.run import checks, servers
from klout_site.run.children import Program
from klout_site.run.supervisor import Supervisor

READY_SECONDS: Final = 60
PYTHON: Final = sys.executable


@dataclass(frozen=True)
class Plan:
    """What was asked for, read from the environment and found to be possible."""

    host: str
    port: int
    demo: bool
    demo_port: int

    @property
    def address(self) -> str:
        return f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}/"

    def environment(self) -> dict[str, str]:
        ours = {
            "PYTHONUNBUFFERED": "1",
            "PORT": str(self.port),
            "DEMO": str(self.demo).lower(),
            # As root celery warns at each start, at length, of what only pickle makes dangerous.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        if self.demo:
            # One name only: under two, one account there could be linked twice.
            servers_allowed = f"localhost:{self.demo_port}"
            ours["DEMO_SERVER_PORT"] = str(self.demo_port)
            ours["LOOPBACK_SERVERS"] = os.environ.get("LOOPBACK_SERVERS") or servers_allowed
        return {**os.environ, **ours}


def plan() -> Plan:
    """Raises CannotRun for what can't work, ImproperlyConfigured for what settings refuse."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klout_site.settings")
    _ = settings.DATABASES  # loads them
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    port = checks.port("PORT", 8000)
    demo_port = checks.port("DEMO_SERVER_PORT", 8383)
    demo = boolean("DEMO", servers.all_embedded() and not boolean("PRODUCTION", False))
    checks.port_is_free(host, port, name="PORT")
    if demo:
        checks.port_is_free("127.0.0.1", demo_port, name="DEMO_SERVER_PORT")
    return Plan(host, port, demo, demo_port)


def start(supervisor: Supervisor, plan: Plan) -> None:
    """Returns once the site answers and all its parts are there."""
    environment = plan.environment()
    prepare = [PYTHON, "-m", "klout_site.run.prepare"]
    supervisor.run_to_end(Program("prepare", prepare, environment, shown=False))
    # First the web server alone: the others would only take the processors from it.
    web = supervisor.start(_web(plan, environment))
    supervisor.wait_until(lambda: health(plan) is not None, child=web, seconds=READY_SECONDS)
    worker = supervisor.start(_celery("worker", environment, "--concurrency=2", "--without-gossip"))
    supervisor.start(_celery("beat", environment))
    if plan.demo:
        supervisor.start(_demo_server(environment))
    supervisor.wait_until(lambda: is_whole(plan), child=worker, seconds=READY_SECONDS)


def _web(plan: Plan, environment: dict[str, str]) -> Program:
    return Program(
        "web",
        [
            *(PYTHON, "-m", "granian", "klout_site.wsgi:application", "--interface=wsgi"),
            *(f"--host={plan.host}", f"--port={plan.port}"),
            # A second thread, so that an archive that comes in slowly holds up nobody else's
            # pages (ARCHIVES_AT_ONCE).
            *("--workers=2", "--blocking-threads=2", "--respawn-failed-workers"),
            *("--log-level=warning", "--workers-kill-timeout=3"),
        ],
        environment,
        stop_seconds=4.0,
    )


def _celery(kind: str, environment: dict[str, str], *options: str) -> Program:
    command = [PYTHON, "-m", "celery", "--quiet", "-A", "klout_site", kind]
    # A warm end of the worker: tasks in hand may finish; what is cut off is due again anyway.
    return Program(kind, [*command, "--loglevel=WARNING", *options], environment, stop_seconds=5.0)


def _demo_server(environment: dict[str, str]) -> Program:
    # Ends after the worker, which may be reading from it.
    command = [PYTHON, "-m", "klout_site.demo.server"]
    return Program("mastodon", command, environment, stop_seconds=1.0, stage=1)


def health(plan: Plan) -> dict[str, str] | None:
    """What /healthz says of each part, {} if that is for others only; None without an answer."""
    connection = http.client.HTTPConnection(plan.host, plan.port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            return None
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:  # a slow start asks often
        return None
    with contextlib.suppress(ValueError):
        return dict(json.loads(said))
    return {}


def is_whole(plan: Plan) -> bool:
    """Every part that may be asked about is there."""
    found = health(plan)
    return found is not None and all(state == "ok" for state in found.values())


def greeting(plan: Plan, began: float) -> list[str]:
    """What the person at the terminal wants to know now."""
    lines = ["", f"  Ready at {plan.address} (after {time.monotonic() - began:.1f} s)"]
    if plan.demo:
        from klout_site.demo import LOGINS

        lines += ["", "  Log in to the demo as"]
        lines += [f"    {who:<28} {email:<28} {password}" for who, email, password in LOGINS]
    return [*lines, "", "  E-mails of the site show up here. Ctrl-C ends everything.", ""]
