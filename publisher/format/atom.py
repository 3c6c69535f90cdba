"""Atom 1.0 (RFC 4287), with Media RSS, threading (RFC 4685) and archives (RFC 5005) beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from publisher.date import EPOCH, rfc3339
from publisher.format import feedgen_bridge as bridge
from publisher.format.entry import Entry, Image
from publisher.format.feed import KEPT_HEADS, MEDIA_TYPES, FeedHead
from publisher.format.feedgen_bridge import HISTORY, MEDIA, THREAD, XML, Tree, add


def feed(head: FeedHead, fragments: Sequence[bytes]) -> bytes:
    """The document: a head, and entries rendered by `entry`."""
    return filled(top(head), fragments)


def filled(top: bytes, fragments: Sequence[bytes]) -> bytes:
    """The document without entries, with entries put in."""
    return bridge.join(top, fragments, b"</feed>")


def top(head: FeedHead) -> bytes:
    """The document without entries."""
    return _undated(msgspec.structs.replace(head, updated=EPOCH)).replace(_updated(EPOCH), _updated(head.updated), 1)


@lru_cache(maxsize=KEPT_HEADS)
def _undated(head: FeedHead) -> bytes:
    """The document without entries as of 1970: a publication changes nothing of it but the date."""
    return bridge.atom_head(head, lambda tree: _complete_feed(tree, head))


def _updated(at: datetime) -> bytes:
    return f"<updated>{rfc3339(at)}</updated>".encode()


def entry(entry: Entry, profile: str = "") -> bytes:
    """One `<entry>`; raises Invalid for what can't be written. Profiles add nothing to Atom."""
    return bridge.atom_entry(entry, lambda tree: _complete_entry(tree, entry))


def _complete_feed(tree: Tree, head: FeedHead) -> None:
    tree.find("updated").text = rfc3339(head.updated)
    for link in tree.findall("link"):
        tree.remove(link)
    add(tree, "link", rel="self", href=head.self_url, type=MEDIA_TYPES["atom"])
    add(tree, "link", rel="alternate", href=head.page_url, type="text/html")
    for each in head.links:
        add(tree, "link", rel=each.rel, href=each.href, type=each.type)
    if head.is_archive:
        add(tree, f"{{{HISTORY}}}archive")


def _complete_entry(tree: Tree, entry: Entry) -> None:
    if entry.language:
        tree.set(f"{{{XML}}}lang", entry.language)
    tree.find("title").set("type", "text")
    tree.find("updated").text = rfc3339(entry.updated)
    add(tree, "published", rfc3339(entry.published))
    _replace_links(tree, entry)
    if entry.origin:
        _complete_source(tree.find("source"), entry)
    if entry.comments:
        add(tree, f"{{{THREAD}}}total", str(entry.comments))
    if entry.cover:
        _add_media(tree, entry.cover)


def _replace_links(tree: Tree, entry: Entry) -> None:
    for link in tree.findall("link"):
        tree.remove(link)
    add(tree, "link", rel="alternate", href=entry.url, type="text/html")
    if entry.image and entry.image.media_type:
        image = entry.image
        add(tree, "link", rel="enclosure", href=image.url, type=image.media_type, length=str(image.bytes))
    if entry.origin:
        add(tree, "link", rel="via", href=entry.origin.url, title=entry.origin.name)


def _complete_source(source: Tree, entry: Entry) -> None:
    """A source has an id, a title and a date (RFC 4287 4.2.11): the original's URL, its name, the entry's date."""
    link = source.find("link")
    link.set("rel", "alternate")
    add(source, "id", link.get("href"))
    add(source, "updated", rfc3339(entry.published))


def _add_media(tree: Tree, image: Image) -> None:
    content = add(tree, f"{{{MEDIA}}}content", url=image.url, type=image.media_type, medium="image")
    for name, value in (("fileSize", image.bytes), ("width", image.width), ("height", image.height)):
        if value:
            content.set(name, str(value))
    if image.alt:
        add(content, f"{{{MEDIA}}}description", image.alt, type="plain")
    if image.credit:
        add(content, f"{{{MEDIA}}}credit", image.credit, role="photographer", scheme="urn:ebu")
    add(content, f"{{{MEDIA}}}thumbnail", url=image.url)
