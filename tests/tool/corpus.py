"""The corpus generator that lies beside the project: a deterministic news site of any size, and as an export."""

import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any
from urllib.parse import urlsplit

from publisher.date import parse_iso
from publisher.importer.port import Failed, Item, Progress, Read, Skipped, Stored, content_hash
from publisher.model import Article, Author, Body, Picture, Redirect, Section, Source, Status, Tag
from tests.tool.shared import shared

STATUSES = {"publish": Status.PUBLISHED, "draft": Status.DRAFT, "future": Status.SCHEDULED, "private": Status.PRIVATE}


@cache
def corpus_module() -> Any:
    """`../shared/tools/corpus.py` as a module."""
    spec = spec_from_file_location("corpus", shared("tools", "corpus.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    return module


def corpus(articles: int, seed: int = 7, pool: int = 64) -> Any:
    """A site of so many articles; `article(i)` and `events(article)` are its parts."""
    return corpus_module().Corpus(seed, articles, pool=pool)


class CorpusExport:
    """So many articles of the corpus; its trash is skipped."""

    kind = "corpus"
    site = "mag.example"
    title = "Corpus"
    language = "en"
    hosts = frozenset({"mag.example"})
    sections: tuple[Section, ...] = ()
    authors: tuple[Author, ...] = ()
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __init__(self, count: int) -> None:
        self._corpus = corpus(count)
        self._count = count
        self._read = 0

    @property
    def progress(self) -> Progress:
        """Articles read of all."""
        return Progress(self._read, self._count)

    def __iter__(self) -> Iterator[Item]:
        for number in range(self._count):
            self._read += 1
            yield item_of(self._corpus.article(number))


def item_of(record: dict[str, Any]) -> Item:
    """What an importer would yield for a record."""
    status = STATUSES.get(record["status"])
    if status is None:
        return Skipped(what=record["slug"], reason=record["status"])
    try:
        return Read(article=article_of(record, status), html=record.get("html") or "<p>Brief.</p>", base=record["url"])
    except (KeyError, ValueError) as error:
        return Failed(what=str(record.get("slug")), reason=repr(error))


def article_of(record: dict[str, Any], status: Status) -> Article:
    """The article of a record."""
    section = record["section"]
    images = record.get("images") or []
    hero = Picture(src=images[0]["url"], width=images[0]["w"], height=images[0]["h"]) if images else None
    return Article(
        guid=f"tag:mag.example,2026:{record['id']}",
        slug=record["slug"],
        path=urlsplit(record["url"]).path,
        title=record["title"],
        status=status,
        published=parse_iso(record["published_at"]),
        updated=parse_iso(record["modified_at"]),
        language=record["lang"],
        section=Section(slug=section, name=section.replace("-", " ").title()),
        tags=tuple(Tag(slug=tag, name=tag) for tag in record["tags"]),
        authors=tuple(Author(slug=f"author-{id}", name=f"Author {id}") for id in record["author_ids"]),
        hero=hero,
        views=record["views"],
        comment_count=record["comment_count"],
        source=Source(kind="corpus", site="mag.example", id=str(record["id"]), hash=content_hash(record)),
        body=Body(source=record.get("html", ""), format="html"),
    )
