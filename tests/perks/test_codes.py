from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError

from perks.codes import generate, read_pasted


def messages(text: str, **kwargs: object) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        read_pasted(text, **kwargs)
    return refusal.value.messages


def test_spaces_and_blank_lines_are_dropped() -> None:
    assert read_pasted("  A1 \r\n\n B2\n", how_many=2) == ["A1", "B2"]


def test_too_few_codes_are_counted() -> None:
    pasted = "\n".join(f"code{n}" for n in range(48))
    assert messages(pasted, how_many=50) == [
        "You want 50 units but pasted 48 codes: 2 are missing."
    ]


def test_too_many_codes_are_counted() -> None:
    assert messages("A\nB", how_many=1) == ["You want 1 unit but pasted 2 codes: 1 is too many."]


def test_a_repeated_code_is_named_by_its_line() -> None:
    assert messages("A\n\nB\nA", how_many=3) == ["Line 4 repeats line 1."]


def test_a_code_of_the_perk_is_named_by_its_line() -> None:
    assert messages("A\nB", how_many=2, taken={"B"}) == ["Line 2 is already a code of this perk."]


def test_a_code_may_not_be_too_long() -> None:
    assert messages("A" * 101, how_many=1) == ["Line 1 is too long: at most 100 characters."]


def test_a_code_must_be_printable() -> None:
    assert messages("A\0B", how_many=1) == ["Line 1 holds characters that can't be printed."]


def test_many_problems_end_in_a_count() -> None:
    told = messages("\n".join(["A"] * 30), how_many=30)
    assert len(told) == 11
    assert told[-1] == "… and 19 more lines."


def test_generated_codes_can_be_read_aloud() -> None:
    (code,) = generate(1)
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", code)
    assert not set("01258BILOSUV") & set(code)


def test_generated_codes_differ() -> None:
    assert len(set(generate(500))) == 500
