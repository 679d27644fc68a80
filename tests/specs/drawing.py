"""Draws whatever a description allows, for Hypothesis. It knows the keywords extract.py keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Drawn = SearchStrategy[Any]

BOUND = 2**63
# What servers say where nobody expects it.
WORDS = st.sampled_from(["", " ", "0", "-1", "null", "\x00", "..", "https://example.net/a", "é"])
SCALARS = st.none() | st.booleans() | st.integers(-BOUND, BOUND) | st.text(max_size=8)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))


def drawn(schema: Any) -> Drawn:
    if not isinstance(schema, dict) or not schema:
        return SCALARS
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return st.one_of([drawn(part) for part in schema[key]])
    if "allOf" in schema:
        return st.tuples(*map(drawn, schema["allOf"])).map(_merged)
    named = schema.get("type", "object" if "properties" in schema else None)
    types = named if isinstance(named, list) else [named]
    return st.one_of([BY_TYPE[name](schema) for name in types])


def _merged(parts: tuple[Any, ...]) -> Any:
    objects = [part for part in parts if isinstance(part, dict)]
    return {key: value for part in objects for key, value in part.items()} or parts[-1]


def _object(schema: dict[str, Any]) -> Drawn:
    fields = schema.get("properties")
    if not fields:
        return st.dictionaries(
            st.text(max_size=8), drawn(schema.get("additionalProperties")), max_size=3
        )
    needed = set(schema.get("required", []))
    return st.fixed_dictionaries(
        {name: drawn(part) for name, part in fields.items() if name in needed}
        | dict.fromkeys(needed - fields.keys(), SCALARS),
        optional={name: drawn(part) for name, part in fields.items() if name not in needed},
    )


def _array(schema: dict[str, Any]) -> Drawn:
    least = schema.get("minItems", 0)
    most = min(schema.get("maxItems", least + 3), least + 3)
    return st.lists(drawn(schema.get("items")), min_size=least, max_size=most)


def _string(schema: dict[str, Any]) -> Drawn:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"])
    if schema.get("format") == "date-time":
        return MOMENTS.map(lambda moment: moment.isoformat().replace("+00:00", "Z"))
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    words = st.text(min_size=least, max_size=least + 12 if most is None else min(most, least + 12))
    return words if least or most is not None else words | WORDS


def _number(schema: dict[str, Any]) -> Drawn:
    return st.floats(
        schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False
    )


def _integer(schema: dict[str, Any]) -> Drawn:
    return st.integers(schema.get("minimum", -BOUND), schema.get("maximum", BOUND))


BY_TYPE: dict[str | None, Callable[[dict[str, Any]], Drawn]] = {
    None: lambda schema: SCALARS,
    "null": lambda schema: st.none(),
    "boolean": lambda schema: st.booleans(),
    "object": _object,
    "array": _array,
    "string": _string,
    "number": _number,
    "integer": _integer,
}
