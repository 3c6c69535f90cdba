"""The static build writes what the server would answer, and later only what a change touched."""

import gzip
from pathlib import Path

import brotli

from publisher.build import Builder, Report, Slice, file_name, nginx_map
from publisher.importer.port import Read
from publisher.model import Article, Redirect, Section, Status
from publisher.representation import Representation
from publisher.serve import House
from tests.tool.house import house


def piece(slug: str) -> Read:
    article = Article(
        guid=f"tag:example.org,2026:{slug}",
        slug=slug,
        path="",
        title=f"The {slug}",
        status=Status.PUBLISHED,
        section=Section(slug="news", name="News"),
    )
    return Read(article=article, html=f"<p>{'A sentence about the tide that is long enough. ' * 30}</p>")


async def built(house: House, folder: Path, since: int | None = None, part: Slice | None = None) -> Report:
    find = house.library.rendition
    return await Builder(house.context, house.press.catalogue, find, folder, part or Slice(), lambda _: None).build(
        since
    )


async def test_every_document_is_a_file_with_its_codings_beside_it(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        saved = await it.desk.publish(piece("tide"))
        report = await built(it, tmp_path / "out")
        for path in (saved.path, "/feeds/all.rss", "/sitemap.xml", "/"):
            made = await it.press.answer(path)
            assert isinstance(made, Representation)
            file = tmp_path / "out" / file_name(path)
            assert file.read_bytes() == made.document.body
            if "gzip" in made.variants:
                assert gzip.decompress(file.with_name(file.name + ".gz").read_bytes()) == made.document.body
                assert brotli.decompress(file.with_name(file.name + ".br").read_bytes()) == made.document.body
        assert (tmp_path / "out" / "404.html").exists()
        assert report.failed == ()
        assert report.documents > 20


async def test_a_build_since_the_last_writes_only_what_a_change_touched(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        first, second = await it.desk.publish(piece("tide")), await it.desk.publish(piece("harbour"))
        full = await built(it, tmp_path / "out")
        untouched = (tmp_path / "out" / file_name(first.path)).stat().st_mtime_ns
        await it.desk.withdraw(second.id)
        later = await built(it, tmp_path / "out", since=-1)
        assert not (tmp_path / "out" / file_name(second.path)).exists()
        assert b"The harbour" not in (tmp_path / "out" / "feeds/all.rss").read_bytes()
        assert (tmp_path / "out" / file_name(first.path)).stat().st_mtime_ns == untouched
        assert later.unchanged > 0
        assert later.documents < full.documents


async def test_a_build_in_slices_writes_the_same_files(tmp_path: Path):
    async with house(tmp_path / "site") as it:
        await it.desk.publish(piece("tide"))
        await built(it, tmp_path / "one")
        for number in range(3):
            await built(it, tmp_path / "three", part=Slice(number, 3))
        names = [
            {str(each.relative_to(root)) for each in root.rglob("*") if not each.name.startswith(".build")}
            for root in (tmp_path / "one", tmp_path / "three")
        ]
        assert names[0] == names[1]


def test_a_path_names_its_file():
    assert file_name("/") == "index.html"
    assert file_name("/news/caf%C3%A9/") == "news/café/index.html"
    assert file_name("/feeds/all.rss") == "feeds/all.rss"


def test_redirects_are_quoted_for_nginx():
    assert nginx_map([Redirect('/a"b/', "/c$d/")]) == b'"/a\\"b/" "/cd/";\n'
