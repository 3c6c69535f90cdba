"""Article bodies as HTML: sanitised in one policy, made absolute for feeds, read as text and pictures.

Everything that enters passes `sanitise`; everything behind it may rely on a well-formed fragment
with lower-case tags, quoted attributes, and URLs that are absolute, a path of this site or a
fragment.
"""

from publisher.html.address import NO_FILES, media_address, web_address
from publisher.html.read import (
    SUMMARY_LIMIT,
    absolute,
    media_of,
    original_of,
    pictures_of,
    plain_text,
    replace,
    summary_of,
    text_of,
)
from publisher.html.sanitise import sanitise
from publisher.html.weight import MAX_TAGS, TooMarked

__all__ = [
    "MAX_TAGS",
    "NO_FILES",
    "SUMMARY_LIMIT",
    "TooMarked",
    "absolute",
    "media_address",
    "media_of",
    "original_of",
    "pictures_of",
    "plain_text",
    "replace",
    "sanitise",
    "summary_of",
    "text_of",
    "web_address",
]
