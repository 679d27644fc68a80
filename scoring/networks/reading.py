"""What collectors of central networks have in common when they read an answer."""

from __future__ import annotations

from typing import Any, Final

from scoring.collectors import fields

LONGEST_TEXT: Final = 500
LONGEST_NAME: Final = 200


def an_object(value: Any) -> dict[str, Any]:
    """An empty one for whatever is none."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing for whatever is no list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def within(row: Any, *names: str) -> dict[str, Any]:
    """The object that lies inside objects of these names; an empty one if there is none."""
    for name in names:
        row = an_object(row).get(name)
    return an_object(row)


def number_id(value: Any) -> str:
    """Of networks whose ids are numbers, written as such or as text; "" where there is none."""
    number = fields.count(value)
    return fields.identifier(value if number is None else str(number))
