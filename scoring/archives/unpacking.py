"""Zip and tar as they come: each member once, in order, and nothing of it in memory but a chunk.

The directory at a zip's end is not looked at, so members that overlap (the better kind of zip
bomb) do not exist here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import stream_unzip
from django.utils.translation import gettext as _

from scoring.archives.errors import ArchiveRefused

# What stream-unzip gets at once. Small, because bzip2 blows one chunk up 20,000 times in one go.
FED: Final = 4096
CHUNK: Final = 65536
BLOCK: Final = 512
LONGEST_NAME: Final = 1_000
LONGEST_HEADER: Final = 65_536
T = TypeVar("T")
Entry = tuple[str, Iterator[bytes]]


def zip_members(source: Iterable[bytes]) -> Iterator[Entry]:
    """Each file of a zip. Its chunks must be read to their end before the next one is asked for."""
    fed = (piece[at : at + FED] for piece in source for at in range(0, len(piece), FED))
    unzipping = stream_unzip.stream_unzip(fed, chunk_size=CHUNK)
    for name, _size, chunks in _in_words(unzipping):
        yield _name(name), _in_words(chunks)


def tar_members(source: Iterable[bytes]) -> Iterator[Entry]:
    """Each regular file of a tar: links and devices are passed over."""
    stream = _Stream(source)
    long_name = ""
    while header := stream.block():
        if not header.strip(b"\0"):
            break
        kind, size = header[156:157], _tar_size(header)
        if kind in b"LxXg":
            told = stream.take(_bounded(size), padded=True)
            long_name = _told_name(kind, told) or long_name
            continue
        chunks = stream.chunks(size)
        if kind in (b"0", b"\0", b"7"):
            yield long_name or _tar_name(header), chunks
        for _rest in chunks:
            pass
        stream.skip(-size % BLOCK)
        long_name = ""
    for _rest in stream.everything():
        pass


def gunzipped(source: Iterable[bytes]) -> Iterator[bytes]:
    inflating = zlib.decompressobj(wbits=31)
    try:
        for piece in source:
            while piece:
                yield inflating.decompress(piece, CHUNK)
                piece = inflating.unconsumed_tail
                if inflating.eof:
                    piece = inflating.unused_data
                    inflating = zlib.decompressobj(wbits=31)
                    if not piece.startswith(b"\x1f"):  # padding after the last part
                        piece = b""
    except zlib.error:
        raise damaged() from None


def damaged() -> ArchiveRefused:
    return ArchiveRefused(
        _(
            "The file is damaged or was cut off on its way."
            " Download the archive again, then bring it."
        )
    )


def _in_words(things: Iterable[T]) -> Iterator[T]:
    """The same things; what the library has to complain about, in words for people."""
    try:
        yield from things
    except (stream_unzip.PasswordError, stream_unzip.MissingPasswordError):
        raise ArchiveRefused(
            _("The archive is locked with a password. Unpack it, and pack it again without one.")
        ) from None
    except stream_unzip.UnsupportedFeatureError:
        raise ArchiveRefused(
            _(
                "The archive is packed in a way that can't be read while it comes in."
                " Unpack it, and pack it again as an ordinary zip."
            )
        ) from None
    except (stream_unzip.UnzipError, struct.error, LookupError, ValueError, EOFError, zlib.error):
        raise damaged() from None


def _name(raw: bytes) -> str:
    try:
        name = raw[:LONGEST_NAME].decode("utf-8")
    except UnicodeDecodeError:
        name = raw[:LONGEST_NAME].decode("cp437")
    return name.replace("\\", "/")


# --- tar ---------------------------------------------------------------------------------


def _tar_name(header: bytes) -> str:
    name, prefix = _text(header[:100]), ""
    if header[257:262] == b"ustar" and header[257:263] != b"ustar ":
        prefix = _text(header[345:500])
    return f"{prefix}/{name}" if prefix else name


def _tar_size(header: bytes) -> int:
    field = header[124:136]
    if field[0] & 0x80:  # too big for octal digits
        size = int.from_bytes(field[1:], "big")
    else:
        try:
            size = int(field.strip(b" \0") or b"0", 8)
        except ValueError:
            raise damaged() from None
    if size >= 1 << 60:
        raise damaged()
    return size


def _bounded(size: int) -> int:
    if size > LONGEST_HEADER:
        raise damaged()
    return size


def _told_name(kind: bytes, told: bytes) -> str:
    """The name in a header that precedes a file whose name is too long for its own."""
    if kind == b"L":
        return _text(told)
    if kind == b"g":
        return ""
    for record in told.split(b"\n"):
        key, is_there, value = record.partition(b"=")
        if is_there and key.rpartition(b" ")[2] == b"path":
            return _text(value)
    return ""


def _text(raw: bytes) -> str:
    return _name(raw.partition(b"\0")[0])


class _Stream:
    """Bytes on demand out of chunks that come as they like."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._held = b""

    def block(self) -> bytes:
        """The next 512 bytes; b"" at the end."""
        self._fill(BLOCK)
        if self._held and len(self._held) < BLOCK:
            raise damaged()
        return self._cut(BLOCK)

    def take(self, size: int, *, padded: bool = False) -> bytes:
        taken = b"".join(self.chunks(size))
        if padded:
            self.skip(-size % BLOCK)
        return taken

    def chunks(self, size: int) -> Iterator[bytes]:
        while size:
            self._fill(1)
            if not self._held:
                raise damaged()
            piece = self._cut(min(size, CHUNK))
            size -= len(piece)
            yield piece

    def skip(self, size: int) -> None:
        for _piece in self.chunks(size):
            pass

    def everything(self) -> Iterator[bytes]:
        self._held = b""
        return self._source

    def _fill(self, size: int) -> None:
        while len(self._held) < size:
            piece = next(self._source, None)
            if piece is None:
                return
            self._held += piece

    def _cut(self, size: int) -> bytes:
        piece, self._held = self._held[:size], self._held[size:]
        return piece
