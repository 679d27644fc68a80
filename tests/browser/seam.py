"""Lets the site reach the tests' servers as if they were on the Internet, and nothing else.

For their names alone: where a connection goes, and which authority's certificates are believed.
Every other name meets the site's own guard. Imported by the web server and the worker of the
tests (wsgi.py, worker.py); the product has no setting for any of this.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
from collections.abc import Mapping
from typing import Any, Final

from scoring.collectors import guard, wire

SERVERS: Final = "BROWSER_TEST_SERVERS"  # JSON: {name: port on the loopback}
AUTHORITY: Final = "BROWSER_TEST_AUTHORITY"  # a file of certificates
INSIDE: Final = "inside.example.net"  # looks public, and resolves to the loopback


def install() -> None:
    _lead(json.loads(os.environ[SERVERS]))
    _resolve_without_dns()
    context = ssl.create_default_context(cafile=os.environ[AUTHORITY])
    wire.ssl_context = lambda: context


def _lead(servers: Mapping[str, int]) -> None:
    real = guard.endpoints_for

    def endpoints_for(host: str, port: int) -> list[tuple[str, int]]:
        if port == guard.HTTPS and host in servers:
            return [("127.0.0.1", servers[host])]
        return real(host, port)

    guard.endpoints_for = endpoints_for


def _resolve_without_dns() -> None:
    """Of names that only tests use, one leads to this machine and the others nowhere."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host == INSIDE:
            return real("127.0.0.1", *args, **kwargs)
        if str(host).endswith(".example.net"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo
