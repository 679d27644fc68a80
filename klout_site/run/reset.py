"""`make reset`: deletes the local state, after asking."""

from __future__ import annotations

import os
import shutil
from typing import Final

from klout_site import local
from klout_site.run import lock

# By name: LOCAL_DIR may have been pointed at a folder that holds other things as well.
OURS: Final = (
    *("postgres", "postgres.new*", "valkey", "run", "logs", "media", "static", "secrets"),
    *("mastodon", "beat-schedule*", lock.NAME),
)


def reset() -> int:
    folder = local.folder()
    if not folder.exists():
        print(f"Nothing to delete: there is no {folder}.")
        return 0
    held = lock.hold(folder)
    print(f"This deletes {folder}: the database, the pictures, the secrets. There is no way back.")
    if not _confirmed():
        print("Nothing was deleted.")
        return 1
    sockets = local.sockets()
    for pattern in OURS:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(sockets, ignore_errors=True)
    os.close(held)
    if not any(folder.iterdir()):
        folder.rmdir()
    print("Deleted. The next `make run` starts afresh.")
    return 0


def _confirmed() -> bool:
    try:
        return input("Type yes to go on: ").strip().lower() == "yes"
    except (EOFError, KeyboardInterrupt):
        print()
        return False
