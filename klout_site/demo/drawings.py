"""Simple pictures for the demo's perks, drawn when they are needed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = (960, 540)
SUPERSAMPLING: Final = 2  # drawn larger, then shrunk: smooth edges
Pen = ImageDraw.ImageDraw
Colour = tuple[int, int, int]
CREAM: Final = (250, 244, 230)
INK: Final = (38, 50, 64)


def draw(motif: str) -> io.BytesIO:
    """A PNG of the motif, one of MOTIFS."""
    top, bottom, paint = MOTIFS[motif]
    image = _sky(top, bottom)
    paint(ImageDraw.Draw(image))
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.BOX).save(out, "PNG", compress_level=1)
    out.seek(0)
    return out


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    strip = Image.new("RGB", (1, 2))
    strip.putpixel((0, 0), top)
    strip.putpixel((0, 1), bottom)
    size = (SIZE[0] * SUPERSAMPLING, SIZE[1] * SUPERSAMPLING)
    return strip.resize(size, Image.Resampling.BILINEAR)


def _at(*coordinates: int) -> list[int]:
    return [value * SUPERSAMPLING for value in coordinates]


def _tea(pen: Pen) -> None:
    pen.ellipse(_at(250, 420, 710, 480), fill=(196, 161, 112))
    pen.ellipse(_at(610, 230, 740, 370), outline=CREAM, width=36)
    pen.pieslice(_at(290, 30, 670, 450), 0, 180, fill=CREAM)
    pen.ellipse(_at(290, 205, 670, 275), fill=(232, 222, 200))
    pen.ellipse(_at(315, 215, 645, 265), fill=(166, 88, 44))
    for x in (400, 470, 540):
        pen.arc(_at(x, 70, x + 50, 130), 90, 270, fill=CREAM, width=16)
        pen.arc(_at(x - 2, 118, x + 48, 178), 270, 90, fill=CREAM, width=16)


def _evening(pen: Pen) -> None:
    pen.ellipse(_at(650, 60, 770, 180), fill=(255, 214, 140))
    pen.rectangle(_at(0, 400, 960, 540), fill=(72, 46, 60))
    pen.rectangle(_at(90, 360, 870, 400), fill=(142, 92, 74))
    for x in range(170, 860, 155):
        pen.rectangle(_at(x - 8, 250, x + 8, 360), fill=CREAM)
        pen.ellipse(_at(x - 14, 200, x + 14, 252), fill=(255, 190, 92))
    for x in range(210, 780, 155):
        pen.ellipse(_at(x, 330, x + 70, 364), fill=(214, 196, 172))


def _train(pen: Pen) -> None:
    for x, y in ((120, 80), (260, 150), (420, 60), (610, 120), (760, 70), (870, 170)):
        pen.ellipse(_at(x, y, x + 8, y + 8), fill=CREAM)
    pen.polygon(_at(0, 400, 240, 220, 470, 390, 690, 190, 960, 400), fill=(44, 62, 98))
    pen.rectangle(_at(0, 430, 960, 540), fill=(28, 36, 58))
    pen.rounded_rectangle(_at(-60, 290, 820, 440), 60, fill=(176, 58, 66))
    pen.rectangle(_at(-60, 385, 800, 400), fill=CREAM)
    for x in range(30, 720, 130):
        pen.rounded_rectangle(_at(x, 318, x + 90, 372), 12, fill=(255, 214, 140))


def _hills(pen: Pen) -> None:
    pen.ellipse(_at(140, 70, 260, 190), fill=(255, 236, 170))
    pen.ellipse(_at(-200, 270, 620, 800), fill=(132, 176, 110))
    pen.ellipse(_at(380, 300, 1200, 900), fill=(98, 150, 98))
    pen.line(_at(0, 500, 330, 430, 620, 450, 960, 380), fill=INK, width=14)
    pen.rounded_rectangle(_at(380, 390, 600, 446), 16, fill=(222, 104, 70))
    for x in (404, 470, 536):
        pen.rectangle(_at(x, 404, x + 40, 424), fill=CREAM)


def _book(pen: Pen) -> None:
    pen.polygon(_at(480, 160, 220, 110, 220, 400, 480, 450), fill=CREAM)
    pen.polygon(_at(480, 160, 740, 110, 740, 400, 480, 450), fill=(238, 228, 206))
    pen.line(_at(480, 160, 480, 450), fill=(190, 172, 140), width=10)
    for y in range(180, 370, 38):
        pen.line(_at(258, y, 440, y + 34), fill=(188, 178, 160), width=10)
        pen.line(_at(520, y + 34, 702, y), fill=(178, 168, 150), width=10)
    pen.polygon(_at(600, 138, 640, 130, 640, 210, 620, 192, 600, 216), fill=(206, 74, 74))


def _bike(pen: Pen) -> None:
    pen.rectangle(_at(0, 440, 960, 540), fill=(96, 122, 128))
    for x in (200, 610):
        pen.ellipse(_at(x, 290, x + 170, 460), outline=INK, width=28)
    pen.line(_at(285, 375, 420, 375, 500, 250, 650, 250, 695, 375), fill=INK, width=28)
    pen.line(_at(420, 375, 640, 250), fill=INK, width=24)
    pen.line(_at(640, 250, 620, 190, 690, 170), fill=INK, width=24)
    pen.line(_at(500, 250, 480, 200), fill=INK, width=24)
    pen.line(_at(215, 297, 480, 297), fill=INK, width=16)
    pen.rounded_rectangle(_at(440, 176, 530, 204), 12, fill=INK)
    pen.polygon(_at(190, 190, 400, 190, 370, 290, 220, 290), fill=(238, 150, 66))


# The colours of the sky, top and bottom, and what lies before it.
MOTIFS: Final[dict[str, tuple[Colour, Colour, Callable[[Pen], None]]]] = {
    "tea": ((94, 140, 112), (52, 94, 84), _tea),
    "evening": ((58, 44, 88), (178, 96, 92), _evening),
    "train": ((24, 30, 66), (96, 92, 146), _train),
    "hills": ((146, 200, 226), (222, 238, 222), _hills),
    "book": ((62, 92, 138), (120, 150, 176), _book),
    "bike": ((170, 214, 218), (232, 238, 220), _bike),
}
