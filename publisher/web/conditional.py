"""Whether a client already has what it asks for (RFC 9110 13): pure, and in one place."""

from __future__ import annotations

import re
from datetime import datetime

from publisher.date import parse_http, whole

_TAG = re.compile(r'\s*(?:W/)?(?:"([^"]*)"|([^\s,"]+))\s*(?:,|$)')
_CODED = re.compile(r"-(?:gzip|br|zstd)$")


def tags(header: str) -> list[str]:
    """The opaque tags of an If-None-Match list, weak and strong alike, without coding suffixes.

    Unquoted tags and the `-gzip` that some servers and proxies append are taken as meant.
    """
    found, place = [], 0
    while match := _TAG.match(header, place):
        found.append(_CODED.sub("", match[1] or match[2] or ""))
        place = match.end()
    return found


def is_current(etag: str, updated: datetime | None, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether 304 is the answer; If-None-Match beats If-Modified-Since (RFC 9110 13.2.2).

    `etag` is the document's opaque tag; comparison is weak (8.8.3.2), so any coding of the same
    revision matches.
    """
    if if_none_match is not None:
        return if_none_match.strip() == "*" or etag in tags(if_none_match)
    if if_modified_since is None or updated is None:
        return False
    since = parse_http(if_modified_since)
    return since is not None and whole(updated) <= since
