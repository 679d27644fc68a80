"""JSON element by element, however it is cut into pieces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.archives import jsons
from scoring.archives.errors import Unreadable
from scoring.archives.folders import Member

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def member(folder: Path, text: str | bytes) -> Member:
    file = folder / "1"
    file.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return Member("x.json", file, file.stat().st_size)


@given(values=st.lists(ANY, max_size=8), size=st.integers(1, 9))
def test_every_element_comes_as_it_is_wherever_chunks_end(values, size, tmp_path_factory):
    whole = member(tmp_path_factory.mktemp("j"), "x.part0 = " + json.dumps(values, indent=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsons, "CHUNK", size)
        assert list(jsons.elements(whole)) == values


@given(values=st.lists(ANY, max_size=5), other=ANY)
def test_a_list_in_an_object_is_found_behind_anything(values, other, tmp_path_factory):
    whole = member(
        tmp_path_factory.mktemp("j"), json.dumps({"other": other, "items": values, "last": other})
    )
    assert list(jsons.elements(whole, "items")) == values


def test_what_came_before_a_break_is_good(tmp_path):
    broken = member(tmp_path, '[{"a": 1}, {"a": 2}, {"a"')
    assert list(jsons.objects(broken)) == [{"a": 1}, {"a": 2}]
    with pytest.raises(Unreadable):
        list(jsons.elements(broken))


@pytest.mark.parametrize(
    "text",
    ["", "   ", "hello", "[" * 100_000, "[1 2]", '{"a" 1}', "[1,", '{"a": [1', "\ufeff[tru]"],
)
def test_rubbish_is_unreadable_and_no_crash(text, tmp_path):
    whole = member(tmp_path, text)
    assert list(jsons.objects(whole)) == []
    assert jsons.document(whole) in (None, [])


def test_utf_16_is_read_too(tmp_path):
    assert list(jsons.elements(member(tmp_path, '["é"]'.encode("utf-16")))) == ["é"]


def test_one_long_value_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(jsons, "LONGEST_VALUE", 1000)
    monkeypatch.setattr(jsons, "CHUNK", 100)
    with pytest.raises(Unreadable):
        list(jsons.elements(member(tmp_path, '["' + "x" * 100_000 + '"]')))
