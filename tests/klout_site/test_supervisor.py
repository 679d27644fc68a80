"""What the supervisor of `make run` promises, with small children in the place of the site's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from klout_site.run import checks
from klout_site.run.errors import CannotRun
from klout_site.run.leftovers import end_leftover
from klout_site.run.output import LOG_BYTES, Log

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 20  # at most, on a busy machine


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Run:
    """A supervisor in a process of its own, whose children write down who they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "LOCAL_DIR": str(folder / "local")}
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *children: str) -> subprocess.Popen[str]:
        return self._run("tests.klout_site.supervised", *children)

    def make_run(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        self.environment.update(environment)
        return self._run("klout_site.run", *options)

    def _run(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def child(self, name: str, then: str = "exec sleep 60") -> str:
        return f"{name}=echo $$ >> '{self.folder}/{name}'; echo here; {then}"

    def child_with_helper(self, name: str) -> str:
        helper = f"sleep 60 & echo $! >> '{self.folder}/helper'"
        return f"{name}=echo $$ >> '{self.folder}/{name}'; {helper}; echo here; wait"

    def pids(self, name: str) -> list[int]:
        file = self.folder / name
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def close(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "| ready" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], "".join(lines)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.close()


def test_a_child_that_is_killed_is_started_again(run: Run) -> None:
    ready(run.start(run.child("web")))
    os.kill(run.pids("web")[0], signal.SIGKILL)
    until(lambda: len(run.pids("web")) == 2)
    assert alive(run.pids("web")[1])


def test_what_a_killed_child_had_started_goes_with_it(run: Run) -> None:
    ready(run.start(run.child_with_helper("web")))
    os.kill(run.pids("web")[0], signal.SIGKILL)
    until(lambda: len(run.pids("helper")) == 2)
    assert not alive(run.pids("helper")[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_children_and_then_the_supervisor(run: Run, number: int) -> None:
    supervisor = run.start(run.child("web"), run.child("worker"))
    ready(supervisor)
    supervisor.send_signal(number)
    assert supervisor.wait(SECONDS) == 0
    assert not alive(run.pids("web")[0])
    assert not alive(run.pids("worker")[0])


def test_children_end_in_order(run: Run) -> None:
    tell = "trap \"echo {0} >> '{1}/order'; exit\" TERM; while :; do sleep 0.02; done"
    names = ["web", "worker", "database"]
    supervisor = run.start(*(run.child(name, tell.format(name, run.folder)) for name in names))
    ready(supervisor)
    supervisor.send_signal(signal.SIGINT)
    supervisor.wait(SECONDS)
    assert (run.folder / "order").read_text().split() == names


def test_a_child_that_does_not_want_to_end_is_ended(run: Run) -> None:
    supervisor = run.start(run.child("stubborn", "trap '' TERM; while :; do sleep 1; done"))
    ready(supervisor)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(SECONDS) == 0
    assert not alive(run.pids("stubborn")[0])


def test_a_killed_supervisor_leaves_no_orphans(run: Run) -> None:
    supervisor = run.start(run.child_with_helper("web"), run.child("worker"))
    ready(supervisor)
    supervisor.kill()
    pids = run.pids("web") + run.pids("worker") + run.pids("helper")
    assert len(pids) == 3
    until(lambda: not any(alive(pid) for pid in pids))


def test_a_killed_watcher_is_replaced(run: Run) -> None:
    supervisor = run.start(run.child("web"))
    ready(supervisor)
    [watcher] = watchers_of(supervisor)
    watcher.kill()
    until(lambda: watchers_of(supervisor) not in ([], [watcher]))
    supervisor.kill()
    until(lambda: not alive(run.pids("web")[0]))


def watchers_of(supervisor: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(supervisor.pid).children()
    alive_ones = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive_ones if "watcher.py" in child.cmdline()]


def test_after_a_kill_the_next_run_starts(run: Run) -> None:
    supervisor = run.start(run.child("web"))
    ready(supervisor)
    supervisor.kill()
    ready(run.start(run.child("web")))
    first, second = run.pids("web")
    assert not alive(first)
    assert alive(second)


def test_a_second_run_is_refused(run: Run) -> None:
    first = run.start(run.child("web"))
    ready(first)
    second = run.start(run.child("web"))
    said, _ = second.communicate(timeout=SECONDS)
    assert second.returncode == 1
    assert said.strip().startswith(f"It runs already (process {first.pid})")


def test_a_child_that_cannot_start_ends_the_first_start_with_its_reason(run: Run) -> None:
    supervisor = run.start("web=sleep 0.1; echo no such module; exit 3", run.child("worker"))
    said, _ = supervisor.communicate(timeout=SECONDS)
    assert supervisor.returncode == 1
    assert "web does not start: no such module" in said.splitlines()[-1]


def one_line(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "Traceback" not in said
    [line] = said.splitlines()
    return line


def test_an_unreachable_database_is_one_line_without_its_password(run: Run) -> None:
    line = one_line(run.make_run(DATABASE_URL="postgres://ann:s3cret@127.0.0.1:1/klout", PORT="0"))
    assert line == "PORT must be a whole number from 1 to 65535, not '0'."
    line = one_line(run.make_run(PORT=str(free_port())))
    assert (
        line
        == "Can't reach the database of DATABASE_URL (127.0.0.1:1/klout): nothing listens there."
    )


def test_an_unreachable_redis_is_one_line_without_its_password() -> None:
    with pytest.raises(CannotRun) as caught:
        checks.redis_answers("redis://:s3cret@127.0.0.1:1/0")
    assert str(caught.value).endswith("REDIS_URL (127.0.0.1:1/0): nothing listens there.")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ann:s3/cret@127.0.0.1/klout",
        "postgres://ann:s3#cret@127.0.0.1/klout",
        "postgres://ann:s3@cret@127.0.0.1/klout",
        "postgres://ann:12/s3cret@127.0.0.1/klout",
        "postgres://ann:s3?cret@127.0.0.1/klout",
        "mysql://ann:s3cret@127.0.0.1/klout",
        "s3cret",
    ],
)
def test_a_url_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(CannotRun, match="DATABASE_URL is not a URL that can be read") as caught:
        checks.database_answers(url)
    assert "cret" not in str(caught.value)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_one_line(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        line = one_line(run.make_run(PORT=str(number)))
    assert line.startswith(f"Port {number} on 127.0.0.1 can't be used")
    assert f"PORT={number + 1} make run" in line


def test_a_command_runs_with_throwaway_servers_and_its_exit_code_is_ours(run: Run) -> None:
    asks = (
        "import os, psycopg2, redis; psycopg2.connect(os.environ['DATABASE_URL']).close();"
        "redis.from_url(os.environ['REDIS_URL']).ping(); print(os.environ['LOCAL_DIR']); exit(7)"
    )
    for name in ("DATABASE_URL", "REDIS_URL"):
        run.environment.pop(name, None)
    process = run.make_run("--throwaway", "--", "python", "-c", asks)
    said, _ = process.communicate(timeout=2 * SECONDS)
    assert process.returncode == 7
    assert not Path(said.strip()).exists()


def test_a_pid_file_is_not_believed_when_somebody_else_has_that_number(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as somebody:
        (tmp_path / "postmaster.pid").write_text(f"{somebody.pid}\n{tmp_path}\n")
        end_leftover(tmp_path / "postmaster.pid", mark=str(tmp_path))
        assert not (tmp_path / "postmaster.pid").exists()
        assert somebody.poll() is None
        somebody.kill()


def test_a_server_left_over_from_before_is_ended(tmp_path: Path) -> None:
    waits = [sys.executable, "-S", "-c", "import signal; signal.pause()", str(tmp_path)]
    with subprocess.Popen(waits, stderr=subprocess.DEVNULL) as server:
        (tmp_path / "valkey.pid").write_text(f"{server.pid}\n")
        end_leftover(tmp_path / "valkey.pid", mark=str(tmp_path))
        assert server.poll() is not None


def test_a_log_stays_bounded(tmp_path: Path) -> None:
    log = Log(tmp_path, "web")
    for _ in range(5):
        log.write(b"x" * (LOG_BYTES // 2))
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", "web.log.1"]
    assert all(path.stat().st_size <= LOG_BYTES for path in tmp_path.iterdir())
