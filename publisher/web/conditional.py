"""Whether a client already has what it asks for, or something else (RFC 9110 13): pure, and in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from publisher.date import parse_http, whole

_TAG = re.compile(r'[\s,]*(W/)?(?:"([^"]*)"|([^\s,"]+))\s*(?:,|$)')
_CODED = re.compile(r"-(?:gzip|br|zstd)$")


def _listed(header: str) -> Iterator[re.Match[str]]:
    """The members of a list of tags; empty ones count for nothing (RFC 9110 5.6.1.2)."""
    place = 0
    while match := _TAG.match(header, place):
        yield match
        place = match.end()


def tags(header: str) -> list[str]:
    """The opaque tags of an If-None-Match list, weak and strong alike, without coding suffixes.

    Unquoted tags and the `-gzip` that some servers and proxies append are taken as meant.
    """
    return [_CODED.sub("", match[2] or match[3] or "") for match in _listed(header)]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a request says it has: tags (None: it names none) or an instant; `any_tag` is `*`."""

    tags: frozenset[str] | None = None
    any_tag: bool = False
    since: datetime | None = None

    def is_met(self, etag: str, updated: datetime | None) -> bool:
        """Whether 304 is the answer; If-None-Match beats If-Modified-Since (RFC 9110 13.2.2).

        `etag` is the document's opaque tag; comparison is weak (8.8.3.2), so any coding of the same
        revision matches.
        """
        if self.tags is not None:
            return self.any_tag or etag in self.tags
        return self.since is not None and updated is not None and whole(updated) <= self.since


UNCONDITIONAL = Condition()


def condition(if_none_match: str | None, if_modified_since: str | None) -> Condition:
    """The condition of a request, read once."""
    if if_none_match is not None:
        return Condition(frozenset(tags(if_none_match)), if_none_match.strip() == "*")
    return Condition(since=parse_http(if_modified_since)) if if_modified_since is not None else UNCONDITIONAL


def is_current(etag: str, updated: datetime | None, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether a client that sends these fields already has the document."""
    return condition(if_none_match, if_modified_since).is_met(etag, updated)


def is_refused(field: str, updated: datetime | None, if_match: str | None, if_unmodified_since: str | None) -> bool:
    """Whether 412 is the answer: the client asks only about what it knows (RFC 9110 13.1.1, 13.1.4).

    `field` is the ETag as it would be sent; comparison is strong, so a weak one is never the same.
    """
    if if_match is not None:
        return if_match.strip() != "*" and not _holds(field, if_match)
    since = parse_http(if_unmodified_since) if if_unmodified_since is not None else None
    return since is not None and updated is not None and whole(updated) > since


def _holds(field: str, header: str) -> bool:
    return any(not match[1] and f'"{match[2]}"' == field for match in _listed(header))


def is_same(field: str, updated: datetime, if_range: str | None) -> bool:
    """Whether a part may be sent to a client that has the others: none is named, or exactly this (RFC 9110 13.1.5)."""
    if if_range is None or if_range.strip() == field:
        return True
    return parse_http(if_range) == whole(updated)
