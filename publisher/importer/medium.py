"""A Medium account's archive as articles: one HTML file for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from publisher import text, url
from publisher.error import InvalidExport
from publisher.importer import instant
from publisher.importer.archive import Archive
from publisher.importer.port import Failed, Item, Progress, Read, Skipped, Stored, content_hash, placed, stable_guid
from publisher.model import Article, Author, Body, Redirect, Section, Source, Status, Tag

FORM = 3
MAX_POST = 20_000_000

_POST = re.compile(r"(?:.*/)?posts/[^/]+\.html")
_CODE = re.compile(r"-([0-9a-f]{8,14})$")
_PLAIN = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)


class MediumExport:
    """An opened Medium archive: the zip as it comes, or its folder."""

    kind = "medium"
    title = language = ""
    hosts: frozenset[str] = frozenset()
    sections: tuple[Section, ...] = ()
    authors: tuple[Author, ...] = ()
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    site = "medium.com"

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._archive, self._offset, self._read = Archive(path), offset, 0
        self._names = [*(name for name in self._archive.names if _POST.fullmatch(name)), *self._archive.strange]
        if not self._names:
            raise InvalidExport(f"{path}: not a Medium archive (it has no posts/*.html)")

    @property
    def progress(self) -> Progress:
        """How far the reading is, in the bytes of its posts."""
        return Progress(self._read, sum(map(self._archive.size, self._names)))

    def __iter__(self) -> Iterator[Item]:
        taken: set[str] = set()
        for number, name in enumerate(self._names, 1):
            self._read += self._archive.size(name)
            if number > self._offset:
                yield self._item(name, number, taken)

    def _item(self, name: str, number: int, taken: set[str]) -> Item:
        if name in self._archive.strange:
            return Skipped(what=name, reason="its name leads out of the archive", offset=number)
        try:
            data = self._archive.read(name, MAX_POST)
            root = etree.fromstring(data, _PLAIN) if data.strip(b"\x00 \n") else None
        except (InvalidExport, etree.XMLSyntaxError, ValueError) as error:
            return Failed(what=name, reason=str(error) or "can't be read", offset=number)
        if root is None:
            return Failed(what=name, reason="it is empty", offset=number)
        body = _first(root, ".//section[@data-field='body']")
        if body is None:
            return Skipped(what=name, reason="an HTML file without a Medium text is no article", offset=number)
        return placed(_build(name, root, body, data, number, taken))


def _first(root: etree._Element, path: str) -> etree._Element | None:
    return next(iter(root.iterfind(path)), None)


def _words(element: etree._Element | None) -> str:
    return "" if element is None else text.line("".join(str(part) for part in element.itertext()))


def _by_class(root: etree._Element, tag: str, name: str) -> Iterator[etree._Element]:
    return (each for each in root.iterfind(f".//{tag}") if name in (each.get("class") or "").split())


def _build(name: str, root: etree._Element, body: etree._Element, data: bytes, number: int, taken: set[str]) -> Read:
    """The article of a file; one that says the address of another (`taken`) is known by its file's name."""
    title = _words(next(_by_class(root, "h1", "p-name"), None)) or _words(_first(root, ".//title"))
    subtitle = _words(_first(root, ".//section[@data-field='subtitle']"))
    canonical = next((each.get("href") or "" for each in _by_class(root, "a", "p-canonical")), "")
    stamp = next(_by_class(root, "time", "dt-published"), None)
    published = instant.parse("" if stamp is None else stamp.get("datetime") or "")
    is_response = _is_response(body, title)
    _without_heading(body, title, subtitle)
    html = _inner(body)
    last = urlsplit(canonical).path.rstrip("/").rpartition("/")[2]
    code = _CODE.search(last) or re.fullmatch(r"([0-9a-f]{8,14})", last)
    code = None if code and code[1] in taken else code
    identity = code[1] if code else name.rpartition("/")[2].removesuffix(".html")
    taken.add(identity)
    slug = text.slug(_CODE.sub("", last)) if code and code[0] != last else text.slug(title)
    is_own = bool(canonical) and not (urlsplit(canonical).hostname or "medium.com").endswith("medium.com")
    names = [_words(each) for each in _by_class(root, "a", "p-tag")]
    terms = tuple(Tag(slug=text.slug(each), name=each) for each in dict.fromkeys(names) if text.slug(each))
    article = Article(
        guid=f"https://medium.com/p/{identity}" if code else stable_guid("medium", "medium.com", identity),
        slug=slug or text.slug(identity) or "article",
        path=url.encode_path(urlsplit(canonical).path) if is_own else "",
        title=title,
        status=Status.PUBLISHED if published and "draft_" not in name and not is_response else Status.DRAFT,
        first_published=published,
        published=published,
        updated=published,
        dek="" if _words(body).startswith(subtitle.rstrip("\u2026 ")) else subtitle,
        tags=terms,
        authors=_authors(root),
        source=Source(kind="medium", site="medium.com", id=identity, hash=content_hash(FORM, data)),
        body=Body(source=html, format="html"),
    )
    notes = (f"{name}: it has no heading, as responses to stories: a draft",) if is_response and published else ()
    return Read(article=article, html=html, base=canonical or "https://medium.com/", offset=number, notes=notes)


def _is_response(body: etree._Element, title: str) -> bool:
    """Whether a text is called by its first words and has no heading: so Medium exports what one answered others."""
    headings = (each for tag in ("h1", "h2", "h3", "h4") for each in body.iterfind(f".//{tag}"))
    begun = title.rstrip(" .\u2026")
    return bool(begun) and not any(map(_words, headings)) and _words(body).startswith(begun)


def _without_heading(body: etree._Element, title: str, subtitle: str) -> None:
    """Medium repeats title and subtitle at the head of the text: they go, and so do the first rule and the boxes."""
    for tag in ("h1", "h2", "h3", "h4"):
        for each in list(body.iterfind(f".//{tag}")):
            classes = (each.get("class") or "").split()
            if "graf--title" in classes or ("graf--subtitle" in classes and _words(each) == subtitle):
                _remove(each)
    for rule in list(_by_class(body, "div", "section-divider"))[:1]:
        _remove(rule)
    etree.strip_tags(body, "div", "section")


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _inner(element: etree._Element) -> str:
    """An element's content as HTML."""
    parts = [element.text or ""]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts).strip()


def _authors(root: etree._Element) -> tuple[Author, ...]:
    author = next(_by_class(root, "a", "p-author"), None)
    name = _words(author)
    slug = text.slug(name)
    return (Author(slug=slug, name=name, url=(author.get("href") if author is not None else "") or ""),) if slug else ()
