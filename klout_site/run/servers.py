"""PostgreSQL and Valkey: embedded, or those that DATABASE_URL and REDIS_URL name."""

from __future__ import annotations

import os
from typing import Final

from klout_site.run import checks, postgres, valkey
from klout_site.run.supervisor import Supervisor

READY_SECONDS: Final = 60  # recovery after a crash takes a while


def given(name: str) -> str:
    return os.environ.get(name, "").strip()


def all_embedded() -> bool:
    return not given("DATABASE_URL") and not given("REDIS_URL")


def check_given() -> None:
    if url := given("DATABASE_URL"):
        checks.database_answers(url)
    if url := given("REDIS_URL"):
        checks.redis_answers(url)


def start(supervisor: Supervisor, *, throwaway: bool = False) -> None:
    """Those that are not given; returns once they answer."""
    waiting = []
    if not given("REDIS_URL"):
        waiting.append((supervisor.start(valkey.program(throwaway=throwaway)), valkey.answers))
    if not given("DATABASE_URL"):
        postgres.initialise(supervisor, throwaway=throwaway)
        child = supervisor.start(postgres.program(throwaway=throwaway))
        waiting.append((child, postgres.answers))
    for child, ready in waiting:
        supervisor.wait_until(ready, child=child, seconds=READY_SECONDS)
    if not given("DATABASE_URL"):
        postgres.create_database()
