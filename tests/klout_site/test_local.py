from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from klout_site import local


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOCAL_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_secret_stays_the_same_and_is_for_our_eyes_only(folder: Path) -> None:
    assert local.secret("key") == local.secret("key") != local.secret("other")
    assert (folder / "secrets" / "key").stat().st_mode & 0o777 == 0o600


def test_a_secret_serves_as_a_fernet_key() -> None:
    Fernet(local.secret("key"))


def test_processes_that_start_together_agree_on_a_secret(folder: Path) -> None:
    ask = [sys.executable, "-c", "from local import secret; print(secret('key'))"]
    where = Path(local.__file__).parent
    started = [subprocess.Popen(ask, cwd=where, stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate()[0] for process in started}) == 1
    assert [path.name for path in (folder / "secrets").iterdir()] == ["key"]


def test_a_folder_that_others_can_look_into_is_refused(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(local.LocalError, match="Others can look into"):
        local.private_folder(folder)


def test_a_folder_of_somebody_else_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(local.LocalError, match="not a folder of yours"):
        local.private_folder(folder)


def test_sockets_stay_inside_where_there_is_room(folder: Path) -> None:
    assert local.sockets() == folder / "run"


def test_sockets_of_a_deep_checkout_lie_somewhere_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_DIR", "/somewhere/" + "deep/" * 30)
    path = str(local.sockets() / local.POSTGRES_SOCKET)
    assert len(path) <= local.LONGEST_SOCKET_PATH
    assert f"-{os.geteuid()}-" in path


def test_urls_survive_spaces_in_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_DIR", "/my site")
    assert local.database_url() == "postgresql://klout@%2Fmy%20site%2Frun/klout"
    assert local.redis_url() == "unix:///my%20site/run/valkey.sock?db=0"
