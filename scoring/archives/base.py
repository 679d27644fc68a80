"""What a format takes and gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scoring.archives.folders import Folder
from scoring.collectors.base import PostSeen, Responses

# What an archive's posts come as; None: an entry that is none of our business, and counts.
Entry = tuple[PostSeen | Responses, ...] | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose archive it is and what it says besides posts.

    `names`: identity candidates as "kind:value", lower case (Identity.also); `handle`, how to
    tell people whose it is; `uid`, the network's own id where the archive has it.
    `brought`: counts under names of ours, shown to its owner. None: the archive does not tell.
    """

    names: tuple[str, ...]
    handle: str = ""
    uid: str = ""
    display_name: str = ""
    as_of: datetime | None = None
    followers: int | None = None
    following: int | None = None
    total: int = 0  # entries, where known before they are read
    brought: Mapping[str, int] = field(default_factory=dict)


class Format(Protocol):
    """One network's export. Raises ArchiveRefused, and nothing else, where it can't be read."""

    network: str

    def wants(self, name: str, first: bytes) -> bool:
        """Whether to keep a file. `name` in lower case; `first`: its first bytes."""

    def names_single(self, first: bytes) -> str:
        """What a file is called that came alone, without an archive; "" where it isn't ours."""

    def recognises(self, folder: Folder) -> bool: ...

    def look(self, folder: Folder) -> Seen: ...

    def entries(self, folder: Folder, seen: Seen) -> Iterator[Entry]:
        """Each entry once, always in the same order: an import goes on where it was cut off."""
