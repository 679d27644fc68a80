"""A small HTTP server on the loopback that answers as badly as a test wants."""

from __future__ import annotations

import json
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def says(data: Any, status: int = 200, **headers: str) -> Reply:
    """JSON. Header names have underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json", **named})


def page(html: str = "<!doctype html><title>Hello</title>", status: int = 200) -> Reply:
    return Reply(status, html.encode(), {"Content-Type": "text/html"})


def redirect(url: str, status: int = 302) -> Reply:
    return Reply(status, b"", {"Location": url})


# Instead of a Reply: a function that does to the open connection whatever it likes.
Misbehaviour = Callable[["Handler"], None]


def hang(handler: Handler) -> None:
    handler.fake.closing.wait(5)
    handler.close_connection = True


def drop(handler: Handler) -> None:
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """A header line that never ends, one byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.fake.closing.wait(0.05):
        handler.wfile.write(b"x")


def drip_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[")
    while not handler.fake.closing.wait(0.05):
        handler.wfile.write(b" ")


def flood(handler: Handler) -> None:
    """100 MB in pieces, with no word about the size before. Counts what was taken."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(1600):
        handler.wfile.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
        handler.fake.flooded += 65536


@dataclass(frozen=True)
class Seen:
    """A request as it arrived. `form` holds the fields of a POST."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


class FakeServer:
    """`answer` gives a path its replies: one after the other, the last for ever."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._replies: dict[str, list[Reply | Misbehaviour]] = {}
        self.seen: list[Seen] = []
        self.connections = 0
        self.flooded = 0
        self.closing = threading.Event()
        self._http = _Quiet(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"fake": self}))
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.port: int = self._http.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"

    def answer(self, path: str, *replies: Reply | Misbehaviour) -> None:
        self._replies[path] = list(replies)

    def next_reply(self, path: str) -> Reply | Misbehaviour:
        replies = self._replies.get(path) or [says({"error": "Record not found"}, 404)]
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def requests_by_path(self) -> dict[str, list[Seen]]:
        grouped: dict[str, list[Seen]] = defaultdict(list)
        for seen in self.seen:
            grouped[seen.path].append(seen)
        return grouped

    @contextmanager
    def running(self) -> Iterator[FakeServer]:
        thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join(5)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a misbehaving server is what the tests are about."""


class Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True  # else every answer takes 40 ms

    def setup(self) -> None:
        super().setup()
        self.fake.connections += 1

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", "0"))
        form = parse_qs(self.rfile.read(length).decode())
        self.fake.seen.append(
            Seen(
                self.command,
                parts.path,
                {key: values[0] for key, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                {key: values[0] for key, values in form.items()},
            )
        )
        reply = self.fake.next_reply(parts.path)
        if isinstance(reply, Reply):
            self.send(reply)
        else:
            reply(self)

    do_POST = do_DELETE = do_GET

    def send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *args: Any) -> None:
        """Not in a test's output."""
