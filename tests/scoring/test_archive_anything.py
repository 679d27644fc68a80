"""Any byte string as an archive gives a clear error, or is read; never a crash."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from scoring.archives import SIEVE, ArchiveRefused, format_of
from scoring.collectors.base import PostSeen, Responses
from tests import archives_made as made
from tests.scoring.test_archive_json import ANY

REAL = {
    "x": made.x(),
    "mastodon": made.mastodon(),
    "linkedin": made.linkedin(),
    "googleplus": made.google_plus(),
    "instagram": made.instagram(),
    "facebook": made.facebook(),
    "youtube": made.youtube(),
    "swarm": made.swarm(),
}
MAGIC = st.sampled_from(
    [b"", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b":\xa2eroots", b'{"orderedItems"']
)


def read(archive: bytes) -> None:
    """As far as an import goes without a database."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            kept = SIEVE.keep(made.chunks(archive, 777), Path(folder))
            known = format_of(kept)
            if known is None:
                return
            seen = known.look(kept)
            for entry in known.entries(kept, seen):
                _check(entry)
        except ArchiveRefused:
            return


def _check(entry) -> None:
    for part in entry or ():
        assert isinstance(part, PostSeen | Responses)
        if isinstance(part, PostSeen):
            assert 0 < len(part.uid) <= 200
            assert len(part.text) <= 500
            assert part.created_at.tzinfo
            assert "\0" not in part.text + part.url + part.uid


@given(start=MAGIC, rest=st.binary(max_size=2000))
def test_any_bytes(start, rest):
    read(start + rest)


@given(
    data=st.data(),
    network=st.sampled_from(sorted(REAL)),
    packed=st.sampled_from(["zip", "tar", "tgz"]),
)
@examples(max_examples=80)
def test_a_real_archive_with_bytes_changed(data, network, packed):
    pack = {
        "zip": made.zipped,
        "tar": lambda files: made.tarred(files, mode="w"),
        "tgz": made.tarred,
    }[packed]
    archive = bytearray(pack(REAL[network]))
    for _change in range(data.draw(st.integers(1, 8))):
        archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(archive))


@given(data=st.data())
@examples(max_examples=80)
def test_a_bluesky_repository_with_bytes_changed(data):
    archive = bytearray(made.bluesky(3))
    for _change in range(data.draw(st.integers(1, 6))):
        archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(archive))


@pytest.mark.parametrize("network", sorted(REAL))
@given(data=st.data())
@examples(max_examples=30)
def test_any_json_in_any_file(network, data):
    """Also where the rest of the archive is right."""
    files = dict(REAL[network])
    names = [name for name in files if name.endswith((".json", ".js", ".csv"))]
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)):
        files[name] = json.dumps(data.draw(ANY | _near(files[name])))
    read(made.zipped(files))


@pytest.mark.parametrize("network", sorted(REAL))
@given(data=st.data())
@examples(max_examples=30)
def test_any_text_in_any_file(network, data):
    files = dict(REAL[network])
    name = data.draw(st.sampled_from(sorted(files)))
    files[name] = data.draw(st.binary(max_size=300) | st.text(max_size=200))
    read(made.zipped(files))


def _near(content: str | bytes) -> st.SearchStrategy:
    """The file's own JSON, with one value in it replaced by another."""
    try:
        value = json.loads(
            str(content)[str(content).find("= ") + 1 :] if "YTD" in str(content)[:20] else content
        )
    except ValueError:
        return ANY
    return st.tuples(st.integers(0, 200), ANY).map(lambda pick: _replaced(value, *pick))


def _replaced(value, at: int, by):
    """`value` with its `at`-th part, counted from the outside in, replaced."""
    counter = iter(range(10**9))

    def walk(part):
        if next(counter) == at:
            return by
        if isinstance(part, dict):
            return {key: walk(inner) for key, inner in part.items()}
        return [walk(inner) for inner in part] if isinstance(part, list) else part

    return walk(value)
