"""Pieces of every kind, each in a section, under a tag and by an author of its own: what the sitemaps name of them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from publisher.check.sitemap import locations
from publisher.house import House
from publisher.importer.port import Read
from publisher.model import Article, Author, Document, Kind, Section, Seo, Status, Tag, Visibility
from publisher.representation import Representation
from tests.journey.test_crawler import CANONICAL
from tests.journey.test_embargo import BODY
from tests.tool.house import house

FIRST = datetime(2026, 10, 5, tzinfo=UTC)
FOLDERS = {Kind.ARTICLE: "", Kind.PAGE: "/", Kind.STORY: "/web-stories/"}
ELSEWHERE = "https://wire.example/1"


def pieces() -> list[Read]:
    every = product(Kind, Visibility, (False, True), ("", ELSEWHERE), ("<p>A thin one.</p>", BODY))
    return [Read(article=piece(f"piece-{number}", *each), html=html) for number, (*each, html) in enumerate(every)]


def piece(name: str, kind: Kind, visibility: Visibility, noindex: bool, canonical: str) -> Article:
    return Article(
        guid=f"urn:{name}",
        slug=name,
        path=FOLDERS[kind] and f"{FOLDERS[kind]}{name}/",
        title=name,
        kind=kind,
        visibility=visibility,
        status=Status.PUBLISHED,
        published=FIRST,
        section=Section(slug=f"section-{name}", name=name),
        tags=(Tag(slug=f"tag-{name}", name=name),),
        authors=(Author(slug=f"author-{name}", name=name),),
        seo=Seo(noindex=noindex),
        canonical_url=canonical,
    )


async def document(site: House, address: str) -> Document:
    answer = await site.press.answer(address.removeprefix(site.site.base))
    assert isinstance(answer, Representation), address
    return answer.document


async def listed(site: House) -> AsyncIterator[str]:
    """Every address that the set of sitemaps names."""
    for file in [*locations((await document(site, "/sitemap.xml")).body), "/sitemap-news.xml"]:
        for address in locations((await document(site, file)).body):
            yield address


async def test_s6_s8_whatever_is_listed_is_there_indexable_and_canonical(tmp_path: Path):
    async with house(tmp_path) as site:
        stored = [await site.desk.publish(each) for each in pieces()]
        found = {each async for each in listed(site)}
        for address in found:
            made = await document(site, address)
            assert (made.status, made.robots) == (200, ""), address
            assert [first or second for first, second in CANONICAL.findall(made.body.decode())] == [address]
        open_ones = {
            f"{site.site.base}{each.path}"
            for each in stored
            if not each.seo.noindex and not each.canonical_url and each.visibility is not Visibility.PASSWORD
        }
        assert len(open_ones) == 18
        named = {each for each in found if "/piece-" in each}
        assert named - open_ones <= {f"{site.site.base}/web-stories/{each.story_slug}/" for each in stored}
        assert open_ones - named <= {f"{site.site.base}{each.path}" for each in stored if each.kind is Kind.STORY}


async def test_the_archive_of_stories_is_not_empty_however_many_thin_pieces_came_last(tmp_path: Path):
    async with house(tmp_path, page_size=3) as site:
        for name, html in (("one", BODY), ("two", BODY), *((f"thin-{number}", "<p>Thin.</p>") for number in range(4))):
            await site.desk.publish(Read(article=piece(name, Kind.ARTICLE, Visibility.PUBLIC, False, ""), html=html))
        archive = await document(site, "/web-stories/")
        assert archive.robots == ""
        shown = [archive.body.find(f'href="/web-stories/{name}/'.encode()) for name in ("two", "one")]
        assert 0 < shown[0] < shown[1]
        for name in ("one", "two"):
            await site.desk.withdraw((await site.store.article_by_guid(f"urn:{name}")).id)
        assert (await document(site, "/web-stories/")).robots == "noindex"
