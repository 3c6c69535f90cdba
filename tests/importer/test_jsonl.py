"""What Publisher exports it imports again, and nothing is lost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher.error import InvalidExport
from publisher.importer.jsonl import OwnExport, head_line, line
from publisher.importer.port import Failed, Read
from publisher.model import (
    Article,
    Author,
    Body,
    Kind,
    Media,
    Picture,
    Place,
    Redirect,
    Section,
    Seo,
    Site,
    Source,
    Status,
    Tag,
    Visibility,
)
from publisher.prepare import prepare
from tests.importer.reading import written

SITE = Site(base="https://mag.example", title="Mag", language="pt")
NOON = datetime(2026, 11, 5, 12, 30, 15, 250_000, tzinfo=UTC)
FULL = Article(
    guid="g-1",
    slug="boats",
    path="/travel/boats/",
    title="Boats & 日本 💥",
    id=7,
    revision=3,
    kind=Kind.ARTICLE,
    status=Status.PUBLISHED,
    visibility=Visibility.MEMBERS,
    first_published=NOON,
    published=NOON,
    updated=NOON,
    expires=NOON,
    offset_minutes=-150,
    dek="A dek",
    excerpt="Given.",
    summary="Given.",
    words=2,
    minutes=1,
    language="pt-BR",
    translation_group="t",
    section=Section(slug="travel", name="Travel"),
    tags=(Tag(slug="sea", name="Sea"), Tag(slug="sail", name="Sail")),
    authors=(Author(slug="ana", name="Ana", bio="b", url="https://ana.example/"),),
    hero=Picture(src="/media/ab/original.jpg", alt="a", caption="c", credit="d", focal=(0.2, 0.8)),
    source_name="Wire",
    source_url="https://wire.example/x",
    seo=Seo(title="s", description="d", noindex=True, image="https://x.example/y.jpg"),
    featured=True,
    pinned=True,
    correction="Was wrong.",
    comment_count=4,
    views=99,
    source=Source(kind="wordpress", site="old.example", id="5", hash="h"),
    place=Place(kind="articles", month="2026-11", sequence=2),
    story_slug="boats",
    extra='{"wordpress":{"type":"recipe"}}',
    body=Body(source="Two *words*", format="markdown", html="<p>Two <em>words</em></p>", text="Two words"),
)


def export_of(folder: Path, *lines: bytes) -> OwnExport:
    return OwnExport(written(folder, "site.jsonl", b"".join((head_line(SITE), *lines))))


def test_an_article_survives_the_round_trip(tmp_path: Path):
    (read,) = export_of(tmp_path, line(FULL))
    assert isinstance(read, Read)
    again = prepare(read.article, read.html, read.base)
    assert again == replace(FULL, id=0, revision=0)


def test_what_is_no_article_comes_along_wherever_it_stands(tmp_path: Path):
    section, author = Section(slug="travel", name="Travel", description="d", position=3), Author(slug="ana", name="Ana")
    export = export_of(tmp_path, line(FULL), line(section), line(author), line(Redirect("/a/", "/b/")))
    assert (export.sections, export.authors, export.redirects) == ((section,), (author,), (Redirect("/a/", "/b/"),))
    assert (export.site, export.title, export.language) == ("mag.example", "Mag", "pt")
    assert len(list(export)) == 1


def test_stored_files_beside_the_export_come_along_and_none_from_elsewhere(tmp_path: Path):
    media = Media(sha256="ab" * 32, media_type="image/jpeg", bytes=3, alt="A boat")
    linked = replace(media, sha256="cd" * 32)
    written(tmp_path, media.path[1:], b"jpg")
    written(tmp_path, "secret.jpg", b"secret")
    (tmp_path / linked.path[1:]).parent.mkdir(parents=True)
    (tmp_path / linked.path[1:]).symlink_to(tmp_path / "secret.jpg")
    strange = replace(media, sha256="../../secret.jpg")
    kept, *others = export_of(tmp_path, line(media), line(linked), line(strange)).media
    assert (kept.media, kept.file.read()) == (media, b"jpg")
    for each in others:
        with pytest.raises(InvalidExport):
            each.file.read()


def test_a_broken_and_a_cut_line_fail_alone_and_reading_goes_on_from_an_offset(tmp_path: Path):
    export = export_of(
        tmp_path, line(FULL), b'{"article":{"guid":1}}\n', line(replace(FULL, guid="g-2")), b'{"article":'
    )
    first, broken, second, cut, end = export
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    assert all(isinstance(each, Failed) for each in (broken, cut, end))
    resumed = list(OwnExport(tmp_path / "site.jsonl", broken.offset))
    assert resumed == [second, cut, end]


@pytest.mark.parametrize("content", [b'{"a":1}\n', b"", b'{"publisher":{"format":99}}\n', b"[" * 100_000])
def test_what_is_no_export_of_ours_is_refused(tmp_path: Path, content: bytes):
    with pytest.raises(InvalidExport):
        OwnExport(written(tmp_path, "x.jsonl", content))
