"""The media types of stored files, and how the files of each are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/gif": "gif",
        "image/webp": "webp",
        "image/avif": "avif",
        "image/svg+xml": "svg",
        "video/mp4": "mp4",
        "video/webm": "webm",
        "audio/mpeg": "mp3",
        "audio/ogg": "ogg",
        "audio/mp4": "m4a",
        "application/pdf": "pdf",
    }
)


def extension(media_type: str) -> str:
    """File name extension of a media type, `bin` for one that isn't known."""
    return EXTENSIONS.get(media_type, "bin")
