"""Real readers of what is published, in the smallest form that a test needs."""

from typing import Any

import feedparser


def feedparser_parse(document: bytes) -> Any:
    """What feedparser, the library behind many readers, makes of a feed; a feed it calls bozo fails the test."""
    parsed = feedparser.parse(document)
    assert not parsed.bozo, f"feedparser finds the feed malformed: {parsed.get('bozo_exception')!r}"
    assert parsed.version, "feedparser finds no feed"
    return parsed
