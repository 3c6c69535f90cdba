"""RSS 2.0 as the RSS Board's profile has it, with content, dc, media, slash and atom beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from publisher.date import EPOCH, rfc822, rfc3339
from publisher.format import feedgen_bridge as bridge
from publisher.format.entry import Entry, Image
from publisher.format.feed import KEPT_HEADS, MEDIA_TYPES, FeedHead
from publisher.format.feedgen_bridge import ATOM, CONTENT, DC, DCTERMS, HISTORY, MEDIA, SLASH, SMARTNEWS, Tree, add


def feed(head: FeedHead, fragments: Sequence[bytes]) -> bytes:
    """The document: a head, and items rendered by `entry` for the same profile."""
    return filled(top(head), fragments)


def filled(top: bytes, fragments: Sequence[bytes]) -> bytes:
    """The document without items, with items put in."""
    return bridge.join(top, fragments, b"</channel>")


def top(head: FeedHead) -> bytes:
    """The document without items."""
    return _undated(msgspec.structs.replace(head, updated=EPOCH)).replace(_built(EPOCH), _built(head.updated), 1)


@lru_cache(maxsize=KEPT_HEADS)
def _undated(head: FeedHead) -> bytes:
    """The document without items as of 1970: a publication changes nothing of it but the date."""
    return _plain_titles(bridge.rss_head(head, lambda tree: _complete_channel(tree[0], head)))


def _built(at: datetime) -> bytes:
    return f"<lastBuildDate>{rfc822(at)}</lastBuildDate>".encode()


def entry(entry: Entry, profile: str = "") -> bytes:
    """One `<item>`; raises Invalid for what can't be written."""
    return _plain_titles(bridge.rss_item(entry, profile, lambda item: _complete_item(item, entry, profile)))


_TITLE = re.compile(rb"(?<=<title>)[^<]*(?=</title>)")


def _plain_titles(document: bytes) -> bytes:
    """The first title's `<` and `&` as hexadecimal references: readers that take titles for HTML then show
    them right (RSS Board profile, character data). The title is first, so a body is never touched."""
    return _TITLE.sub(lambda text: text[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;"), document, count=1)


def _complete_channel(channel: Tree, head: FeedHead) -> None:
    own = add(channel, f"{{{ATOM}}}link", href=head.self_url, rel="self", type=MEDIA_TYPES["rss"])
    channel.insert(3, own)
    for place, each in enumerate(head.links, 4):
        channel.insert(place, add(channel, f"{{{ATOM}}}link", href=each.href, rel=each.rel, type=each.type))
    if head.is_archive:
        add(channel, f"{{{HISTORY}}}archive")
    if head.profile == "smartnews" and head.logo:
        add(add(channel, f"{{{SMARTNEWS}}}logo"), "url", head.logo)
    add(channel, "lastBuildDate", rfc822(head.updated))


def _complete_item(item: Tree, entry: Entry, profile: str) -> None:
    _place_body(item, entry)
    for person in entry.authors:
        add(item, f"{{{DC}}}creator", person.name)
    add(item, "pubDate", rfc822(entry.published))
    add(item, f"{{{ATOM}}}updated", rfc3339(entry.updated))
    if entry.language:
        add(item, f"{{{DC}}}language", entry.language)
    if entry.comments:
        add(item, f"{{{SLASH}}}comments", str(entry.comments))
    if entry.cover:
        _complete_media(item, entry.cover, profile)
    if profile == "msn":
        add(item, f"{{{DCTERMS}}}modified", rfc3339(entry.updated))


def _place_body(item: Tree, entry: Entry) -> None:
    """feedgen writes a body without a summary as the description: it belongs in content:encoded."""
    if entry.html and item.find(f"{{{CONTENT}}}encoded") is None:
        item.find("description").tag = f"{{{CONTENT}}}encoded"


def _complete_media(item: Tree, image: Image, profile: str) -> None:
    content = add(
        item,
        f"{{{MEDIA}}}content",
        url=image.url,
        type=image.media_type,
        medium="image",
        fileSize=_number(image.bytes),
        width=_number(image.width),
        height=_number(image.height),
    )
    if image.alt:
        add(content, f"{{{MEDIA}}}description", image.alt, type="plain")
        if profile == "msn":
            add(content, f"{{{MEDIA}}}title", image.alt, type="plain")
    if image.credit:
        add(content, f"{{{MEDIA}}}credit", image.credit, role="photographer", scheme="urn:ebu")
    thumbnail = content if profile != "smartnews" else item
    add(thumbnail, f"{{{MEDIA}}}thumbnail", url=image.url, width=_number(image.width), height=_number(image.height))


def _number(value: int) -> str:
    return str(value) if value else ""
