"""Articles of the shared corpus generator, as a store takes them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.model import Article, Author, Body, Picture, Section, Status, Tag
from publisher.store.port import STORY_SLUG, Write

GENERATOR = Path(__file__).parents[2] / "shared" / "tools" / "corpus.py"
STATUSES = {
    "publish": Status.PUBLISHED,
    "draft": Status.DRAFT,
    "future": Status.SCHEDULED,
    "private": Status.PRIVATE,
    "trash": Status.TRASH,
}
_MARKUP = re.compile(r"<[^>]+>")


def articles(count: int, total: int) -> Iterator[Write]:
    """The first `count` of a corpus of `total`, oldest first."""
    spec = importlib.util.spec_from_file_location("corpus", GENERATOR)
    if spec is None or spec.loader is None or not GENERATOR.exists():
        raise SystemExit(f"the corpus generator is not at {GENERATOR}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    corpus = module.Corpus(seed=7, n=total)
    names = {slug: Section(slug=slug, name=name, position=n) for n, (slug, name, _) in enumerate(module.SECTIONS)}
    for number in range(count):
        yield _write(corpus.article(number), names, corpus.authors)


def _write(record: dict[str, Any], sections: dict[str, Section], authors: list[dict[str, Any]]) -> Write:
    path = record["url"].removeprefix("https://mag.example")
    article = Article(
        guid=record["url"],
        slug=record["slug"],
        path=path,
        title=record["title"],
        status=STATUSES[record["status"]],
        published=datetime.fromisoformat(record["published_at"]),
        updated=datetime.fromisoformat(record["modified_at"]),
        dek=record["excerpt"] or "",
        words=record["words"],
        language=record["lang"],
        section=sections[record["section"]],
        tags=tuple(Tag(slug=each, name=each.title()) for each in record["tags"]),
        authors=tuple(Author(slug=f"author-{n}", name=authors[n]["name"]) for n in dict.fromkeys(record["author_ids"])),
        pictures=tuple(
            Picture(src=each["url"], alt=each["alt"], width=each["w"], height=each["h"]) for each in record["images"]
        ),
        views=record["views"],
        body=Body(source=record["html"], html=record["html"], text=_MARKUP.sub(" ", record["html"])),
    )
    lastmod = record["modified_at"]
    fragment = f"<url><loc>{path}</loc><lastmod>{lastmod}</lastmod></url>".encode()
    story = b"<url><loc>/web-stories/" + STORY_SLUG + f"/</loc><lastmod>{lastmod}</lastmod></url>".encode()
    return Write(article=article, fragment=fragment, story_fragment=story)
