"""The PostgreSQL and Redis that the tests may fill and empty as they like."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

WITHOUT_XDIST = 15  # Redis has 16 databases; the first, which people use, stays untouched


def require() -> None:
    """Without servers of their own, tests would meet the data of `make run`."""
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        pytest.exit(
            'Run `make test`, with ARGS="..." for pytest: it starts PostgreSQL and Redis. '
            "Or set DATABASE_URL and REDIS_URL to servers for tests.",
            returncode=1,
        )


def use_own_redis_database(worker: str) -> None:
    """Points REDIS_URL to a database that no other worker uses ("" without xdist)."""
    url = os.environ.get("REDIS_URL")
    if url:
        number = 1 + int(worker.removeprefix("gw")) if worker else WITHOUT_XDIST
        os.environ["REDIS_URL"] = with_database(url, number)


def with_database(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "db"]
    path = parts.path if parts.scheme == "unix" else ""
    # Not urlunsplit: it drops the empty host of unix:///path.
    return f"{parts.scheme}://{parts.netloc}{path}?{urlencode([*query, ('db', number)])}"
