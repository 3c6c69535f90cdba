"""The one owner of feedgen: it serialises a feed's head, or one entry, and is repaired here.

feedgen 1.0 drops Atom link attributes, writes non-Z dates, loses authors without e-mail, calls
setlocale for every RSS date and knows no paging links. So it never sees a date, and one extension
of ours gets each finished tree and hands it to the format (`rss.py`, `atom.py`), which repairs and
completes it in place. An entry is serialised alone, below an element that declares every prefix of
the head: its bytes can be joined into any head of the same format (a join costs microseconds).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.error import Invalid
from publisher.format.entry import Entry
from publisher.format.feed import FeedHead

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
SMARTNEWS = "http://www.smartnews.be/snf"
THREAD = "http://purl.org/syndication/thread/1.0"
XML = "http://www.w3.org/XML/1998/namespace"

RSS_PREFIXES = {"dc": DC, "media": MEDIA, "slash": SLASH, "fh": HISTORY}
ATOM_PREFIXES = {"media": MEDIA, "thr": THREAD, "fh": HISTORY}
PROFILE_PREFIXES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"": {}, "flipboard": {}, "smartnews": {"snf": SMARTNEWS}, "msn": {"dcterms": DCTERMS}}
)

Tree = Any
"""An lxml element (lxml's own stubs know too little of it)."""
Finish = Callable[[Tree], None]
Texts = Callable[[FeedEntry, Entry], None]


class Completion(BaseEntryExtension):  # type: ignore[misc]
    """Our one extension: declares the prefixes and hands feedgen's tree to `finish`."""

    def __init__(self) -> None:
        self.prefixes: Mapping[str, str] = {}
        self.finish: Finish = lambda _: None

    def extend_ns(self) -> dict[str, str]:
        """The prefixes that the root declares, for whatever may be joined into it."""
        return dict(self.prefixes)

    def extend_rss(self, feed: Tree) -> Tree:
        """Repair and complete an `<rss>` or `<item>`."""
        self.finish(feed)
        return feed

    extend_atom = extend_rss


def add(parent: Tree, name: str, text: str = "", **attributes: str) -> Tree:
    """Append an element with its text and its non-empty attributes."""
    element = etree.SubElement(parent, name, {key: value for key, value in attributes.items() if value})
    if text:
        element.text = text
    return element


def _rss_prefixes(profile: str) -> Mapping[str, str]:
    """Those that feedgen always declares stand last, as it writes them."""
    return {**RSS_PREFIXES, **PROFILE_PREFIXES[profile], "atom": ATOM, "content": CONTENT}


def _generator(head: FeedHead, prefixes: Mapping[str, str], finish: Finish) -> FeedGenerator:
    """A feedgen feed with what it writes well; `updated` is replaced by the format."""
    feed = FeedGenerator()
    feed.register_extension("publisher", Completion)
    feed.publisher.prefixes, feed.publisher.finish = prefixes, finish
    feed.id(head.id)
    feed.title(head.title)
    feed.description(head.description)
    feed.updated(head.updated)
    feed._FeedGenerator__rss_lastBuildDate = None  # or it would be written under setlocale; rss.py writes it
    feed.link(href=head.page_url, rel="alternate")
    return feed


def _rss_generator(head: FeedHead, finish: Finish) -> FeedGenerator:
    feed = _generator(head, _rss_prefixes(head.profile), finish)
    feed.generator(f"Publisher {head.version}".strip())
    feed.copyright(head.copyright or None)
    feed.language(head.language)
    feed.ttl(head.ttl_minutes)
    if head.image:
        width, height = (str(each) if each else None for each in head.image_size)
        feed.image(head.image, head.title, head.page_url, width, height)
    return feed


def _atom_generator(head: FeedHead, finish: Finish) -> FeedGenerator:
    feed = _generator(head, ATOM_PREFIXES, finish)
    feed.generator("Publisher", head.version or None)
    feed.subtitle(head.description)
    feed.rights(head.copyright or None)
    feed.language(head.language)
    feed.icon(head.icon or None)
    feed.author({"name": head.publisher or head.title, "uri": head.home_url or head.page_url})
    return feed


def rss_head(head: FeedHead, finish: Finish) -> bytes:
    """A whole RSS document without items."""
    return _serialised(lambda: _rss_generator(head, finish).rss_str())


def atom_head(head: FeedHead, finish: Finish) -> bytes:
    """A whole Atom document without entries."""
    return _serialised(lambda: _atom_generator(head, finish).atom_str())


def rss_item(entry: Entry, profile: str, finish: Finish) -> bytes:
    """The bytes of one `<item>`; raises Invalid for what can't be written."""
    return _serialised(lambda: _alone(_entry(entry, _rss_texts, finish).rss_entry(), _rss_prefixes(profile)))


def atom_entry(entry: Entry, finish: Finish) -> bytes:
    """The bytes of one `<entry>`; raises Invalid for what can't be written."""
    return _serialised(lambda: _alone(_entry(entry, _atom_texts, finish).atom_entry(), ATOM_PREFIXES))


def _alone(tree: Tree, prefixes: Mapping[str, str]) -> bytes:
    """One element's bytes without the prefixes, which its document declares."""
    etree.Element("root", nsmap=prefixes).append(tree)
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=False)
    name, declared = len(tree.tag) + 1, sum(len(f' xmlns:{each}="{prefixes[each]}"') for each in prefixes)
    return written[:name] + written[name + declared :]


def _entry(entry: Entry, texts: Texts, finish: Finish) -> FeedEntry:
    item = FeedEntry()
    item.register_extension("own", Completion)
    item.own.finish = finish
    item.link(href=entry.url, rel="alternate")
    for each in entry.categories:
        item.category(term=each.term, scheme=each.scheme)
    if entry.origin:
        item.source(entry.origin.url, entry.origin.name)
    if entry.image and entry.image.media_type:
        item.enclosure(entry.image.url, entry.image.bytes, entry.image.media_type)
    texts(item, entry)
    return item


def _rss_texts(item: FeedEntry, entry: Entry) -> None:
    item.guid(entry.guid, permalink=entry.is_permalink)
    item.title(entry.title or None)
    item.description(escape(entry.teaser) or None, isSummary=True)
    if entry.html:
        item.content(entry.html, type="text" if "]]>" in entry.html else "CDATA")


def _atom_texts(item: FeedEntry, entry: Entry) -> None:
    item.id(entry.iri)
    item.updated(entry.updated)
    item.title(entry.stand_in)
    item.summary(entry.teaser or None, type="text")
    item.author([{"name": each.name, **({"uri": each.url} if each.url else {})} for each in entry.authors])
    if entry.html:
        item.content(entry.html, type="html")


def escape(text: str) -> str:
    """Plain text as HTML, for RSS descriptions, which readers take for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _serialised(write: Callable[[], bytes]) -> bytes:
    """What feedgen and lxml raise for a value they can't write, as the tree's own error."""
    try:
        return write()
    except (ValueError, TypeError, KeyError, etree.LxmlError) as error:
        raise Invalid(f"can't be written as XML: {error}") from error


def join(head: bytes, fragments: Sequence[bytes], end: bytes) -> bytes:
    """A head with entries put in before its end tag."""
    at = head.rindex(end)
    return b"\n".join((head[:at], *fragments, head[at:] + b"\n"))
