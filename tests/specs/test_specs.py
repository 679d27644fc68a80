from __future__ import annotations

import pytest
from hypothesis import given, settings
from jsonschema import ValidationError

from tests import specs
from tests.specs import extract

CENTRAL = [
    pytest.param(network, operation, id=f"{network} {operation}")
    for network, wanted in extract.OPERATIONS.items()
    for operation in wanted
]


def cut_out(raw, **others):
    return extract.Extractor(lambda name: others[name], {"unread"}).schema(raw)


def test_only_facts_are_kept():
    raw = {"type": "string", "description": "A name.", "example": "Ann", "maxLength": 9}
    assert cut_out(raw) == {"type": "string", "maxLength": 9}


def test_references_are_resolved_and_end_where_they_turn_in_circles():
    person = {"type": "object", "properties": {"boss": {"$ref": "person"}}}
    assert cut_out({"$ref": "person"}, person=person) == {
        "type": "object",
        "properties": {"boss": {}},
    }


@pytest.mark.parametrize(
    ("raw", "schema"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        (
            {"type": "string", "enum": ["a"], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            {"allOf": [{"type": "object"}], "nullable": True},
            {"anyOf": [{"allOf": [{"type": "object"}]}, {"type": "null"}]},
        ),
    ],
)
def test_what_may_be_null_may_be_null(raw, schema):
    assert cut_out(raw) == schema


def test_what_nobody_reads_is_left_out_unless_it_must_be_there():
    raw = {"properties": {"unread": {}, "read": {}}}
    assert cut_out(raw)["properties"] == {"read": {}}
    assert "unread" in cut_out({**raw, "required": ["unread"]})["properties"]


def test_a_large_number_of_google_is_written_in_digits():
    assert cut_out({"type": "string", "format": "uint64"})["pattern"] == extract.UNSIGNED


def test_an_answer_of_another_shape_is_refused():
    with pytest.raises(ValidationError):
        specs.check("twitch", "GET /users", {"data": [{"id": 5}]})


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="date-time"):
        specs.check("x", "GET /2/users/me", {"data": {"created_at": "2026-11-20T08:15:42"}})


@pytest.mark.parametrize(("network", "operation"), CENTRAL)
def test_what_is_drawn_is_what_the_description_allows(network, operation):
    @settings(max_examples=5)
    @given(specs.strategy(network, operation))
    def any_answer(answer):
        specs.check(network, operation, answer)

    any_answer()
