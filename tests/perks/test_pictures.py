from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from perks import pictures, services
from perks.models import Brand, Perk
from profiles.models import User
from tests.perks.conftest import browser_of, make_perk


def picture_file(size: tuple[int, int] = (40, 20), kind: str = "PNG", **options) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    file.seek(0)
    return file


def decoded(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_it_becomes_webp(kind: str) -> None:
    image = decoded(pictures.to_webp(picture_file(kind=kind)))
    assert image.format == "WEBP"
    assert image.size == (40, 20)


def test_large_pictures_shrink_in_proportion() -> None:
    assert decoded(pictures.to_webp(picture_file((3200, 1000)))).size == (1600, 500)


def test_exif_is_gone_and_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "A maker"
    image = decoded(pictures.to_webp(picture_file(kind="JPEG", exif=exif)))
    assert image.size == (20, 40)
    assert not image.getexif()


@pytest.mark.parametrize("junk", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + b"x" * 50])
def test_a_file_that_is_no_picture_is_refused(junk: bytes) -> None:
    with pytest.raises(ValidationError, match="no picture that we can read"):
        pictures.to_webp(io.BytesIO(junk))


def test_half_a_picture_is_refused() -> None:
    half = picture_file((400, 400), "JPEG").getvalue()[:-600]
    with pytest.raises(ValidationError, match="no picture"):
        pictures.to_webp(io.BytesIO(half))


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(ValidationError, match="at most 5 MB"):
        pictures.to_webp(io.BytesIO(b"x" * (pictures.MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("side", "words"), [(7000, "too many pixels"), (12000, "no picture"), (60000, "no picture")]
)
def test_a_bomb_is_refused_before_it_is_decoded(side: int, words: str) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(ValidationError, match=words):
        pictures.to_webp(io.BytesIO(bomb))


@pytest.fixture
def webp() -> bytes:
    return pictures.to_webp(picture_file())


def test_it_is_served_for_ever(client, brand: Brand, webp: bytes) -> None:
    answer = client.get(make_perk(brand, picture=webp).picture_url)
    assert b"".join(answer.streaming_content) == webp
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_drafts_picture_is_for_its_brand(
    bob: User, charlie: User, brand: Brand, webp: bytes
) -> None:
    url = make_perk(brand, picture=webp, published=False).picture_url
    answer = browser_of(bob).get(url)
    assert b"".join(answer.streaming_content) == webp
    assert answer["Cache-Control"].startswith("private")
    assert browser_of(charlie).get(url).status_code == 404


def test_another_name_is_not_there(client, brand: Brand, webp: bytes) -> None:
    url = make_perk(brand, picture=webp).picture_url
    assert client.get(url.replace(".webp", "0.webp")).status_code == 404


def test_a_file_that_was_lost_is_not_there(client, brand: Brand, webp: bytes) -> None:
    perk = make_perk(brand, picture=webp)
    perk.picture.storage.delete(perk.picture.name)
    assert client.get(perk.picture_url).status_code == 404


def test_equal_pictures_are_kept_once_and_go_with_the_last(
    brand: Brand, webp: bytes, django_capture_on_commit_callbacks
) -> None:
    one, two = make_perk(brand, picture=webp), make_perk(brand, picture=webp)
    assert one.picture.name == two.picture.name
    for perk, still_there in [(one, True), (two, False)]:
        with django_capture_on_commit_callbacks(execute=True):
            services.delete_perk(perk_id=perk.pk)
        assert perk.picture.storage.exists(perk.picture.name) is still_there
    assert not Perk.objects.exists()
