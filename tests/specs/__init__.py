"""What networks' official descriptions say about their answers, as JSON Schema.

One file per network, made by extract.py or, where a network publishes no description, by hand
from its documentation. An operation is named as in the description: "GET /2/users/me".
"""

from __future__ import annotations

import functools
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis.strategies import SearchStrategy
from jsonschema import Draft7Validator, FormatChecker

from tests.specs.drawing import drawn

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def check(network: str, operation: str, answer: Any) -> Any:
    """The answer, if the description allows it. Raises jsonschema's ValidationError otherwise."""
    _validator(network, operation).validate(answer)
    return answer


def strategy(network: str, operation: str) -> SearchStrategy[Any]:
    """Whatever answers the description allows, for Hypothesis to draw from."""
    return drawn(schema(network, operation)).filter(_validator(network, operation).is_valid)


def schema(network: str, operation: str) -> dict[str, Any]:
    found: dict[str, Any] = operations(network)[operation]
    return found


@functools.cache
def operations(network: str) -> dict[str, Any]:
    """Every operation that the network's file knows, with its schema."""
    path = Path(__file__).parent / f"{network}.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["operations"]
    return known


@functools.cache
def _validator(network: str, operation: str) -> Draft7Validator:
    return Draft7Validator(schema(network, operation), format_checker=FORMATS)
