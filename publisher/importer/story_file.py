"""A story written from scratch: a file of pages in TOML or JSON becomes an article of the kind "story".

Its pages are kept as the story's; its text and pictures are the article's body too, so that it can be
found by a search and read where no story is shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path

import msgspec

from publisher import text
from publisher.error import InvalidExport
from publisher.importer.port import LocalFile, Read, content_hash, stable_guid
from publisher.model import Article, Author, Body, Kind, Section, Source, Status
from publisher.story import MIN_PAGES, MOST_PAGES, Design, Edit

ENDINGS = (".story.toml", ".story.json")
FORM = 1


class StoryFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What such a file says; the first page is the cover."""

    title: str
    pages: tuple[Edit, ...]
    slug: str = ""
    section: str = ""
    language: str = "en"
    description: str = ""
    design: Design | None = None
    outlink: str = ""
    label: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None


def is_story_file(path: Path) -> bool:
    """Whether a file is one, by its name."""
    return path.name.endswith(ENDINGS)


def read_story(path: Path, now: datetime) -> Read:
    """The story of a file; raises InvalidExport naming what is wrong with it."""
    found = _decoded(path)
    if not MIN_PAGES <= len(found.pages) <= MOST_PAGES:
        raise InvalidExport(f"{path}: {len(found.pages)} pages; a story has {MIN_PAGES} to {MOST_PAGES}")
    pictures = tuple(dict.fromkeys(page.picture for page in found.pages if page.picture))
    return Read(
        article=_article(path, found, pictures, now),
        html="".join(_html(page) for page in found.pages),
        files=tuple(LocalFile(src=src, path=path.parent / src) for src in pictures if _is_local(src)),
    )


def _decoded(path: Path) -> StoryFile:
    try:
        raw = path.read_bytes()
        values = tomllib.loads(raw.decode()) if path.suffix == ".toml" else msgspec.json.decode(raw)
        return msgspec.convert(values, StoryFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.MsgspecError) as error:
        raise InvalidExport(f"{path}: not a story: {error}") from error


def _is_local(src: str) -> bool:
    return not src.startswith(("http://", "https://", "/"))


def _article(path: Path, found: StoryFile, pictures: tuple[str, ...], now: datetime) -> Article:
    name = next(path.name.removesuffix(ending) for ending in ENDINGS if path.name.endswith(ending))
    published = found.published or now
    return Article(
        guid=stable_guid("story", "local", name),
        slug=found.slug or text.slug(name) or text.slug(found.title),
        path="",
        title=found.title,
        kind=Kind.STORY,
        status=Status.PUBLISHED,
        first_published=published,
        published=published,
        updated=published,
        dek=found.description,
        language=found.language,
        section=Section(slug=found.section, name=found.section.replace("-", " ").title()) if found.section else None,
        authors=tuple(Author(slug=text.slug(each), name=each) for each in found.authors),
        is_news=False,
        source=Source(kind="story", site="local", id=name, hash=content_hash(FORM, path.read_bytes())),
        extra=_extra(found, pictures),
        body=Body(format="story"),
    )


def _extra(found: StoryFile, pictures: tuple[str, ...]) -> str:
    """The pages as an editor's; pictures go by their number, since their addresses change when they are stored."""
    pages = [_numbered(page, pictures) for page in found.pages]
    story = {"pages": pages, "outlink": found.outlink, "label": found.label}
    chosen = {"design": found.design} if found.design else {}
    return msgspec.json.encode({"story": story | chosen}).decode()


def _numbered(page: Edit, pictures: Iterable[str]) -> Edit:
    if not page.picture:
        return page
    return msgspec.structs.replace(page, picture=f"#{list(pictures).index(page.picture) + 1}")


def _html(page: Edit) -> str:
    shown = f'<figure><img src="{escape(page.picture)}" alt="{escape(page.alt)}"></figure>' if page.picture else ""
    parts = (("h2", page.heading), ("blockquote", page.quote), ("p", page.text))
    return shown + "".join(f"<{tag}>{escape(said)}</{tag}>" for tag, said in parts if said)
