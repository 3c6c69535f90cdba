"""An entry of any feed as one value, and the article it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from publisher import html, text, url
from publisher.html.embed import known
from publisher.importer import blogger, instant
from publisher.importer.port import Read, content_hash, stable_guid
from publisher.model import Article, Author, Body, Kind, Picture, Section, Source, Status, Tag

FORM = 2

_WORDPRESS = re.compile(r"[?&](?:p|page_id)=(\d{1,15})$")
_CREDITED = "<p>The post <a "
_CREDIT = re.compile(rf"{_CREDITED}[^<>]*>[^<]*</a> (?:appeared first|first appeared) on <a [^<>]*>[^<]*</a>\.</p>\s*")
"""What WordPress's plugins add to a feed and show nowhere else."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry."""

    url: str
    media_type: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry's fields, the same from RSS, Atom and JSON Feed; `undated` is a date of publication that is none."""

    id: str = ""
    link: str = ""
    title: str = ""
    content: str = ""
    summary: str = ""
    published: datetime | None = None
    undated: str = ""
    updated: datetime | None = None
    authors: tuple[tuple[str, str], ...] = ()
    terms: tuple[str, ...] = ()
    picture: str = ""
    picture_alt: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    comments: int = 0
    language: str = ""
    source_name: str = ""
    source_url: str = ""
    kind: str = ""
    status: Status = Status.PUBLISHED
    path: str = ""

    @property
    def identity(self) -> str:
        """What tells it from the feed's other entries."""
        return self.id or self.link or (content_hash(self.title, self.content, self.summary) if self.title else "")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.picture or self.enclosures or f"{self.title}{self.content}{self.summary}".strip())


@dataclass(frozen=True, slots=True)
class Page:
    """One document of a feed.

    `lost` counts entries that its bytes begin and no parser found; `is_cut` says that it has no end, `problem` why it
    can't be had at all.
    """

    address: str = ""
    home: str = ""
    title: str = ""
    language: str = ""
    next: str = ""
    entries: tuple[Entry, ...] = field(default=())
    lost: int = 0
    is_cut: bool = False
    problem: str = ""


def string(value: object) -> str:
    """A parser's value if it is text."""
    return value if isinstance(value, str) else ""


def language(value: object) -> str:
    """A BCP 47 language, empty when it isn't one."""
    tag = string(value).strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else ""


def of_xml(entry: Any) -> Entry:
    """An entry as feedparser gives it."""
    contents = [each for each in entry.get("content", ()) if string(each.get("value"))]
    content = next((c for c in contents if "html" in string(c.get("type"))), contents[0] if contents else {})
    detail = entry.get("summary_detail") or {}
    picture, alt = _picture(entry)
    source = entry.get("source") or {}
    comments = string(entry.get("slash_comments")) or string(entry.get("thr_total"))
    published = _instant(entry, "published") or _instant(entry, "created")
    return Entry(
        id=string(entry.get("id")).strip(),
        link=_link(entry),
        title=_escaped(entry.get("title"), entry.get("title_detail") or {}),
        content=_body(content.get("value"), content),
        summary=_body(entry.get("summary"), detail),
        published=published,
        undated="" if published else string(entry.get("published")).strip(),
        updated=_instant(entry, "updated"),
        authors=_people(entry),
        terms=tuple(
            string(each.get("label")) or string(each.get("term"))
            for each in entry.get("tags", ())
            if not blogger.is_kind(each)
        ),
        picture=picture,
        picture_alt=alt,
        enclosures=tuple(
            Enclosure(string(each.get("href")), string(each.get("type"))) for each in entry.get("enclosures", ())
        ),
        comments=int(comments) if re.fullmatch(r"[0-9]{1,9}", comments) else 0,
        language=language(content.get("language") or detail.get("language")),
        source_name=string(source.get("title")),
        source_url=string(source.get("link")) or string(source.get("href")),
        kind=blogger.kind_of(entry),
        status=blogger.status_of(entry),
        path=blogger.path_of(entry),
    )


def _people(entry: Any) -> tuple[tuple[str, str], ...]:
    """Names and pages; a single author's name as written, for feedparser cuts e-mail addresses wrongly."""
    people = [each for each in entry.get("authors", ()) if each]
    raw = string(entry.get("author"))
    if len(people) == 1 and "@" in raw:
        return ((raw, string(people[0].get("href"))),)
    return tuple((string(each.get("name")), string(each.get("href"))) for each in people)


def _link(entry: Any) -> str:
    link = string(entry.get("link")).strip()
    return link or (string(entry.get("id")).strip() if string(entry.get("id")).startswith("http") else "")


def _escaped(value: object, detail: Mapping[str, object]) -> str:
    """The value as HTML; text that was sent as plain text has its `<` escaped."""
    found = string(value)
    return (
        escape(found, quote=False)
        if detail.get("type") == "text/plain" and re.search(r"<[a-zA-Z/]", found) is None
        else found
    )


def _body(value: object, detail: Mapping[str, object]) -> str:
    """A text as HTML, without what a plugin adds; the line ends of plain text count."""
    found = _escaped(value, detail)
    is_plain = detail.get("type") == "text/plain" and "<" not in found
    return paragraphs(unescape(found)) if is_plain and "\n" in found.strip() else without_credit(found)


def without_credit(body: str) -> str:
    """The text without the line that WordPress's plugins add at its end."""
    at = body.rfind(_CREDITED)
    return body[:at].rstrip() if at >= 0 and _CREDIT.fullmatch(body, at) else body


def paragraphs(plain: str) -> str:
    """Plain text as HTML: a paragraph for every blank line."""
    pieces = re.split(r"\n[^\S\n]*\n", plain.strip())
    return "".join(
        f"<p>{escape(piece.strip(), quote=False).replace(chr(10), '<br />')}</p>" for piece in pieces if piece.strip()
    )


def _instant(entry: Any, name: str) -> datetime | None:
    """A date as the feed writes it, else as feedparser understands it."""
    if name == "updated" and "updated" not in entry.keys():  # noqa: SIM118 (its `in` answers for `published`)
        return None
    found = instant.parse(string(entry.get(name)))
    parts = entry.get(f"{name}_parsed")
    if found is None and parts is not None and 0 < parts[0] < 9000:
        try:
            year, month, day, hour, minute, second = parts[:6]
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        except (ValueError, TypeError):
            return None
    return found


def _picture(entry: Any) -> tuple[str, str]:
    """The lead picture: media:content, a thumbnail, a picture enclosed, iTunes' (feeds.md 28)."""
    contents = [each for each in entry.get("media_content", ()) if _is_picture(each)]
    nothing: dict[str, Any] = {}
    widest: Any = max(contents, key=_width, default=nothing)
    enclosed: Any = next(
        (e for e in entry.get("enclosures", ()) if string(e.get("type")).startswith("image/")), nothing
    )
    thumbnail: Any = next(iter(entry.get("media_thumbnail", ())), nothing)
    image = entry.get("image") or {}
    for found in (widest.get("url"), enclosed.get("href"), thumbnail.get("url"), image.get("href")):
        if found:
            return string(found), string(entry.get("media_description")) if found == widest.get("url") else ""
    return "", ""


def _is_picture(content: Any) -> bool:
    kind = string(content.get("type")) or string(content.get("medium"))
    return bool(content.get("url")) and (
        kind.startswith("image")
        or re.search(r"\.(?:jpe?g|png|webp|gif|avif)(?:\?|$)", content["url"], re.I) is not None
    )


def _width(content: Any) -> int:
    width = string(content.get("width"))
    return int(width) if re.fullmatch(r"[0-9]{1,6}", width) else 0


def build(entry: Entry, page: Page, site: str, hosts: frozenset[str], taken: set[str], number: int) -> Read:
    """The article of an entry; `taken` holds the paths that earlier entries stand on."""
    identity = entry.identity or f"#{number}"
    body = entry.content or entry.summary
    title = text.line(html.plain_text(entry.title))
    slug = (
        _slug(entry.path or entry.link) or text.slug(title) or text.slug(identity)[-60:].strip("-") or f"entry-{number}"
    )
    section, tags = _terms(entry.terms)
    link = _joined(page.home or page.address, entry.link)
    own = _host(link) in hosts
    path = url.encode_path(entry.path) if entry.path else _path(link) if own else ""
    path = "" if path in taken else path
    taken.add(path)
    published = entry.published or entry.updated
    is_public = entry.status is Status.PUBLISHED
    article = Article(
        guid=text.line(entry.id)[:2000] or stable_guid("feed", site, identity),
        slug=slug,
        path=path,
        title=title,
        kind=Kind.PAGE if entry.kind == "page" else Kind.ARTICLE,
        status=entry.status,
        first_published=published if is_public else None,
        published=published,
        updated=max(entry.updated, published) if entry.updated and published else published,
        excerpt=entry.summary if entry.content and entry.summary != entry.content else "",
        language=entry.language or page.language or "en",
        section=section,
        tags=tags,
        authors=_authors(entry.authors),
        hero=Picture(src=entry.picture, alt=entry.picture_alt) if entry.picture else None,
        source_name=entry.source_name,
        source_url=entry.source_url or ("" if own else link),
        comment_count=entry.comments,
        source=Source(kind="feed", site=site, id=identity, hash=content_hash(FORM, repr(replace(entry, undated="")))),
        body=Body(source=body, format="html"),
    )
    return Read(
        article=article,
        html=_with_film(link, body) + _players(entry, body),
        aliases=tuple(_numbered(entry, hosts)),
        base=link or page.home or page.address,
        notes=_notes(entry, published, title or slug),
        offset=number,
    )


def _notes(entry: Entry, published: datetime | None, name: str) -> tuple[str, ...]:
    """A date that can't be read is told (feeds.md 44)."""
    if not entry.undated:
        return ()
    instead = "its date of change" if published else "the time of its import"
    return (f"{text.cut(name, 60)}: {entry.undated[:60]!r} is no date; {instead} is taken",)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _path(link: str) -> str:
    """The path an entry stood on, empty when its address isn't a path alone."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if not parts.path.strip("/") or (parts.query and not re.fullmatch(r"(?:utm_\w+=[^&]*&?)+", parts.query)):
        return ""
    return url.encode_path(parts.path)


def _slug(link: str) -> str:
    path = _path(link).rstrip("/")
    return text.slug(re.sub(r"\.(?:html?|php|aspx?)$", "", url.unquoted(path.rpartition("/")[2])))


def _terms(terms: tuple[str, ...]) -> tuple[Section | None, tuple[Tag, ...]]:
    """The first category as the section, the others as tags."""
    names = [
        name for term in terms if (name := text.line(html.plain_text(term))) and text.slug(name) and len(name) < 120
    ]
    distinct = {text.slug(name): name for name in reversed(names)}
    found = tuple(Tag(slug=slug, name=name) for slug, name in reversed(distinct.items()))
    usable = next((tag for tag in found if not url.is_reserved(url.section(tag.slug))), None)
    if usable is None:
        return None, found
    return Section(slug=usable.slug, name=usable.name), tuple(tag for tag in found if tag is not usable)


def _authors(authors: tuple[tuple[str, str], ...]) -> tuple[Author, ...]:
    """Authors by name; an e-mail address is no name."""
    found: dict[str, Author] = {}
    for given, address in authors:
        name = text.line(html.plain_text(re.sub(r"\S+@\S+", "", given))).strip("() ")
        slug = text.slug(name)
        if slug and len(name) < 200:
            found.setdefault(slug, Author(slug=slug, name=name, url=address if address.startswith("http") else ""))
    return tuple(found.values())


def _numbered(entry: Entry, hosts: frozenset[str]) -> Iterator[str]:
    """The address by number of an article of WordPress's, which its link or identity says."""
    for each in dict.fromkeys((entry.link, entry.id)):
        if (found := _WORDPRESS.search(each)) and _host(each) in hosts:
            yield f"/?p={found[1]}"
            return


def is_film(link: str) -> bool:
    """Whether an entry is the page of a film on a player's site."""
    found = known(link)
    return found is not None and found.name in ("YouTube", "Vimeo", "Dailymotion")


def _with_film(link: str, body: str) -> str:
    """The body with the film that an entry on a player's site is about; its description is plain text."""
    if not is_film(link) or link in body:
        return body
    return f'<p><iframe src="{escape(link)}"></iframe></p>' + (body if "<" in body else paragraphs(body))


def _players(entry: Entry, body: str) -> str:
    """Players for sound and film that the text doesn't show."""
    players = ""
    for each in entry.enclosures:
        tag = each.media_type.partition("/")[0]
        if tag in ("audio", "video") and each.url.startswith("http") and each.url not in body:
            players += f'<p><{tag} controls="" src="{escape(each.url)}"></{tag}></p>'
    return players
