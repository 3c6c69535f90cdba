"""What a site exports another imports, and the two stores are equal."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from publisher.desk.export import Exporter
from publisher.house import House
from publisher.importer.jsonl import OwnExport
from publisher.importer.port import Progress, Read
from publisher.model import Article, Author, Kind, Picture, Section, Seo, Source, Status, Tag, Visibility
from publisher.store.sqlite import SqliteStore
from tests.tool.house import at, fill, house

NOON = at(12)
ADA = Author(slug="ada", name="Ada Bell", bio="Writes.", url="https://ada.example/")
SEA = Section(slug="sea", name="The sea", description="All about it", position=4)


def article(slug: str, **rest: Any) -> Article:
    values: dict[str, Any] = {
        "guid": f"guid-{slug}",
        "path": f"/2009/05/{slug}.html",
        "title": f"How to write &lt;b&gt; and &amp;amp; ({slug})",
        "status": Status.PUBLISHED,
        "first_published": NOON - timedelta(days=40),
        "published": NOON - timedelta(days=3),
        "updated": NOON - timedelta(days=1),
        "section": SEA,
        "tags": (Tag(slug="b", name="B & c"), Tag(slug="a", name="A")),
        "authors": (ADA, Author(slug="bo", name="Bo")),
    }
    return Article(slug=slug, **(values | rest))


async def publish(made: House, found: Article, html: str = "<p>Some <em>text</em>.</p>") -> Article:
    body = replace(found.body, source="Some *text*.", format="markdown")
    return await made.desk.publish(Read(article=replace(found, body=body), html=html))


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 700), "teal").save(out, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
    return out.getvalue()


async def newsroom(made: House) -> None:
    """Articles in every state, with everything that an article can have."""
    await made.desk.keep_shelves((SEA,), (ADA,))
    picture = await made.desk.keep_file(jpeg(), "boat.jpg", alt="A boat", caption="At sea", credit="Bo", licence="CC0")
    hero = Picture(src=picture.path, alt="A boat", caption="c", credit="d", focal=(0.2, 0.8))
    full = article("boats", hero=hero, views=7, seo=Seo(title="t", noindex=True), featured=True, pinned=True)
    full = replace(full, extra='{"story":{"length":5}}', correction="Was wrong.", comment_count=3, offset_minutes=-150)
    full = replace(full, source=Source(kind="wordpress", site="old.example", id="5", hash="h"))
    first = await publish(made, full, f'<p>Text</p><figure><img src="{picture.path}" alt="x" /></figure>' * 3)
    await made.desk.edit(first.id, {"slug": "ships"})
    late = await publish(made, article("late", status=Status.DRAFT, first_published=None))
    await publish(made, article("twin", expires=NOON + timedelta(days=9000)))
    gone = await publish(made, article("gone"))
    await made.desk.withdraw(gone.id)
    await made.desk.edit(late.id, {"status": Status.PUBLISHED})
    for status in (Status.DRAFT, Status.PRIVATE, Status.TRASH):
        await publish(made, article(f"s-{status}", status=status))
    await publish(
        made, article("soon", status=Status.SCHEDULED, first_published=None, published=NOON.replace(year=2090))
    )
    for visibility in Visibility:
        await publish(made, article(f"v-{visibility}", visibility=visibility))
    await publish(made, article("about", kind=Kind.PAGE, path="/about/", section=None))
    await publish(made, article("tale", kind=Kind.STORY, path="/web-stories/tale/"))
    await made.desk.redirect("/old/", "/2009/05/twin.html")


async def whole(made: House) -> dict[str, Any]:
    """Everything that a store holds, its own numbers apart."""
    store = made.store
    articles = [replace(each, revision=0) async for each in store.every()]
    chunks = {
        (kind, each.month, each.number): await store.chunk(kind, each.month, each.number)
        for kind in ("articles", "stories")
        for each in await store.chunks(kind)
    }
    shelves = [replace(each, updated=None) for each in (*await store.sections(), *await store.authors())]
    media = [(await store.media(sha), made.library.original(sha).read_bytes()) for sha in made.library.every()]
    lists = (tuple(await store.redirects()), shelves, media, await store.tally())
    return {"articles": articles, "chunks": chunks, "lists": lists}


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[House, House]]:
    (tmp_path / "a").mkdir()
    async with house(tmp_path / "a", SqliteStore(tmp_path / "a")) as one, house(tmp_path / "b") as other:
        yield one, other


async def export(made: House, path: Path) -> OwnExport:
    shown: list[Progress] = []
    found = await Exporter(made.store, made.library, made.site, made.counter.of).write(path, shown.append)
    assert shown[-1].bytes_read <= found.articles == shown[-1].bytes_total
    return OwnExport(path)


async def test_an_import_of_an_export_makes_an_equal_store(two: tuple[House, House], tmp_path: Path):
    one, other = two
    await newsroom(one)
    report = await fill(other, await export(one, tmp_path / "out/site.jsonl"))
    assert report.is_complete, report
    assert not report.notes
    before, after = await whole(one), await whole(other)
    for mine, theirs in zip(before["articles"], after["articles"], strict=True):
        assert [n for n in mine.__struct_fields__ if getattr(mine, n) != getattr(theirs, n)] == [], mine.slug
    assert before["chunks"].keys() == after["chunks"].keys()
    assert before == after


async def test_a_second_import_of_an_export_changes_nothing_and_an_edit_updates(
    two: tuple[House, House], tmp_path: Path
):
    one, other = two
    await newsroom(one)
    await fill(other, await export(one, tmp_path / "site.jsonl"))
    seq = await other.store.seq()
    report = await fill(other, OwnExport(tmp_path / "site.jsonl"))
    assert (report.unchanged, report.created + report.updated, report.failed) == (report.seen, 0, ())
    assert await other.store.seq() == seq
    edited = await one.store.article_by_guid("guid-twin")
    await one.desk.edit(edited.id, {"title": "Another"})
    report = await fill(other, await export(one, tmp_path / "site.jsonl"))
    assert (report.updated, report.unchanged) == (1, report.seen - 1)
    assert (await other.store.article_by_guid("guid-twin")).title == "Another"


async def test_two_exports_to_one_file_at_once_leave_a_whole_one(two: tuple[House, House], tmp_path: Path):
    old, _ = two
    await newsroom(old)
    path = tmp_path / "out" / "site.jsonl"
    await asyncio.gather(*(export(old, path) for _ in range(3)))
    alone = tmp_path / "alone" / "site.jsonl"
    await export(old, alone)
    assert path.read_bytes() == alone.read_bytes()
    assert not list(path.parent.glob("**/.*"))


async def test_views_counted_here_go_along(two: tuple[House, House], tmp_path: Path):
    one, other = two
    found = await publish(one, article("read", views=7))
    assert one.counter.note(found.id, "203.0.113.9", "Mozilla/5.0 (X11; Linux x86_64) Gecko")
    await one.counter.flush()
    await fill(other, await export(one, tmp_path / "site.jsonl"))
    assert await other.counter.of(await other.store.article_by_guid("guid-read")) == 8


async def test_an_export_into_a_site_that_has_articles_takes_no_ones_place(two: tuple[House, House], tmp_path: Path):
    one, other = two
    await publish(one, article("boats"))
    await publish(other, replace(article("boats"), guid="other", path="/x/boats/"))
    report = await fill(other, await export(one, tmp_path / "site.jsonl"))
    assert report.created == 1
    places = [each.place async for each in other.store.every()]
    stories = [each.story_slug async for each in other.store.every()]
    assert [place and place.sequence for place in places] == [0, 1]
    assert stories == ["boats", "boats-2"]
