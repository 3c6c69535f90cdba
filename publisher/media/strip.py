"""Takes metadata out of picture files without decoding them: what remains are pixels and colour.

Knows the containers only (JPEG, PNG, WebP, GIF). Whatever follows the picture's own end is cut off,
so nothing can be carried behind it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from publisher.error import Invalid

SIGNATURES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.S)),
    ("image/avif", re.compile(rb".{4}ftyp(?:avif|avis)|.{4}ftyp.{8}(?:.{4}){0,8}?avif", re.S)),
)
MAX_FRAMES = 600
"""Frames of an animation; a longer one is a film or a bomb."""


def media_type(data: bytes) -> str:
    """What a file is by its first bytes, whatever its name says; raises Invalid for what is no picture."""
    for name, signature in SIGNATURES:
        if signature.match(data):
            return name
    raise Invalid("not a picture: the file must be JPEG, PNG, GIF, WebP or AVIF by its content")


def stripped(data: bytes, kind: str) -> bytes:
    """The same picture without metadata and without anything behind it; raises Invalid when it is cut short."""
    try:
        if kind == "image/jpeg":
            return b"".join(_jpeg(data))
        if kind == "image/png":
            return data[:8] + b"".join(_png(data))
        if kind == "image/gif":
            return _gif(data)
        return _webp(data) if kind == "image/webp" else data
    except (struct.error, IndexError) as error:
        raise Invalid("the picture's file is cut short") from error


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOS, _EOI, _APP2 = 0xDA, 0xD9, 0xE2
_DROPPED = frozenset((*range(0xE0, 0xF0), 0xFE)) - {0xE0, _APP2, 0xEE}


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Segments without EXIF, XMP, IPTC, comments and gain maps; the colour profile stays."""
    yield data[:2]
    at = 2
    while at < len(data):
        found = _MARKER.search(data, at)
        if not found:
            raise Invalid("the picture's file is cut short")
        at, marker = found.start(), data[found.start() + 1]
        if marker == _EOI:
            yield data[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == _SOS:
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        is_profile = data[at + 4 : at + 15] == b"ICC_PROFILE"
        if marker not in _DROPPED and (marker != _APP2 or is_profile):
            yield data[at:end]
        at = end


_PNG_KEPT = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"acTL",
        b"fcTL",
        b"fdAT",
    )
)


def _png(data: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise Invalid("the picture's file is cut short")
        if name in _PNG_KEPT:
            yield data[at:end]
        if name == b"IEND":
            return
        at = end
    raise Invalid("the picture's file is cut short")


_WEBP_DROPPED = frozenset((b"EXIF", b"XMP "))
_WEBP_FLAGS = ~0x0C & 0xFF


def _webp(data: bytes) -> bytes:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise Invalid("the picture's file is cut short")
    parts, at = [], 12
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & _WEBP_FLAGS]) + chunk[9:]
        if name not in _WEBP_DROPPED:
            parts.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _gif(data: bytes) -> bytes:
    """The GIF up to its trailer; counts frames on the way, without decoding one."""
    at = 13 + _table(data[10])
    frames = 0
    while data[at] != 0x3B:
        if data[at] == 0x21:
            at = _after_blocks(data, at + 2)
        elif data[at] == 0x2C:
            frames += 1
            if frames > MAX_FRAMES:
                raise Invalid(f"the animation has more than {MAX_FRAMES} frames")
            at = _after_blocks(data, at + 11 + _table(data[at + 9]))
        else:
            raise Invalid("the picture's file is broken")
    return data[: at + 1]


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1
