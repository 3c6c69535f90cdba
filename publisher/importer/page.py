"""A finished HTML page as an article: what its metadata says, and the text without the page around it.

Metadata is read from JSON-LD, Open Graph and `<meta>`. The text is the page's own `<article>`,
`[itemprop=articleBody]` or `<main>`; in a page that marks none of them, what `extract` finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from msgspec.structs import replace

from publisher import text, url
from publisher.error import InvalidExport
from publisher.importer import instant
from publisher.importer.port import Read, content_hash, stable_guid
from publisher.importer.tolerant import mapping, read_json, sequence, string
from publisher.model import Article, Author, Body, Picture, Section, Seo, Source, Status, Tag, Visibility

FORM = 2
MAX_PAGE = 5_000_000
_ARTICLES = frozenset(
    "Article NewsArticle BlogPosting ReportageNewsArticle OpinionNewsArticle ReviewNewsArticle".split()
)
_PLACES = (".//article", ".//*[@itemprop='articleBody']", ".//main", ".//*[@role='main']")
_AROUND = ("nav", "aside", "header", "footer", "form", "script", "style", "template", "noscript", "dialog", "menu")
_PARSER = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)


class NoArticle(InvalidExport):
    """A page that lists articles and is none."""


Find = Callable[[bytes, str], str]
"""Finds the article's HTML in a page, by its address; empty when there is none. Raises InvalidExport."""


def read_page(data: bytes, address: str, site: str, name: str, find: Find) -> Read:
    """The article of a page; `address` is where it stood, as far as known. Raises InvalidExport when there is none,
    NoArticle when it lists others."""
    if len(data) > MAX_PAGE:
        raise InvalidExport(f"larger than {MAX_PAGE:,} bytes")
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InvalidExport(f"not an HTML page ({error})") from error
    if root is None:
        raise InvalidExport("an empty page")
    metas, ld = dict(_metas(root)), _linked_data(root)
    if not ld and metas.get("og:type") != "article" and _is_list(root):
        raise NoArticle("a page that lists articles is none")
    title = _first_text(root, "h1") or _first_text(root, "title")
    html = _text(root) or find(data, address)
    if not html.strip():
        raise InvalidExport("no article was found in the page")
    canonical = _canonical(root) or metas.get("og:url", "") or string(ld.get("url")) or address
    article = _article(metas, ld, root, title, canonical, site, name)
    hashed = Source(kind="page", site=site, id=name, hash=content_hash(FORM, data))
    return Read(article=replace(article, source=hashed, body=Body(source=html)), html=html, base=canonical)


def _metas(root: etree._Element) -> Iterator[tuple[str, str]]:
    for meta in reversed(list(root.iterfind(".//meta"))):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name and meta.get("content"):
            yield name.lower(), meta.get("content") or ""


def _linked_data(root: etree._Element) -> dict[str, Any]:
    """The page's article as its JSON-LD describes it, empty when it doesn't."""
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        try:
            found = read_json((script.text or "").encode("utf-8", "replace")[:1_000_000], "JSON-LD")
        except InvalidExport:
            continue
        for each in _flat(found):
            kinds = each.get("@type")
            if _ARTICLES & set(kinds if isinstance(kinds, list) else [str(kinds)]):
                return each | {"author": _named(each.get("author"), found)}
    return {}


def _named(authors: object, data: object) -> list[object]:
    """Authors, those that are named by an id as the graph describes them."""
    known = {id: each for each in _flat(data) if each.get("name") and (id := string(each.get("@id")))}
    listed = authors if isinstance(authors, list) else [authors]
    return [known.get(string(mapping(each).get("@id")), each) for each in listed]


def _flat(value: object) -> Iterator[dict[str, Any]]:
    for each in value if isinstance(value, list) else [value]:
        yield mapping(each)
        yield from (mapping(inner) for inner in sequence(mapping(each).get("@graph")))


def _is_list(root: etree._Element) -> bool:
    """Whether a page holds several articles whose headings are links: to where they stand."""
    headings = [each.find(".//h2") for each in root.iterfind(".//article")]
    return len(headings) > 1 and all(each is not None and _is_linked(each) for each in headings)


def _is_linked(heading: etree._Element) -> bool:
    parent = heading.getparent()
    return heading.find(".//a[@href]") is not None or (parent is not None and parent.tag == "a")


def _canonical(root: etree._Element) -> str:
    return next((link.get("href") or "" for link in root.iterfind(".//link[@rel='canonical']")), "")


def _text(root: etree._Element) -> str:
    """The marked article's HTML, without navigation, forms and its own title; empty when none is marked."""
    etree.strip_elements(root, *_AROUND, with_tail=False)
    place = next((found for path in _PLACES for found in root.iterfind(path)), None)
    if place is None:
        return ""
    heading = place.find(".//h1")
    parent = None if heading is None else heading.getparent()
    if heading is not None and parent is not None:
        parent.remove(heading)
    return (place.text or "") + "".join(etree.tostring(each, encoding="unicode", method="html") for each in place)


def _article(
    metas: Mapping[str, str],
    ld: Mapping[str, Any],
    root: etree._Element,
    heading: str,
    canonical: str,
    site: str,
    name: str,
) -> Article:
    title = string(ld.get("headline")) or metas.get("og:title") or heading
    published = instant.parse(
        string(ld.get("datePublished")) or metas.get("article:published_time") or metas.get("date", "")
    )
    updated = instant.parse(string(ld.get("dateModified")) or metas.get("article:modified_time", ""))
    path = urlsplit(canonical).path
    last = re.sub(r"\.(?:html?|php)$", "", url.unquoted(path.rstrip("/").rpartition("/")[2]))
    sections = ld.get("articleSection")
    first = sections[0] if isinstance(sections, list) and sections else sections
    section = text.line(string(first) or metas.get("article:section", ""))
    picture = metas.get("og:image") or _picture(ld.get("image"))
    return Article(
        guid=canonical if canonical.startswith("http") else stable_guid("page", site, name),
        slug=text.slug(last) or text.slug(title or "") or text.slug(name) or "article",
        path=url.encode_path(path) if path.strip("/") else "",
        title=title or name,
        status=Status.PUBLISHED,
        visibility=Visibility.PAID if str(ld.get("isAccessibleForFree")).lower() == "false" else Visibility.PUBLIC,
        first_published=published,
        published=published,
        updated=max(updated, published) if updated and published else published,
        dek=metas.get("og:description") or metas.get("description", ""),
        language=(root.get("lang") or "en").replace("_", "-"),
        section=Section(slug=slug, name=section) if (slug := text.slug(section)) and _is_free(slug) else None,
        tags=tuple(Tag(slug=text.slug(each), name=each) for each in _keywords(ld, metas)),
        authors=tuple(Author(slug=text.slug(each), name=each) for each in _authors(ld, metas)),
        hero=Picture(src=urljoin(canonical, picture), alt=metas.get("og:image:alt", "")) if picture else None,
        seo=Seo(noindex="noindex" in metas.get("robots", "").lower()),
    )


def _is_free(slug: str) -> bool:
    return not url.is_reserved(url.section(slug))


def _first_text(root: etree._Element, tag: str) -> str:
    found = root.find(f".//{tag}")
    return "" if found is None else text.line("".join(str(part) for part in found.itertext()))


def _picture(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return string(first) or string(mapping(first).get("url"))


def _keywords(ld: Mapping[str, Any], metas: Mapping[str, str]) -> tuple[str, ...]:
    given = ld.get("keywords") or metas.get("keywords", "")
    listed = given if isinstance(given, list) else string(given).split(",")
    names = (text.line(string(each)) for each in listed)
    return tuple(dict.fromkeys(name for name in names if text.slug(name)))


def _authors(ld: Mapping[str, Any], metas: Mapping[str, str]) -> tuple[str, ...]:
    given = ld.get("author")
    listed = given if isinstance(given, list) else [given]
    names = [string(each) or string(mapping(each).get("name")) for each in listed if each] or [metas.get("author", "")]
    clean = (text.line(name) for name in names if "@" not in name and not name.startswith("http"))
    return tuple(dict.fromkeys(name for name in clean if text.slug(name)))
