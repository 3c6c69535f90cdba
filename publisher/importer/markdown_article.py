"""From a Markdown file's front matter and text to an article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from publisher import text, url
from publisher.date import whole
from publisher.error import InvalidExport
from publisher.importer import instant
from publisher.importer.frontmatter import is_true, listed, says_no, words
from publisher.importer.markdown import PLAIN, WHY_PLAIN
from publisher.importer.markdown_place import Folder, Naming, Place, kind_of, path_of, place_of, safe_path, section_of
from publisher.importer.port import LocalFile, Read, content_hash, stable_guid
from publisher.importer.template_tag import Link, render, render_html
from publisher.importer.tolerant import mapping
from publisher.model import Article, Author, Body, Kind, Picture, Section, Seo, Source, Status, Tag

FORM = 4

_AGE = re.compile(r"([+-])(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?")
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")
_USED = re.compile(r"""(?:src|href|poster)=(?:"([^"]{1,2000})"|'([^']{1,2000})')""")
_MEDIA = frozenset(".jpg .jpeg .png .gif .webp .avif .mp3 .m4a .ogg .mp4 .webm .pdf".split())
_HEADING = re.compile(r"\A\s*#[ \t]+(\S[^\n]*)\n?")


def build(folder: Folder, path: Path, values: Mapping[str, Any], source: str, link: Link = lambda _: "") -> Read:
    """The article of one file; `link` finds the addresses of others."""
    relative = path.relative_to(folder.root)
    place = place_of(folder, relative)
    name, _ = _name(folder, place)
    title, source = _titled(values, source, name)
    unknown: dict[str, None] = {}
    rendered = render_html if path.suffix.lower() in (".html", ".htm") else render
    html = rendered(source, unknown, link, folder.generator) if rendered is render or folder.generator else source
    hero, authors = _hero(values), _authors(folder, values)
    files = local_files(folder, path, html, hero.src if hero else "", *(author.avatar for author in authors))
    notes = [f"{relative.as_posix()}: {{{name}}} is unknown and was taken out" for name in unknown]
    notes += [f"{relative.as_posix()}: {WHY_PLAIN}"] if PLAIN in html else []
    if hero and not _is_there(hero.src, files, folder):
        notes.append(f"{relative.as_posix()}: its picture {hero.src} is missing")
        hero = None
    article = replace(
        _article(folder, relative, values, title),
        authors=authors,
        hero=hero,
        source=Source(
            kind="markdown",
            site=folder.name,
            id=relative.as_posix(),
            hash=content_hash(FORM, repr(sorted(values.items(), key=str)), source),
        ),
        body=Body(source=source, format="html" if path.suffix.lower().startswith(".htm") else "markdown"),
    )
    notes += [f"{relative.as_posix()}: {each}" for each in _unread(values, article, folder.now)]
    return Read(
        article=article,
        html=html,
        base=folder.base,
        aliases=_aliases(values, article.path),
        files=files,
        notes=tuple(notes),
    )


DATES = {
    "date": ("date", "publishDate", "publishdate", "published_at"),
    "updated": ("updated", "lastmod", "last_modified_at", "modified"),
    "expires": ("expires", "expiryDate", "expirydate"),
}


def _unread(values: Mapping[str, Any], article: Article, now: datetime) -> Iterator[str]:
    """Dates that nobody understands. Raises InvalidExport where the article would be public at a wrong time."""
    for name, keys in DATES.items():
        given = words(values, *keys)
        if not given or _date(given, now):
            continue
        said = f"{name}: {given[:50]!r} is no date; write it like 2026-11-23 or 2026-11-23T18:30:00+01:00"
        if article.status is Status.PUBLISHED and (name == "expires" or (name == "date" and not article.published)):
            raise InvalidExport(said)
        yield said


def _article(folder: Folder, relative: Path, values: Mapping[str, Any], title: str) -> Article:
    """What the front matter and the file's place say."""
    place = place_of(folder, relative)
    name, dated = _name(folder, place)
    slug, kind = _slug(words(values, "slug"), name, words(values, "title")), kind_of(folder, place, values)
    published = _date(words(values, *DATES["date"]), folder.now) or dated
    section, tags = _terms(folder, place, values)
    status = _status(values, published, folder.now, relative)
    categories = tuple(text.slug(str(each)) for each in _spaced(values, "categories", "category")[:5])
    local = published and published.astimezone(zone_of(folder.now))
    naming = Naming(slug, words(values, "slug"), title, categories, local)
    return Article(
        guid=words(values, "guid") or stable_guid("markdown", folder.name, relative.as_posix()),
        slug=slug,
        path=path_of(folder, place, values, kind, naming),
        title=title,
        kind=kind,
        status=status,
        first_published=published if status is Status.PUBLISHED else None,
        published=published,
        updated=_date(words(values, *DATES["updated"]), folder.now) or published,
        expires=_date(words(values, *DATES["expires"]), folder.now),
        dek=words(values, "dek", "description", "subtitle"),
        excerpt=words(values, "excerpt", "summary"),
        language=words(values, "language", "lang") or place.language or folder.language,
        translation_group=words(values, "translation_group", "translationKey") or _group(folder, place),
        section=section,
        tags=tags,
        canonical_url=words(values, "canonical_url", "canonicalURL", "canonical"),
        source_name=words(values, "source_name"),
        source_url=words(values, "source_url"),
        seo=_seo(values),
        featured=is_true(values, "featured"),
        pinned=is_true(values, "pinned", "sticky"),
        is_news=kind is Kind.ARTICLE and not says_no(values, "is_news"),
        correction=words(values, "correction"),
        comment_count=_number(values, "comment_count"),
        views=_number(values, "views"),
    )


def _is_there(source: str, files: tuple[LocalFile, ...], folder: Folder) -> bool:
    """Whether a picture can be shown: a file of this folder, or an address elsewhere."""
    return any(file.src == source for file in files) or bool(folder.base) or source.startswith(("http", "/media/"))


def zone_of(now: datetime) -> tzinfo:
    """The editors' zone: that of the clock on their wall."""
    return now.tzinfo or UTC


def address(folder: Folder, path: Path, values: Mapping[str, Any]) -> str:
    """Where the article of a file will stand."""
    relative = path.relative_to(folder.root)
    title, _ = _titled(values, "", _name(folder, place_of(folder, relative))[0])
    article = _article(folder, relative, values, title)
    return article.path or url.article(article.section.slug if article.section else "", article.slug)


def _group(folder: Folder, place: Place) -> str:
    """What the versions of a piece in several languages have in common: their place."""
    return f"{folder.name}/{place.inside.with_suffix('')}" if folder.languages else ""


def _name(folder: Folder, place: Place) -> tuple[str, datetime | None]:
    """A file's name without date and ending, and its date: `2026-11-05-lisbon.md`, `lisbon/index.md`."""
    match = _DATED.fullmatch(place.name)
    if match is None:
        return place.name, None
    dated = instant.parse(f"{match[1]}-{match[2]}-{match[3]}", zone_of(folder.now))
    return match[4] if folder.is_dated else place.name, dated


def _titled(values: Mapping[str, Any], source: str, name: str) -> tuple[str, str]:
    """The title, from the front matter, the first heading (which then leaves the text) or the file's name."""
    if title := words(values, "title"):
        return title, source
    heading = _HEADING.match(source)
    if heading:
        return heading[1].strip("# \t"), source[heading.end() :]
    return re.sub(r"[-_]+", " ", name).strip().capitalize(), source


def _slug(given: str, name: str, title: str) -> str:
    return text.slug(given) or text.slug(name) or text.slug(title) or "article"


def _date(value: str, now: datetime) -> datetime | None:
    """An absolute date, naive ones on the clock that `now` is read from, or an age: `-2d5h` before, `+2h` after now."""
    age = _AGE.fullmatch(value) if value[:1] in ("+", "-") else None
    if not age:
        return instant.parse(value, zone_of(now))
    days, hours, minutes = (int(part or 0) for part in age.groups()[1:])
    distance = timedelta(days=days, hours=hours, minutes=minutes)
    return whole(now.astimezone(UTC) + (distance if age[1] == "+" else -distance))


def _status(values: Mapping[str, Any], published: datetime | None, now: datetime, relative: Path) -> Status:
    word = words(values, "status").lower()
    if word == "private":
        return Status.PRIVATE
    is_kept_back = bool(words(values, "draft") or values.get("draft")) and not says_no(values, "draft")
    if word == "draft" or is_kept_back or says_no(values, "published") or "_drafts" in relative.parts:
        return Status.DRAFT
    return Status.SCHEDULED if published and published > now else Status.PUBLISHED


def _terms(folder: Folder, place: Place, values: Mapping[str, Any]) -> tuple[Section | None, tuple[Tag, ...]]:
    """The section (given, else the first category, else the folder), and the other terms as tags."""
    categories = [name for each in _spaced(values, "categories", "category") if (name := _term(each))]
    tags = [name for each in _spaced(values, "tags", "tag", "keywords") if (name := _term(each))]
    given = words(values, "section") or (categories.pop(0) if categories else section_of(place))
    found = {slug: Tag(slug=slug, name=name) for name in reversed((*categories, *tags)) if (slug := text.slug(name))}
    slug = text.slug(given)
    if slug and url.is_reserved(url.section(slug)):
        slug += "-section"
    section = folder.sections.get(slug) or Section(slug=slug, name=text.called(given)) if slug else None
    return section, tuple(reversed(found.values()))


def _spaced(values: Mapping[str, Any], *keys: str) -> list[Any]:
    """Terms as Jekyll reads them: a list, or words parted by commas, else by spaces."""
    found: list[Any] = []
    for key in keys:
        value = values.get(key)
        if isinstance(value, str) and "," not in value and key in ("categories", "tags"):
            found += value.split()
        else:
            found += listed(values, key)
    return found


def _term(value: object) -> str:
    return text.line(str(value))[:200] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _authors(folder: Folder, values: Mapping[str, Any]) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for each in listed(values, "authors", "author") or [values.get("author")]:
        name = words(mapping(each), "name") or (each if isinstance(each, str) else "")
        name = text.line(re.sub(r"<?\S+@\S+>?", "", name))
        slug = text.slug(name)
        if slug:
            found.setdefault(slug, folder.authors.get(slug) or Author(slug=slug, name=name))
    return tuple(found.values())


def _hero(values: Mapping[str, Any]) -> Picture | None:
    cover = mapping(values.get("cover")) or mapping(values.get("image")) or mapping(values.get("header"))
    source = words(values, "image", "featured_image", "featuredImage", "cover", "thumbnail", "feature_image")
    source = source or words(cover, "image", "src", "path", "url", "teaser")
    images = listed(values, "images")
    source = source or (images[0] if images and isinstance(images[0], str) else "")
    if not source:
        return None
    return Picture(
        src=source,
        alt=words(values, "image_alt") or words(cover, "alt"),
        caption=words(values, "image_caption") or words(cover, "caption"),
        credit=words(values, "image_credit") or words(cover, "credit"),
        focal=_focal(values.get("focal")),
    )


def _focal(value: object) -> tuple[float, float] | None:
    parts = value if isinstance(value, list) else re.split(r"[\s,]+", value) if isinstance(value, str) else []
    try:
        x, y = (float(part) for part in parts)
    except (ValueError, TypeError):
        return None
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None


def _seo(values: Mapping[str, Any]) -> Seo:
    robots = words(values, "robots").lower()
    return Seo(
        title=words(values, "seo_title", "meta_title"),
        description=words(values, "seo_description", "meta_description"),
        noindex=is_true(values, "noindex", "private", "robotsNoIndex") or "noindex" in robots,
    )


def _number(values: Mapping[str, Any], key: str) -> int:
    value = words(values, key)
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value) else 0


def _aliases(values: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """Old addresses: Hugo's aliases, Jekyll's redirect_from; only paths of this site.

    Those without a slash before them stand beside the article; a page called `boats` was served as `boats/` too.
    """
    given = [str(each) for key in ("aliases", "redirect_from") for each in listed(values, key)]
    own = [each for each in given if not re.match(r"[a-zA-Z][\w+.-]*:|//|\\", each)]
    beside = path.rstrip("/").rpartition("/")[0]
    found = [safe_path(urljoin(f"{beside}/", each)) for each in own]
    both = (
        one for each in found if each for one in ((each,) if "." in each or each[-1] == "/" else (each, f"{each}/"))
    )
    return tuple(each for each in dict.fromkeys(both) if each != path)


def _used(html: str) -> list[str]:
    """The addresses of files that a text uses, as written."""
    return [match[1] or match[2] for match in _USED.finditer(html)]


def local_files(folder: Folder, path: Path, html: str, *others: str) -> tuple[LocalFile, ...]:
    """The files of this folder that a text and its `others` name, each once."""
    wanted = dict.fromkeys((*others, *_used(html)))
    return tuple(found for each in wanted if each and (found := local_file(folder, path, each)))


def local_file(folder: Folder, path: Path, source: str) -> LocalFile | None:
    """The file that an address in a text means, None when it isn't one of this folder."""
    if re.match(r"[a-zA-Z][\w+.-]*:|//|#", source):
        return None
    name = url.unquoted(source.partition("?")[0].partition("#")[0]).lstrip("/")
    if PurePosixPath(name).suffix.lower() not in _MEDIA or "\x00" in name:
        return None
    root = folder.root.resolve()
    for parent in (path.parent, root / "images", root / "static", root / "assets", root):
        found = (parent / name).resolve()
        if found.is_relative_to(root) and found.is_file():
            return LocalFile(src=source, path=found)
    return None
