"""Keeps what we read of an archive while it streams by; the rest of it is never stored.

Memory: one chunk. Disk: the files that `wanted` asks for, under numbers of our own; a name in
an archive leads nowhere. An archive inside an archive stays closed: no such name is wanted.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from scoring.archives.errors import ArchiveRefused
from scoring.archives.folders import Folder, Member
from scoring.archives.unpacking import Entry, gunzipped, tar_members, zip_members

MIB: Final = 1024 * 1024
HEAD: Final = 4096
# What a member may be asked about before it is kept: two rows of a table with long cells.
KNOWN_BY: Final = 32 * 1024
# How much may come out before what comes out is compared with what went in.
FREE: Final = 64 * MIB
Wanted = Callable[[str, bytes], bool]
Naming = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may at most have. Real ones stay far below."""

    entries: int = 1_000_000
    kept: int = 50_000  # Google+ has one file a post
    member_bytes: int = 512 * MIB
    kept_bytes: int = 1024 * MIB
    inflation: int = 200  # JSON of an export shrinks to a twentieth at best


@dataclass(frozen=True, slots=True)
class Sieve:
    """`wanted` says by a file's name and its first bytes whether to keep it; `named` what a file
    is that is no archive ("" where it is nothing to us)."""

    wanted: Wanted
    named: Naming
    limits: Limits = Limits()

    def keep(self, source: Iterable[bytes], path: Path) -> Folder:
        """Reads all of the source. Raises ArchiveRefused, and OSError where the disk does."""
        counted = _Counted(source)
        entries = self._entries(counted)
        folder = Folder(path, self._kept(entries, counted, path))
        folder.write_index()
        return folder

    def _entries(self, source: _Counted) -> Iterator[Entry]:
        start = source.peek(HEAD)
        if start.startswith((b"PK\3\4", b"PK\5\6")):
            return zip_members(source)
        if start.startswith(b"\x1f\x8b"):
            return tar_members(self._watched(gunzipped(source), source))
        if start[257:262] == b"ustar":
            return tar_members(source)
        if not start:
            raise ArchiveRefused(_("The file is empty."))
        return iter([(self.named(start), iter(source))])

    def _kept(self, entries: Iterator[Entry], source: _Counted, path: Path) -> Iterator[Member]:
        number = kept_bytes = 0
        for count, (raw_name, chunks) in enumerate(entries, 1):
            if count > self.limits.entries:
                raise too_much()
            name = unicodedata.normalize("NFC", raw_name)
            watched = self._watched(chunks, source)
            first = _beginning(watched)
            if self._is_wanted(name, first):
                number += 1
                file = path / str(number)
                size = self._write(file, itertools.chain([first], watched), kept_bytes)
                kept_bytes += size
                if number > self.limits.kept:
                    raise too_much()
                yield Member(name, file, size)
            for _unread in watched:
                pass

    def _is_wanted(self, name: str, first: bytes) -> bool:
        if not name or name.endswith("/") or "__MACOSX/" in name:
            return False
        return not name.rpartition("/")[2].startswith("._") and self.wanted(name, first)

    def _watched(self, chunks: Iterator[bytes], source: _Counted) -> Iterator[bytes]:
        """The same chunks, until more comes out than an honest archive holds."""
        for chunk in chunks:
            source.came_out += len(chunk)
            if source.came_out > FREE + self.limits.inflation * source.went_in:
                raise too_much()
            yield chunk

    def _write(self, file: Path, chunks: Iterable[bytes], kept_bytes: int) -> int:
        size = 0
        room = min(self.limits.member_bytes, self.limits.kept_bytes - kept_bytes)
        with file.open("xb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > room:
                    raise too_much()
                out.write(chunk)
        return size


def _beginning(chunks: Iterator[bytes]) -> bytes:
    """Enough to know a file by; the first chunk of one may be a single byte."""
    start = bytearray()
    while len(start) < KNOWN_BY and (chunk := next(chunks, None)) is not None:
        start += chunk
    return bytes(start)


class _Counted:
    """The source, with a look at its beginning, and a count of what went in and came out."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._pieces = iter(source)
        self.went_in = 0
        self.came_out = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.went_in += len(piece)
            yield piece

    def peek(self, size: int) -> bytes:
        start = b""
        while len(start) < size and (piece := next(self._pieces, None)) is not None:
            start += piece
        self._pieces = itertools.chain([start], self._pieces)
        return start


def too_much() -> ArchiveRefused:
    return ArchiveRefused(
        _(
            "There is far more in this file than in any network's archive, so we stopped reading."
            " Please bring the archive as the network gave it to you."
        )
    )
