"""JSON of any size, one element at a time: at no moment is more than one of them in memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scoring.archives.errors import Unreadable
from scoring.archives.folders import Member

CHUNK: Final = 256 * 1024
# In characters. A post with everything that networks write about it is a few thousand.
LONGEST_VALUE: Final = 8 * 1024 * 1024
# What is read whole: profiles, manifests, a single post.
LONGEST_WHOLE: Final = 8 * 1024 * 1024
# Of the assignment in front of a script's JSON.
LONGEST_PREFACE: Final = 1_000
SPACE: Final = re.compile(r"[ \t\r\n]*")
DECODER: Final = json.JSONDecoder()


def whole(member: Member) -> Any:
    """The one value in a file (or behind the `=` of a script). Raises Unreadable."""
    if member.size > LONGEST_WHOLE:
        raise Unreadable
    return _Reader(_text(member)).document()


def elements(member: Member, *keys: str) -> Iterator[Any]:
    """The elements of the file's list, or of the lists under any of `keys` in its object.

    Raises Unreadable where the JSON breaks off: what came before was fine.
    """
    reader = _Reader(_text(member))
    if reader.start() == "[":
        yield from reader.array()
    else:
        for key in reader.fields():
            if key in keys and reader.peek() == "[":
                yield from reader.array()
            else:
                reader.skip()


def objects(member: Member, *keys: str) -> Iterator[dict[str, Any]]:
    """Those elements that are objects; none where the file is broken, or from there on."""
    try:
        for element in elements(member, *keys):
            if isinstance(element, dict):
                yield element
    except Unreadable:
        return


def document(member: Member | None) -> Any:
    """The one value in a file; None where there is no such file or it can't be read."""
    try:
        return whole(member) if member else None
    except Unreadable:
        return None


def at(value: Any, *path: str | int) -> Any:
    """What lies at a path in parsed JSON; None where the path ends before."""
    for key in path:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) and key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def listed(value: Any, *path: str | int) -> list[Any]:
    """The list at a path; an empty one where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def _text(member: Member) -> Iterator[str]:
    with member.open() as file:
        start = file.read(4)
        decoder = codecs.getincrementaldecoder(encoding_of(start))(errors="replace")
        yield decoder.decode(start)
        while piece := file.read(CHUNK):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)


def encoding_of(start: bytes) -> str:
    return "utf-16" if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


class _Reader:
    """Walks JSON text that comes in pieces."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._at = 0
        self._ended = False

    def start(self) -> str:
        """The first bracket, which stays unread. Scripts have an assignment before it."""
        for _count in range(LONGEST_PREFACE):
            if (mark := self.peek()) in ("[", "{", ""):
                return mark
            self._at += 1
        return ""

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            self._at = SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def array(self) -> Iterator[Any]:
        self._expect("[")
        while self.peek() != "]":
            yield self.value()
            if self.peek() == ",":
                self._at += 1
            elif self.peek() != "]":
                raise Unreadable
        self._expect("]")

    def fields(self) -> Iterator[str]:
        """The keys of an object. Whoever asks for the next one must have read the value."""
        self._expect("{")
        while self.peek() != "}":
            key = self.value()
            self._expect(":")
            yield str(key)
            if self.peek() == ",":
                self._at += 1
            elif self.peek() != "}":
                raise Unreadable

    def skip(self) -> None:
        """Past a value, which may be a list longer than memory."""
        if self.peek() == "[":
            for _element in self.array():
                pass
        else:
            self.value()

    def document(self) -> Any:
        if not self.start():
            raise Unreadable
        return self.value()

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                self._more_or_raise()
                continue
            if end == len(self._text) and self._more():  # "12" may be the start of "123"
                continue
            self._at = end
            return value

    def _more_or_raise(self) -> None:
        if len(self._text) - self._at > LONGEST_VALUE or not self._more():
            raise Unreadable

    def _more(self) -> bool:
        """Reads as much again as is held, so that one long value isn't parsed over and over."""
        held = self._text[self._at :]
        wanted, pieces = max(1, len(held)), [held]
        while wanted > 0 and not self._ended:
            piece = next(self._pieces, None)
            self._ended = piece is None
            pieces.append(piece or "")
            wanted -= len(pieces[-1])
        text = "".join(pieces)
        grew = len(text) > len(held)
        self._text, self._at = text, 0
        return grew

    def _expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise Unreadable
        self._at += 1
