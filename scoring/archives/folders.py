"""What is kept of an upload: a few files under numbers of ours, and what they were called."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

INDEX: Final = "index.json"


@dataclass(frozen=True, slots=True)
class Member:
    """One file. `name` is what the archive called it: something to read, never a path to open."""

    name: str
    file: Path
    size: int

    def open(self) -> BinaryIO:
        return self.file.open("rb")

    @property
    def basename(self) -> str:
        return self.name.rpartition("/")[2]


class Folder:
    """The kept files of one archive, in the order in which they stood there."""

    def __init__(self, path: Path, members: Iterable[Member]) -> None:
        self.path = path
        self.members = tuple(members)

    @classmethod
    def at(cls, path: Path) -> Folder:
        """Raises OSError or ValueError where that is no folder of ours."""
        rows = json.loads((path / INDEX).read_text("utf-8"))
        return cls(path, [Member(name, path / str(int(at)), int(size)) for at, name, size in rows])

    def write_index(self) -> None:
        rows = [[int(member.file.name), member.name, member.size] for member in self.members]
        (self.path / INDEX).write_text(json.dumps(rows), "utf-8")

    def find(self, pattern: re.Pattern[str]) -> Iterator[Member]:
        """Members whose name, in lower case, holds the pattern; part files in their order."""
        found = [member for member in self.members if pattern.search(member.name.lower())]
        return iter(sorted(found, key=lambda member: _natural(member.name.lower())))

    def first(self, pattern: re.Pattern[str]) -> Member | None:
        return next(self.find(pattern), None)


def _natural(name: str) -> list[tuple[int, str]]:
    """Puts "part10" after "part9"."""
    runs = re.findall(r"[0-9]{1,18}|[^0-9]+", name.rpartition(".")[0])
    return [(int(run), "") if run[0] in "0123456789" else (0, run) for run in runs]
