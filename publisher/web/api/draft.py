"""What a client wrote -> the article that the desk takes; knows no store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from msgspec import UNSET
from msgspec.structs import asdict, replace

from publisher import html, text, url
from publisher import story as told
from publisher.error import Invalid
from publisher.importer.markdown import to_html
from publisher.importer.port import Read
from publisher.model import Article, Author, Body, Picture, Section, Seo, Source, Status, Tag
from publisher.web.api.schema import ArticleFields, AuthorRef, PictureRef, SectionRef, TagRef
from publisher.web.api.validate import Fault, Faulty, escaped

BLANK = Article(guid="", slug="", path="", title="")
EXTRA_BYTES = 65_536
_KEPT = ("guid", "slug", "path", "status", "published", "updated", "first_published", "source", "id")
_PLAIN = ("slug", "kind", "status", "visibility", "language", "featured", "pinned", "is_news", "comment_count")
_LINES = ("guid", "title", "dek", "excerpt", "translation_group", "source_name", "correction")
_URLS = ("canonical_url", "source_url")
_INSTANTS = ("published", "updated", "expires")


def new(fields: ArticleFields, language: str, source: Source | None = None) -> Read:
    """A new article. Raises Faulty."""
    return _read(fields, replace(BLANK, language=language, source=source), "")


def replaced(fields: ArticleFields, before: Article, language: str) -> Read:
    """The article with everything that the fields leave out at its default, identity and dates apart."""
    kept = {name: getattr(before, name) for name in _KEPT}
    return _read(fields, replace(BLANK, language=language, **kept), "")


def patched(fields: ArticleFields, before: Article) -> Read:
    """The article with what the fields leave out as it was."""
    return _read(fields, before, before.body.html)


def _read(fields: ArticleFields, before: Article, body: str) -> Read:
    faults = tuple(_faults(fields, before))
    if faults:
        raise Faulty(*faults)
    written, raw = _body(fields, before.body, body)
    changes = dict(_changes(fields)) | {"body": written}
    aliases = tuple(map(url.encode_path, fields.aliases or ()))
    return Read(article=replace(before, **changes), html=raw, aliases=aliases)


def _body(fields: ArticleFields, before: Body, body: str) -> tuple[Body, str]:
    if fields.html is not UNSET:
        return Body(source=text.clean(fields.html), format="html"), fields.html
    if fields.markdown is not UNSET:
        return Body(source=text.clean(fields.markdown), format="markdown"), to_html(fields.markdown)
    return (before if body else Body()), body


def _faults(fields: ArticleFields, before: Article) -> Iterator[Fault]:
    if fields.html is not UNSET and fields.markdown is not UNSET:
        yield Fault("/markdown", "a body is given as html or as markdown, not as both")
    if before.id and fields.guid is not UNSET and fields.guid != before.guid:
        yield Fault("/guid", f"never changes; it is {before.guid}")
    if fields.status is Status.SCHEDULED and not (before.published if fields.published is UNSET else fields.published):
        yield Fault("/published", "is needed: when a scheduled article comes out")
    for name in _URLS:
        value = getattr(fields, name)
        if value and not html.web_address(value):
            yield Fault(f"/{name}", "is not an absolute http or https URL")
    for name in _INSTANTS:
        value = getattr(fields, name)
        if isinstance(value, datetime) and not 1000 <= value.year <= 9998:
            yield Fault(f"/{name}", "the year must be between 1000 and 9998")
    yield from _names(fields)
    yield from _paths(fields)
    if fields.extra is not UNSET:
        yield from extra_faults(extra(fields.extra), "/extra", "/extra/story")


def extra_faults(written: str, pointer: str, story: str) -> Iterator[Fault]:
    """What is wrong with an article's further values, and with the changes to its `story` among them."""
    if not written:
        yield Fault(pointer, f"must be plain JSON of at most {EXTRA_BYTES:,} bytes and 200 levels")
        return
    try:
        changed = told.overrides(replace(BLANK, extra=written))
    except Invalid as error:
        yield Fault(story, str(error))
        return
    if changed.outlink and not _own_path(changed.outlink) and not html.web_address(changed.outlink):
        yield Fault(f"{story}/outlink", "is neither a path of this site nor an http URL")
    for name, src in _story_pictures(changed):
        if not src.startswith("#") and not html.media_address(src):
            yield Fault(f"{story}/{name}", "is neither a path of this site nor an http URL")


def _own_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


def _story_pictures(changed: told.Overrides) -> Iterator[tuple[str, str]]:
    rows = [("poster", changed.poster)]
    rows += [(f"edits/{escaped(id)}/picture", each.picture) for id, each in changed.edits.items()]
    for name, pages in (("added", changed.added), ("pages", changed.pages)):
        rows += [(f"{name}/{number}/picture", each.picture) for number, each in enumerate(pages)]
    return (row for row in rows if row[1])


def _names(fields: ArticleFields) -> Iterator[Fault]:
    if fields.section and not _section(fields.section).slug:
        yield Fault("/section", "needs a letter or digit")
    elif fields.section and url.is_reserved(url.section(_section(fields.section).slug)):
        yield Fault("/section", "that name is reserved by the service")
    for number, tag in enumerate(fields.tags or ()):
        if not _tag(tag).slug:
            yield Fault(f"/tags/{number}", "needs a letter or digit")
    for number, author in enumerate(fields.authors or ()):
        if not _author(author).slug:
            yield Fault(f"/authors/{number}", "needs a letter or digit")
    if fields.hero and not html.media_address(fields.hero.src):
        yield Fault("/hero/src", "is neither a path of this site nor an http URL")


def _paths(fields: ArticleFields) -> Iterator[Fault]:
    paths = [] if fields.path is UNSET else [("/path", fields.path)]
    paths += [(f"/aliases/{number}", each) for number, each in enumerate(fields.aliases or ())]
    for pointer, path in paths:
        if any(url.unquoted(part) in (".", "..") for part in path.split("/")):
            yield Fault(pointer, "must not have the segments . or ..")
        elif "//" in path:
            yield Fault(pointer, "must not have empty segments")
        elif url.is_reserved(url.encode_path(path)):
            yield Fault(pointer, "is reserved by the service")


def _changes(fields: ArticleFields) -> Iterator[tuple[str, Any]]:
    """(field of an article, its new value) of everything that is set, the body apart."""
    given = {name: value for name, value in asdict(fields).items() if value is not UNSET}
    yield from ((name, given[name]) for name in _PLAIN if name in given)
    yield from ((name, text.line(given[name])) for name in _LINES if name in given)
    yield from ((name, given[name]) for name in _URLS if name in given)
    yield from ((name, _utc(given[name])) for name in _INSTANTS if name in given)
    if fields.path is not UNSET:
        yield "path", url.encode_path(fields.path)
    if isinstance(fields.published, datetime):
        yield "offset_minutes", _offset(fields.published)
    if fields.section is not UNSET:
        yield "section", _section(fields.section) if fields.section else None
    if fields.tags is not UNSET:
        yield "tags", tuple(map(_tag, fields.tags))
    if fields.authors is not UNSET:
        yield "authors", _distinct(tuple(map(_author, fields.authors)))
    if fields.hero is not UNSET:
        yield "hero", _picture(fields.hero) if fields.hero else None
    if fields.seo is not UNSET:
        yield "seo", _seo(fields)
    if fields.extra is not UNSET:
        yield "extra", extra(fields.extra)


def _utc(value: datetime | None) -> datetime | None:
    return value and value.astimezone(UTC)


def _offset(value: datetime) -> int:
    offset = value.utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _section(ref: SectionRef | str) -> Section:
    if isinstance(ref, str):
        return Section(slug=text.slug(ref), name=text.called(ref))
    return Section(slug=text.slug(ref.slug), name=text.line(ref.name) or text.called(ref.slug))


def _tag(ref: TagRef | str) -> Tag:
    if isinstance(ref, str):
        return Tag(slug=text.slug(ref), name=text.line(ref))
    return Tag(slug=text.slug(ref.slug or ref.name), name=text.line(ref.name))


def _author(ref: AuthorRef | str) -> Author:
    if isinstance(ref, str):
        return Author(slug=text.slug(ref), name=text.line(ref))
    slug = text.slug(ref.slug or ref.name)
    return Author(slug=slug, name=text.line(ref.name), bio=ref.bio, url=ref.url, avatar=ref.avatar)


def _distinct(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    return tuple({each.slug: each for each in reversed(authors)}.values())[::-1]


def _picture(ref: PictureRef) -> Picture:
    return Picture(src=ref.src, alt=ref.alt, caption=ref.caption, credit=ref.credit, focal=point(ref.focal))


def point(given: list[float] | None) -> tuple[float, float] | None:
    """A picture's focal point as it is kept."""
    return (given[0], given[1]) if given else None


def _seo(fields: ArticleFields) -> Seo:
    given = fields.seo
    if given is UNSET:
        return Seo()
    image = html.media_address(given.image) if given.image else ""
    return Seo(
        title=text.line(given.title), description=text.line(given.description), noindex=given.noindex, image=image
    )


def extra(value: dict[str, Any]) -> str:
    """The JSON text of further values; "" for too much of it."""
    try:
        written = orjson.dumps(value)
    except (TypeError, RecursionError):
        return ""
    return written.decode() if len(written) <= EXTRA_BYTES else ""
