"""The fixed table of renditions: what a stored picture is offered as, and the addresses pages name.

Knows sizes and names only; `media/` makes the files. A rendition is never larger than what its
picture gives, but for posters, whose sizes are fixed (AMP: at least 640 x 853, 640 x 640, 853 x 640).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

from publisher import url
from publisher.model import Picture

FORMATS: Mapping[str, str] = MappingProxyType({"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"})
"""File name extension -> media type of what renditions are written as, the smallest first."""


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table; height 0 keeps the picture's ratio, `is_fixed` enlarges where needed."""

    name: str
    width: int
    height: int = 0
    is_fixed: bool = False


WIDTHS = (320, 480, 640, 800, 960, 1200, 1600)
TALL = (480, 720, 1080)

RENDITIONS: Mapping[str, Rendition] = MappingProxyType(
    {
        row.name: row
        for row in (
            *(Rendition(name=f"w{width}", width=width) for width in WIDTHS),
            *(Rendition(name=f"tall{width}", width=width, height=round(width * 16 / 9)) for width in TALL),
            Rendition(name="wide", width=1200, height=675),
            Rendition(name="classic", width=1200, height=900),
            Rendition(name="square", width=1200, height=1200),
            Rendition(name="thumb", width=192, height=192),
            Rendition(name="card", width=640, height=360),
            Rendition(name="poster-portrait", width=720, height=960, is_fixed=True),
            Rendition(name="poster-square", width=720, height=720, is_fixed=True),
            Rendition(name="poster-landscape", width=960, height=720, is_fixed=True),
        )
    }
)
"""`w320` ... `w1600` keep the ratio; `tall...` are 9:16 for story pages; the others are crops."""

POSTERS = ("poster-portrait", "poster-square", "poster-landscape")

_LOCAL = re.compile(r"/media/([0-9a-f]{64})/original\.(jpg|png|webp|gif|avif)")


def stored(picture: Picture) -> str:
    """The SHA-256 that a picture is stored by, "" for one that stands elsewhere or can't be resized."""
    return _sha256(picture.src)


@lru_cache(maxsize=1024)
def _sha256(src: str) -> str:
    """A card asks twenty times."""
    match = _LOCAL.fullmatch(src)
    return match[1] if match else ""


def path(picture: Picture, name: str, extension: str = "jpg") -> str:
    """Address of a rendition; of the picture itself when it isn't stored here."""
    sha256 = stored(picture)
    return url.rendition(sha256, name, extension) if sha256 else picture.src


def size(picture: Picture, name: str) -> tuple[int, int]:
    """Width and height that a rendition of a picture has; the picture's own size when not stored here."""
    if not stored(picture) or not (picture.width and picture.height):
        return picture.width, picture.height
    return fitted(RENDITIONS[name], picture.width, picture.height)


def fitted(row: Rendition, width: int, height: int) -> tuple[int, int]:
    """Width and height of a row of the table made from a picture of that size."""
    if row.is_fixed:
        return row.width, row.height
    if not row.height:
        chosen = min(row.width, width)
        return chosen, max(1, round(chosen * height / width))
    chosen = max(1, min(row.width, width, height * row.width // row.height))
    return chosen, max(1, round(chosen * row.height / row.width))


def is_scaled(picture: Picture) -> bool:
    """Whether it is offered in several widths: not one that can't be resized, or is animated."""
    return bool(stored(picture) and picture.width and not picture.src.endswith(".gif"))


def srcset(picture: Picture, extension: str = "jpg") -> str:
    """`srcset` of the widths up to the picture's own; "" when it can't be resized or is animated."""
    return _listed(picture, _names_up_to(picture.width, WIDTHS, "w"), extension)


def tall_srcset(picture: Picture, extension: str = "jpg") -> str:
    """`srcset` of the 9:16 crops for a story's page; "" when it can't be resized."""
    reach = min(picture.width, picture.height * 9 // 16)
    return _listed(picture, _names_up_to(reach, TALL, "tall"), extension)


def sources(picture: Picture) -> tuple[tuple[str, str], ...]:
    """(media type, srcset) of each better format, for `<source>` before the JPEG's `<img>`."""
    offered = ((FORMATS[extension], srcset(picture, extension)) for extension in ("avif", "webp"))
    return tuple(pair for pair in offered if pair[1])


def _names_up_to(width: int, widths: tuple[int, ...], prefix: str) -> tuple[str, ...]:
    """Names of the widths below the picture's, and the first that holds all of it."""
    above = [each for each in widths if each >= width][:1]
    return tuple(f"{prefix}{each}" for each in (*(w for w in widths if w < width), *above))


def _listed(picture: Picture, names: tuple[str, ...], extension: str) -> str:
    if not is_scaled(picture):
        return ""
    return ", ".join(f"{path(picture, name, extension)} {size(picture, name)[0]}w" for name in names)
