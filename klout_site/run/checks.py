"""What can be known to be in the way before anything is started. One line each, no passwords."""

from __future__ import annotations

import os
import re
import socket
from typing import Final
from urllib.parse import unquote, urlsplit

import dj_database_url
import psycopg2
import redis

from klout_site.run.errors import CannotRun

SECONDS: Final = 5
REASONS: Final = {
    "password": "it refuses the user or the password",
    "authentication": "it refuses the user or the password",
    "does not exist": "it has no such database or user",
    "refused": "nothing listens there",
    "no such file": "nothing listens there",
    "timeout": f"no answer within {SECONDS} seconds",
    "timed out": f"no answer within {SECONDS} seconds",
    "translate host": "no server has that name",
    "not known": "no server has that name",
}


def port(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise CannotRun(f"{name} must be a whole number from 1 to 65535, not {value!r}.")
    return int(value)


def port_is_free(host: str, number: int, *, name: str) -> None:
    try:
        [(family, kind, _, _, address), *_] = socket.getaddrinfo(
            host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind) as probe:
            # A port whose last connections are still closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise CannotRun(
            f"Port {number} needs more rights than you have: choose one above 1023, as in "
            f"{name}=8000 make run."
        ) from None
    except OSError as error:
        raise CannotRun(
            f"Port {number} on {host} can't be used ({error.strerror}): stop what uses it, or "
            f"choose another, as in {name}={number + 1} make run."
        ) from None


def database_answers(url: str) -> None:
    place = _place("DATABASE_URL", url)
    try:
        found = dj_database_url.parse(url)
        psycopg2.connect(
            host=found["HOST"],
            port=found["PORT"] or None,
            user=found["USER"],
            password=found["PASSWORD"] or None,
            dbname=found["NAME"],
            connect_timeout=SECONDS,
            **_ssl_options(found.get("OPTIONS", {})),
        ).close()
    except ValueError:
        raise _unreadable("DATABASE_URL") from None
    except psycopg2.Error as error:
        raise CannotRun(
            f"Can't reach the database of DATABASE_URL ({place}): {_reason(error)}."
        ) from None


def redis_answers(url: str) -> None:
    place = _place("REDIS_URL", url)
    try:
        with redis.Redis.from_url(
            url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as client:
            client.ping()
    except ValueError:
        raise _unreadable("REDIS_URL") from None
    except redis.RedisError as error:
        raise CannotRun(
            f"Can't reach the Redis of REDIS_URL ({place}): {_reason(error)}."
        ) from None


def _ssl_options(options: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in options.items() if name.startswith("ssl")}


def _unreadable(name: str) -> CannotRun:
    return CannotRun(
        f"{name} is not a URL that can be read: it looks like {EXAMPLES[name]}, "
        "with special characters of the password percent-encoded."
    )


EXAMPLES: Final = {
    "DATABASE_URL": "postgresql://user:password@host:5432/name",
    "REDIS_URL": "redis://:password@host:6379/0",
}
SCHEMES: Final = {
    "DATABASE_URL": {"postgres", "postgresql"},
    "REDIS_URL": {"redis", "rediss", "unix"},
}


def _place(name: str, url: str) -> str:
    """Host, port and database. A password with a stray @ or / must not slip in as one of them."""
    try:
        parts = urlsplit(url)
        number = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise _unreadable(name) from None
    host, path = unquote(parts.hostname or ""), parts.path
    if (
        parts.scheme not in SCHEMES[name]
        or "@" in path + parts.query + parts.fragment
        or parts.netloc.count("@") > 1
        or parts.fragment
        or not re.fullmatch(r"[\w.:/ -]*", host)
    ):
        raise _unreadable(name)
    return f"{host}{number}{path}" if host.strip("/") == host else f"{host}, {path.strip('/')}"


def _reason(error: Exception) -> str:
    """Our words for it: the library's own may quote the URL."""
    said = str(error).lower()
    return next((ours for theirs, ours in REASONS.items() if theirs in said), "it does not answer")
