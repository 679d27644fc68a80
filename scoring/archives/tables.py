"""CSV as networks write it: with a BOM or none, with notes above the header, with any line end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from scoring.archives.folders import Member
from scoring.archives.jsons import encoding_of

# Where a header may begin at the latest.
LONGEST_PREFACE: Final = 30
# In characters. Where one is longer the table ends, so that none fills the memory.
LONGEST_LINE: Final = 512 * 1024
Row = dict[str, str]


def rows(member: Member, *needed: str) -> Iterator[Row]:
    """Rows under the first line that has all `needed` columns; keys in lower case.

    Ends where the table breaks; nothing where there is no such header.
    """
    lines = raw_rows(member)
    for _count, line in zip(range(LONGEST_PREFACE), lines, strict=False):
        header = [cell.strip().lower() for cell in line]
        if set(needed) <= set(header):
            for row in lines:
                if any(row):
                    yield dict(zip(header, (cell.strip() for cell in row), strict=False))
            return


def raw_rows(member: Member) -> Iterator[list[str]]:
    with member.open() as file:
        encoding = encoding_of(file.read(4))
        file.seek(0)
        text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
        yield from parsed(_lines(text))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            return
        yield line


def parsed(lines: Iterable[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines)
    except csv.Error:  # a zero byte, or a cell that never ends
        return


def has(member: Member, *needed: str) -> bool:
    """Whether there is such a header, be it with no rows under it."""
    for _count, line in zip(range(LONGEST_PREFACE), raw_rows(member), strict=False):
        if set(needed) <= {cell.strip().lower() for cell in line}:
            return True
    return False
