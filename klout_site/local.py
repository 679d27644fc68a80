"""Where the state of the servers that `make run` starts lies, and how to reach them.

Standard library only: settings, the supervisor and tests all ask here.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import stat
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import quote

CHECKOUT: Final = Path(__file__).resolve().parent.parent
POSTGRES_SOCKET: Final = ".s.PGSQL.5432"
VALKEY_SOCKET: Final = "valkey.sock"
# macOS gives a unix socket's path 104 bytes with the closing zero, Linux 108.
LONGEST_SOCKET_PATH: Final = 103


class LocalError(Exception):
    """The local state can't be used; the message says why in one line."""


def folder() -> Path:
    """`.local` in the checkout, or LOCAL_DIR (relative to the checkout). It may not exist yet."""
    return CHECKOUT / (os.environ.get("LOCAL_DIR", "").strip() or ".local")


def private_folder(path: Path) -> Path:
    """`path`, made if needed, that nobody else can look into; else LocalError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LocalError(f"{path} is not a folder of yours: remove it, or set LOCAL_DIR.")
    if found.st_mode & 0o077:
        raise LocalError(f"Others can look into {path}: chmod 700 it, or set LOCAL_DIR.")
    return path


def sockets() -> Path:
    """The folder of the servers' sockets; somewhere short where the checkout lies too deep."""
    inside = folder() / "run"
    if len(os.fsencode(inside / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
        return inside
    whose = f"{os.geteuid()}:{inside}".encode("utf-8", "surrogateescape")
    # Not tempfile.gettempdir(): TMPDIR may be as long, and differ from one terminal to the next.
    short = Path("/tmp") / f"klout-{os.geteuid()}-{hashlib.sha256(whose).hexdigest()[:16]}"
    if short.is_symlink() or short.exists():
        private_folder(short)  # refuses the folder that somebody else put there first
    return short


def database_url() -> str:
    return f"postgresql://klout@{quote(str(sockets()), safe='')}/klout"


def redis_url() -> str:
    return f"unix://{quote(str(sockets() / VALKEY_SOCKET))}?db=0"


def secret(name: str) -> str:
    """This checkout's own secret of that name, made at the first call: 44 url-safe characters.

    They are 32 random bytes, so they serve as a Fernet key too.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"not the name of a secret: {name!r}")
    file = folder() / "secrets" / name
    if not file.exists():
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(private_folder(file.parent), file)
    return file.read_text("ascii")


def _write_once(parent: Path, file: Path) -> None:
    """Whole or not at all, and the first of several processes wins."""
    handle, draft = tempfile.mkstemp(dir=parent)  # 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(base64.urlsafe_b64encode(secrets.token_bytes(32)))
            stream.flush()
            os.fsync(handle)
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
