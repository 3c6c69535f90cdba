"""RFC 4287 beyond its schema: what the text demands and RELAX NG can't say."""

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from tests.tool.fragment import check_fragment
from tests.tool.lint import is_blank, is_url, repeated, rfc_3339

Element: TypeAlias = "etree._Element"

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENTS = (f"{ATOM}updated", f"{ATOM}published")


def rules_of_atom(feed: Element) -> Iterator[str]:
    """What a feed that fits the schema may still do wrong, each with its clause."""
    entries = feed.findall(f"{ATOM}entry")
    yield from _of_self(feed)
    yield from _of_common("feed", feed)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    yield from (f"feed: id {twice!r} twice (4.2.6)" for twice in repeated(ids))
    if feed.find(f"{ATOM}author") is None and any(not _has_author(entry) for entry in entries):
        yield "feed: an entry has no author and the feed neither (4.1.1)"
    for number, entry in enumerate(entries, 1):
        yield from _of_common(f"entry {number}", entry)
        yield from (f"entry {number}: {problem}" for problem in _of_entry(entry))


def _of_self(feed: Element) -> Iterator[str]:
    links = feed.findall(f"{ATOM}link[@rel='self']")
    if len(links) != 1 or not is_url(links[0].get("href", "")):
        yield f"feed: {len(links)} links with rel=self and an absolute address, not one (4.1.1)"


def _of_common(place: str, holder: Element) -> Iterator[str]:
    if not any(str(text).strip() for title in holder.findall(f"{ATOM}title") for text in title.itertext()):
        yield f"{place}: title is empty (4.2.14)"
    if ":" not in holder.findtext(f"{ATOM}id", ""):
        yield f"{place}: id is not an absolute IRI (4.2.6)"
    for moment in (child for name in MOMENTS for child in holder.findall(name)):
        if rfc_3339(moment.text or "") is None:
            yield f"{place}: {moment.text!r} is no date of RFC 3339 (3.3)"
    links = holder.findall(f"{ATOM}link")
    yield from (
        f"{place}: link {link.get('href')!r} is not absolute" for link in links if not is_url(link.get("href", ""))
    )
    alternates = [(a.get("type"), a.get("hreflang")) for a in links if a.get("rel", "alternate") == "alternate"]
    yield from (f"{place}: two alternates of type and language {twice!r} (4.1.2)" for twice in repeated(alternates))
    terms = [(category.get("scheme"), category.get("term")) for category in holder.findall(f"{ATOM}category")]
    yield from (f"{place}: category {twice!r} twice" for twice in repeated(terms))
    yield from (f"{place}: a category's term is blank" for _, term in terms if is_blank(term))


def _of_entry(entry: Element) -> Iterator[str]:
    links = entry.findall(f"{ATOM}link")
    content = entry.find(f"{ATOM}content")
    if content is None and not any(link.get("rel", "alternate") == "alternate" for link in links):
        yield "neither content nor an alternate link (4.1.2)"
    if content is None and entry.find(f"{ATOM}summary") is None:
        yield "neither content nor summary"
    published, updated = (rfc_3339(entry.findtext(name, "")) for name in reversed(MOMENTS))
    if published and updated and updated < published:
        yield "updated is before published"
    for name in ("content", "summary"):
        for body in entry.findall(f"{ATOM}{name}[@type='html']"):
            yield from (f"{name}: {problem}" for problem in check_fragment(body.text or ""))


def _has_author(entry: Element) -> bool:
    return any(entry.find(f"{ATOM}{way}") is not None for way in ("author", f"source/{ATOM}author"))
