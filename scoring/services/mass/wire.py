"""Tables as NumPy arrays: COPY in its binary form, which has a fixed stride where no NULL is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
# What the server sends and takes: big-endian, a date as days since 2000.
BIGINT, INT, SMALLINT, XID, DATE = ">i8", ">i4", ">i2", ">u4", ">i4"
AT_ONCE: Final = 1 << 18  # bytes handed to the server

Columns = Sequence[tuple[str, Any]]
Table = NDArray[np.void]


class UnexpectedRow(ValueError):
    """A value has another length than its column's: packed by another release, or NULL."""


def stride(columns: Columns) -> np.dtype[np.void]:
    """One row on the wire: how many fields, then each with its length before it."""
    fields: list[tuple[str, Any]] = [("fields", ">i2")]
    for name, kind in columns:
        fields += [(f"length of {name}", ">i4"), (name, kind)]
    return np.dtype(fields)


def read(cursor: Any, query: str, values: Mapping[str, Any], columns: Columns) -> Table:
    """What a query gives, in the order of `columns`. The table must not be written to."""
    said = cursor.mogrify(query, values).decode()
    buffer = BytesIO()
    cursor.copy_expert(f"COPY ({said}) TO STDOUT (FORMAT BINARY)", buffer)
    row = stride(columns)
    body = buffer.getbuffer()[len(HEADER) : -len(TRAILER)]
    if len(body) % row.itemsize:
        raise UnexpectedRow(f"not all rows have the length of {[name for name, _ in columns]}")
    table: Table = np.frombuffer(body, row)
    if (table["fields"] != len(columns)).any():
        raise UnexpectedRow("rows of another number of columns")
    for name, _kind in columns:
        if (table[f"length of {name}"] != row[name].itemsize).any():
            raise UnexpectedRow(f"{name} has another length in some row")
    return table


def empty(count: int, columns: Columns) -> Table:
    """Rows to be filled and then written."""
    row = stride(columns)
    table: Table = np.empty(count, row)
    table["fields"] = len(columns)
    for name, _kind in columns:
        table[f"length of {name}"] = row[name].itemsize
    return table


def write(cursor: Any, table: str, rows: Table, columns: Columns) -> None:
    """Appends rows to a table."""
    names = ", ".join(name for name, _kind in columns)
    body = BytesIO(HEADER + rows.tobytes() + TRAILER)
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", body, AT_ONCE)


def days_since_2000(day: date) -> int:
    return (day - date(2000, 1, 1)).days
