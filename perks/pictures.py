"""Pictures that strangers hand us: read with suspicion, kept as fresh WebP and nothing else."""

from __future__ import annotations

import hashlib
import io
import struct
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000  # a camera's; a bomb says a thousand times that in a few bytes
MAX_SIDE: Final = 1600
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY: Final = 82
# What Pillow's readers raise on broken or hostile files.
BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def to_webp(file: IO[bytes]) -> bytes:
    """The picture anew: WebP, upright, at most 1600 pixels a side, without EXIF (it may hold a
    place). Raises ValidationError."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValidationError(_("This picture is too large: at most 5 MB, please."))
    try:
        return _encode(_decode(data))
    except BROKEN:
        raise ValidationError(
            _("This file is no picture that we can read. Use a JPEG, PNG, WebP or GIF.")
        ) from None


def store(webp: bytes) -> str:
    """The name in the default storage. It is the content's hash: equal pictures are kept once."""
    name = f"perks/{hashlib.sha256(webp).hexdigest()[:32]}.webp"
    if not default_storage.exists(name):
        return default_storage.save(name, ContentFile(webp))
    return name


def _decode(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(_("This picture has too many pixels: at most 40 million, please."))
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image.load()
    return ImageOps.exif_transpose(image)


def _encode(image: Image.Image) -> bytes:
    clean = image.convert("RGBA" if image.has_transparency_data else "RGB")
    clean.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    # The colours' meaning. A profile made for ink would be wrong after the conversion.
    profile = image.info.get("icc_profile") if image.mode.startswith("RGB") else None
    clean.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=profile)
    return out.getvalue()
