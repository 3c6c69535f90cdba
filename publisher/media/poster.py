"""Posters drawn where there is no picture: the title on the section's colours (D4).

The title is set in the face that comes with Pillow, which has Latin letters only; a title in
another script gets the drawing without words.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from publisher.palette import Palette
from publisher.rendition import POSTERS, RENDITIONS

QUALITY = 86
SCALE = 2
"""Shapes are drawn this much larger and reduced, so that their edges are smooth."""
_INK = "#ffffff"
_PUNCTUATION = frozenset("‘’“”–—…•€„‹›«»")


def draw(name: str, title: str, kicker: str, colours: Palette) -> bytes:
    """A poster of the table of renditions as JPEG; the same values give the same bytes."""
    row = RENDITIONS[name]
    image = _ground(row.width, row.height, colours)
    if title and is_drawable(title):
        _write(image, title, kicker if is_drawable(kicker) else "", colours)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def is_drawable(text: str) -> bool:
    """Whether the built-in face has every letter of a text."""
    return all(" " <= char < "\u0180" or char in _PUNCTUATION for char in text)


def _ground(width: int, height: int, colours: Palette) -> Image.Image:
    """A slanting gradient from `warm` to `deep` with two large discs, lighter than it."""
    size = (width, height)
    deep, warm = (Image.new("RGB", size, colour) for colour in (colours.deep, colours.warm))
    ground = Image.composite(deep, warm, _slope(width, height))
    return Image.composite(Image.new("RGB", size, colours.accent), ground, _discs(width, height))


@lru_cache(maxsize=len(POSTERS))
def _slope(width: int, height: int) -> Image.Image:
    """How much of the gradient's end each pixel has: the same for all posters of a shape."""
    slope = Image.linear_gradient("L").rotate(20, Image.Resampling.BICUBIC).crop((44, 44, 212, 212))
    return slope.resize((width, height), Image.Resampling.BICUBIC)


@lru_cache(maxsize=len(POSTERS))
def _discs(width: int, height: int) -> Image.Image:
    """How much lighter each pixel is: the same for all posters of a shape."""
    discs = Image.new("L", (width * SCALE, height * SCALE))
    pen = ImageDraw.Draw(discs)
    side = width * SCALE
    pen.circle((side * 1.02, side * 0.1), side * 0.42, fill=26)
    pen.circle((side * 0.86, side * 0.02), side * 0.26, fill=44)
    return discs.resize((width, height), Image.Resampling.LANCZOS)


def _write(image: Image.Image, title: str, kicker: str, colours: Palette) -> None:
    """The title from the bottom up, as large as five lines allow, the kicker over it."""
    pen = ImageDraw.Draw(image)
    margin = image.width // 11
    room = image.width - 2 * margin
    size, lines = _fitted(pen, title, room, image.height * 0.6)
    step = round(size * 1.12)
    top = image.height - margin - step * len(lines)
    if kicker:
        pen.text((margin, top - size * 0.95), kicker.upper(), font=_face(max(22, size // 3)), fill=colours.accent)
    pen.rectangle((margin, top - size * 0.34, margin + size * 1.4, top - size * 0.24), fill=colours.accent)
    for number, line in enumerate(lines):
        pen.text((margin, top + step * number), line, font=_face(size), fill=_INK, stroke_width=size / 60)


def _fitted(pen: ImageDraw.ImageDraw, text: str, room: float, height: float) -> tuple[int, list[str]]:
    for size in range(84, 30, -6):
        lines = _wrapped(pen, text, room, _face(size))
        is_narrow = all(pen.textlength(line, font=_face(size)) <= room for line in lines)
        if is_narrow and len(lines) * size * 1.12 <= height and len(lines) <= 5:
            return size, lines
    return 36, _wrapped(pen, text, room, _face(36))[: int(height // 41)]


def _wrapped(pen: ImageDraw.ImageDraw, text: str, room: float, face: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or pen.textlength(longer, font=face) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=32)
def _face(size: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return face
