"""Content codings (RFC 9110 8.4.1): bytes in, bytes out, and which one a client takes.

gzip by isal and zstd 3 are quick enough for the moment a document is made: a tenth of a millisecond for a page. Brotli
takes five times as long at its quality 5 and is for files and quiet moments. All release the GIL.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import brotli
from isal import igzip

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

IDENTITY = "identity"
CODINGS = ("br", "zstd", "gzip")
"""Codings offered, the preferred first among equals: the smallest."""
BROTLI = "br"
SOON = ("zstd", "gzip")
"""The codings that a document gets at the moment it is made; its brotli follows when it is asked for often."""

SMALLEST = 200
"""Bodies below this many bytes aren't worth a coding."""
BEST_BYTES = 100_000
"""Bodies up to this are worth brotli 11, a sixth smaller than 5: a tenth of a second for the largest."""

_COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/feed+json",
    "application/xml",
    "application/ld+json",
)


def is_compressible(media_type: str) -> bool:
    """Whether a coding makes such bytes smaller (pictures are compressed already)."""
    kind = media_type.partition(";")[0]
    return kind.startswith(_COMPRESSIBLE) or kind.endswith(("+xml", "+json", "javascript"))


def encode(body: bytes, coding: str) -> bytes:
    """The body in a coding; the same bytes for the same body, always."""
    if coding == "gzip":
        return bytes(igzip.compress(body, compresslevel=2, mtime=0))
    if coding == "zstd":
        return zstd.compress(body, level=3)
    if coding == BROTLI:
        return _brotli(body, 5)
    raise ValueError(f"unknown coding {coding!r}")


def coded(body: bytes, media_type: str, codings: Iterable[str] = CODINGS) -> dict[str, bytes]:
    """The body in each coding that makes it smaller."""
    if not is_compressible(media_type) or len(body) < SMALLEST:
        return {}
    made = {name: encode(body, name) for name in codings}
    return {name: each for name, each in made.items() if len(each) < len(body)}


def brotli_at_best(body: bytes) -> bytes:
    """The body in the best brotli that is worth its time."""
    return _brotli(body, 11 if len(body) <= BEST_BYTES else 5)


def _brotli(body: bytes, quality: int) -> bytes:
    return bytes(brotli.compress(body, quality=quality, mode=brotli.MODE_TEXT))


def accepted(header: str, offered: Iterable[str]) -> list[str]:
    """The offered codings that an Accept-Encoding header allows, the best first (RFC 9110 12.5.3).

    Identity stands in the list at its own weight unless the header refuses it.
    """
    weights = _weights(header)
    other = weights.get("*")
    ranked = []
    for place, coding in enumerate(offered):
        weight = weights.get(coding, other if other is not None else 0.0)
        ranked.append((weight, -place, coding))
    identity = weights.get(IDENTITY, 0.0001 if other is None or other > 0 else 0.0)
    ranked.append((identity, -len(ranked), IDENTITY))
    return [coding for weight, _, coding in sorted(ranked, reverse=True) if weight > 0]


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        name = {"x-gzip": "gzip"}.get(name.strip(), name.strip())
        if name:
            weights[name] = _quality(parameters)
    return weights


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
