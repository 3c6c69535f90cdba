"""A Substack publication's archive as articles: `posts.csv` and an HTML file for each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path

from publisher import text, url
from publisher.error import InvalidExport
from publisher.importer import instant
from publisher.importer.archive import Archive
from publisher.importer.port import Failed, Item, Progress, Read, Skipped, Stored, content_hash, placed, stable_guid
from publisher.importer.substack_body import shown
from publisher.model import Article, Author, Body, Kind, Redirect, Section, Source, Status, Visibility

FORM = 2
MAX_POST = 20_000_000
MAX_TABLE = 100_000_000

_AUDIENCES = {"everyone": Visibility.PUBLIC, "": Visibility.PUBLIC, "only_free": Visibility.MEMBERS}


class SubstackExport:
    """An opened Substack archive: the zip as it comes, or its folder. The list of readers is never opened."""

    kind = "substack"
    title = language = ""
    sections: tuple[Section, ...] = ()
    authors: tuple[Author, ...] = ()
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __init__(self, path: Path, base: str = "", offset: int = 0) -> None:
        self._archive, self._offset, self._base, self._done = Archive(path), offset, base.rstrip("/"), 0
        table = next((name for name in self._archive.names if name.rpartition("/")[2] == "posts.csv"), "")
        if not table:
            raise InvalidExport(f"{path}: not a Substack archive (it has no posts.csv)")
        self._folder = table.removesuffix("posts.csv")
        self._rows = _table(self._archive.read(table, MAX_TABLE), table)
        self.site = base.partition("://")[2].strip("/") or text.slug(path.stem) or "substack"
        self.hosts = frozenset({self.site}) if base else frozenset()

    @property
    def progress(self) -> Progress:
        """How far the reading is, in posts."""
        return Progress(self._done, len(self._rows))

    def __iter__(self) -> Iterator[Item]:
        strange = enumerate(self._archive.strange, len(self._rows) + 1)
        for number, row in enumerate(self._rows, 1):
            self._done = number
            if number > self._offset:
                yield self._item(row, number)
        for number, name in strange:
            yield Skipped(what=name, reason="its name leads out of the archive", offset=number)

    def _item(self, row: Mapping[str, str], number: int) -> Item:
        name, what = row.get("post_id", ""), row.get("title") or row.get("post_id") or f"row {number}"
        if not name:
            return Failed(what=what, reason="its row has no post_id", offset=number)
        if row.get("type") == "thread":
            return Skipped(what=what, reason="a discussion thread is no article", offset=number)
        file, sound = f"{self._folder}posts/{name}.html", row.get("podcast_url", "")
        if file not in self._archive.names and not sound:
            return Failed(what=what, reason=f"its text is missing ({file})", offset=number)
        try:
            data = self._archive.read(file, MAX_POST) if file in self._archive.names else b""
        except InvalidExport as error:
            return Failed(what=what, reason=str(error), offset=number)
        return placed(_build(row, data.decode("utf-8", "replace"), self.site, self._base, number))


def _table(data: bytes, what: str) -> list[dict[str, str]]:
    csv.field_size_limit(MAX_POST)
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace").replace("\x00", ""), newline="")))
    except csv.Error as error:
        raise InvalidExport(f"{what}: not a table ({error})") from error
    return [{str(key): value for key, value in row.items() if isinstance(value, str)} for row in rows]


def _build(row: Mapping[str, str], source: str, site: str, base: str, number: int) -> Read:
    identity, _, name = row["post_id"].partition(".")
    title = unescape(row.get("title", ""))
    slug = text.slug(name) or text.slug(title) or f"post-{number}"
    kind = Kind.PAGE if row.get("type") == "page" else Kind.ARTICLE
    published = instant.parse(row.get("post_date", ""))
    is_public = row.get("is_published", "").lower() == "true" and published is not None
    unknown: dict[str, None] = {}
    html = shown(source, unknown) + _sound(row.get("podcast_url", ""))
    article = Article(
        guid=stable_guid("substack", site, identity),
        slug=slug,
        path=f"/{url.segment(slug)}/" if kind is Kind.PAGE else f"/p/{url.segment(slug)}",
        title=title,
        kind=kind,
        status=Status.PUBLISHED if is_public else Status.DRAFT,
        visibility=_AUDIENCES.get(row.get("audience", ""), Visibility.PAID),
        first_published=published if is_public else None,
        published=published,
        updated=published,
        dek=unescape(row.get("subtitle", "")),
        is_news=kind is Kind.ARTICLE,
        source=Source(
            kind="substack", site=site, id=identity, hash=content_hash(FORM, repr(sorted(row.items())), source)
        ),
        body=Body(source=source, format="html"),
    )
    notes = tuple(f"{slug}: {each} can't be filled here and was taken out" for each in unknown)
    return Read(article=article, html=html, base=base, notes=notes, offset=number)


def _sound(address: str) -> str:
    return f'<p><audio controls="" src="{escape(address)}"></audio></p>' if address.startswith("http") else ""
