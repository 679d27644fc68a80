"""What is kept of an upload while it streams by, and what stops it."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from scoring.archives import SIEVE, ArchiveRefused, Limits, Sieve, is_wanted, name_of_single
from scoring.archives.pipes import HELD, Pipe
from tests import archives_made as made


def keep(archive: bytes, folder, **limits: int):
    sieve = Sieve(is_wanted, name_of_single, Limits(**limits))
    return sieve.keep(made.chunks(archive, 1000), folder)


def test_only_what_is_read_reaches_the_disk(tmp_path):
    keep(made.zipped(made.x()), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "index.json",
    ]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 10_000


@pytest.mark.parametrize(
    "name",
    [
        "../../account.js",
        "/etc/account.js",
        "..\\..\\account.js",
        "C:\\x\\account.js",
        "a/../account.js",
    ],
)
def test_a_name_leads_nowhere(name, tmp_path):
    inside = tmp_path / "deep" / "folder"
    inside.mkdir(parents=True)
    keep(made.zipped({name: "[]"}), inside)
    assert {path.name for path in inside.iterdir()} == {"1", "index.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_links_and_devices_of_a_tar_are_passed_over(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("actor.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert not keep(out.getvalue(), tmp_path).members


def test_long_names_of_a_tar_are_understood(tmp_path):
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            info = tarfile.TarInfo("x/" * 90 + "outbox.json")
            info.size = 2
            archive.addfile(info, io.BytesIO(b"{}"))
        folder = tmp_path / str(form)
        folder.mkdir()
        assert keep(out.getvalue(), folder).members[0].basename == "outbox.json"


def test_an_archive_in_an_archive_stays_closed(tmp_path):
    inner = made.zipped(made.x())
    assert not keep(
        made.zipped({"inner.zip": inner, "data/tweets.js.zip": inner}), tmp_path
    ).members


def bomb(name: str, mebibytes: int) -> bytes:
    return made.zipped({name: b" " * (mebibytes * 1024 * 1024)})


@pytest.mark.parametrize("name", ["data/tweets.js", "media/film.mp4"])
def test_a_zip_bomb_is_refused_also_where_it_would_be_passed_over(name, tmp_path):
    with pytest.raises(ArchiveRefused, match="far more in this file"):
        keep(bomb(name, 100), tmp_path)


def test_a_bzip2_bomb_is_refused(tmp_path):
    archive = made.zipped({"a.bin": bytes(100 * 1024 * 1024)}, method=zipfile.ZIP_BZIP2)
    with pytest.raises(ArchiveRefused):
        keep(archive, tmp_path)


def test_a_gzip_bomb_is_refused(tmp_path):
    with pytest.raises(ArchiveRefused, match="far more in this file"):
        keep(made.tarred({"media": bytes(100 * 1024 * 1024)}), tmp_path)


def test_a_gzip_bomb_is_refused_also_behind_the_end_of_a_tar(tmp_path):
    with pytest.raises(ArchiveRefused, match="far more in this file"):
        keep(gzip.compress(bytes(100 * 1024 * 1024)), tmp_path)


@pytest.mark.parametrize(
    "limits",
    [{"member_bytes": 50}, {"kept_bytes": 500}, {"entries": 4}, {"kept": 2}],
)
def test_there_is_an_end_to_all_of_it(limits, tmp_path):
    with pytest.raises(ArchiveRefused, match="far more in this file"):
        keep(made.zipped(made.x()), tmp_path, **limits)


def test_ten_thousand_entries_pass_by(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"media/{number}.jpg", b"")
        archive.writestr("data/account.js", "[]")
    folder = SIEVE.keep(made.chunks(out.getvalue()), tmp_path)
    assert [member.name for member in folder.members] == ["data/account.js"]


def encrypted() -> bytes:
    data = bytearray(made.zipped({"data/account.js": "[]" * 20}))
    data[6] |= 1  # the flag in the file's own header
    return bytes(data)


def test_a_locked_archive_is_refused_in_words(tmp_path):
    with pytest.raises(ArchiveRefused, match="locked with a password"):
        keep(encrypted(), tmp_path)


@pytest.mark.parametrize("cut", [30, 200, 800])
def test_an_archive_that_breaks_off_is_refused_in_words(cut, tmp_path):
    with pytest.raises(ArchiveRefused, match="damaged or was cut off"):
        keep(made.zipped(made.x())[:cut], tmp_path)


def test_a_wrong_checksum_is_refused_in_words(tmp_path):
    data = bytearray(made.zipped({"data/account.js": "[]" * 50}, method=zipfile.ZIP_STORED))
    data[60] ^= 1
    with pytest.raises(ArchiveRefused, match="damaged"):
        keep(bytes(data), tmp_path)


def test_stored_without_a_size_is_refused_in_words(tmp_path):
    name = b"data/account.js"
    header = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 8, 0, 0, 0, 0, 0, 0, len(name), 0)
    with pytest.raises(ArchiveRefused, match="can't be read while it comes in"):
        keep(
            header + name + b"[]" + b"PK\7\x08" + struct.pack("<3I", zlib.crc32(b"[]"), 2, 2),
            tmp_path,
        )


def test_zips_that_were_streamed_themselves_are_read(tmp_path):
    class NoSeeking(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += bytes(data)
            return len(data)

    out = NoSeeking()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/account.js", "[]")
    assert len(keep(bytes(out.data), tmp_path).members) == 1


def test_an_empty_file_is_refused_in_words(tmp_path):
    with pytest.raises(ArchiveRefused, match="empty"):
        keep(b"", tmp_path)


def test_no_more_waits_than_a_few_chunks(tmp_path):
    """Whoever uploads faster than we read has to wait, not our memory."""
    taken: list[int] = []

    def slow(chunks: Iterator[bytes]):
        for chunk in chunks:
            taken.append(len(chunk))
            assert pipe._queue.qsize() <= HELD
        return SIEVE.keep([json.dumps({"orderedItems": []}).encode()], tmp_path)

    pipe = Pipe(slow)
    for _number in range(200):
        pipe.push(b"x" * 1000)
    pipe.result()
    assert len(taken) == 200


def test_what_is_pushed_after_a_refusal_goes_nowhere():
    def refuse(chunks: Iterator[bytes]):
        next(chunks)
        raise ArchiveRefused("no")

    pipe = Pipe(refuse)
    for _number in range(200):
        pipe.push(b"x")
    with pytest.raises(ArchiveRefused):
        pipe.result()
