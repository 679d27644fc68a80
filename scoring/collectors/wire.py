"""The lowest floor: connections that go to checked addresses only and end in time."""

from __future__ import annotations

import functools
import math
import ssl
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore2
import httpx2

from scoring.collectors import guard

# A name with more addresses than this gains nothing from trying them all.
MOST_ADDRESSES: Final = 4


class Deadline:
    """One moment for a whole request, and one for all of a conversation (in `whole` seconds).

    A server that drips bytes can't move it.
    """

    def __init__(self, whole: float = math.inf) -> None:
        self._at = self._end = time.monotonic() + whole

    def start(self, seconds: float) -> None:
        self._at = min(time.monotonic() + seconds, self._end)

    def cap(self, timeout: float | None) -> float:
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return left if timeout is None else min(left, timeout)


class TimedStream(httpcore2.NetworkStream):
    """Every read and write waits until the deadline at most."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.cap(timeout)
        return TimedStream(
            self._inner.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to the addresses that the guard checked, never to what a second look-up says."""

    def __init__(self, deadline: Deadline) -> None:
        self._plain = httpcore2.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError(host)
        for ip, at_port in guard.endpoints_for(host, port)[:MOST_ADDRESSES]:
            try:
                left = self._deadline.cap(timeout)
                return TimedStream(self._plain.connect_tcp(ip, at_port, left), self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class GuardedTransport(httpx2.HTTPTransport):
    """httpx2's transport on our backend: it offers no parameter for one, so we build its pool."""

    def __init__(self, deadline: Deadline) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context(),
            max_connections=2,
            max_keepalive_connections=1,
            keepalive_expiry=5.0,
            network_backend=GuardedBackend(deadline),
        )


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """The system's certificates, read once per process; no environment variable adds any."""
    return httpx2.create_ssl_context(trust_env=False)
