"""The whole set of sitemaps over a store: what stands in which file, and which files a write moves."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from publisher.check.sitemap import lint_sitemaps, locations
from publisher.error import NotFound
from publisher.model import Author, Kind, Redirect, Seo, Status, Tag
from publisher.representation import cache_control
from publisher.store.memory import MemoryStore
from publisher.store.port import Store
from publisher.store.sqlite import SqliteStore
from tests.tool.crawl import NOW, SITE, Crawled, bodies, changed, chunk_path, in_month, piece
from tests.tool.schema import check_sitemapindex, check_urlset

INDEX = "/sitemap.xml"
NEWS = "/sitemap-news.xml"
OCTOBER = "/sitemap-articles-2026-10.xml"


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Crawled]:
    store: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path)
    await store.open()
    yield Crawled(store)
    await store.close()


async def listed(site: Crawled, path: str) -> list[str]:
    return [each.removeprefix(SITE.base) for each in locations((await site.document(path)).body)]


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
async def test_s1_s6_s7_s11_s12_every_file_of_the_set_is_valid(site: Crawled, count: int):
    """XSD, our lint on each file and on the set, and every article in it once."""
    await site.publish(*in_month(0, count))
    files = bodies(await site.files())
    assert lint_sitemaps(files, SITE, site.now) == []
    for path, body in files.items():
        assert (check_sitemapindex if path == INDEX else check_urlset)(body) == [], path
    found = [each for path, body in files.items() if "-articles-" in path for each in locations(body)]
    assert len(found) == len(set(found)) == count


async def test_s16_an_empty_site_has_an_index_and_pages(site: Crawled):
    assert await listed(site, INDEX) == ["/sitemap-pages.xml"]
    assert await listed(site, "/sitemap-pages.xml") == ["/"]


async def test_s16_static_pages_stand_beside_home(site: Crawled):
    await site.publish(
        piece(1, kind=Kind.PAGE, path="/about/", section=None),
        piece(2, kind=Kind.PAGE, path="/hidden/", section=None, seo=Seo(noindex=True)),
    )
    assert await listed(site, "/sitemap-pages.xml") == ["/", "/about/"]


@pytest.mark.parametrize(
    ("count", "elsewhere", "sizes"),
    [
        (998, 0, [999]),
        (999, 0, [1000]),
        (1000, 0, [1000, 1]),
        (1000, 1, [1000]),
        (1001, 1, [1000, 1]),
        (1002, 3, [1000]),
        (1999, 0, [1000, 1000]),
        (2001, 2, [1000, 1000]),
    ],
)
async def test_the_index_names_as_many_files_of_pages_as_there_are(count: int, elsewhere: int, sizes: list[int]):
    """The oldest pages, which stand last, have their canonical address elsewhere."""
    site = Crawled()
    canonical = dict.fromkeys(range(count - elsewhere, count), "https://other.example/")
    await site.publish(
        *(
            piece(n, kind=Kind.PAGE, path=f"/page-{n}/", section=None, canonical_url=canonical.get(n, ""))
            for n in range(count)
        )
    )
    named = [path for path in await listed(site, INDEX) if "pages" in path]
    assert [len(await listed(site, path)) for path in named] == sizes
    assert not await site.is_there(f"/sitemap-pages-{len(sizes) + 1}.xml")


async def test_sections_authors_and_tags_with_articles_are_listed(site: Crawled):
    await site.publish(piece(1), piece(2))
    assert await listed(site, "/sitemap-sections.xml") == ["/web-stories/", "/reviews/"]
    assert await listed(site, "/sitemap-authors.xml") == ["/author/ada-1/", "/author/ada-2/"]
    assert await listed(site, "/sitemap-tags.xml") == ["/tag/t1/", "/tag/t2/"]


async def test_stories_stand_in_files_of_their_own(site: Crawled):
    await site.publish(*in_month(0, 3), piece(5, first_published=NOW, seo=Seo(noindex=True)))
    assert await listed(site, "/sitemap-stories-2026-10.xml") == [f"/web-stories/cup-{n}/" for n in range(3)]
    assert not await site.is_there("/sitemap-stories-2026-11.xml")


async def test_s17_the_same_articles_give_the_same_bytes(site: Crawled):
    other = Crawled()
    for each in (site, other):
        await each.publish(*in_month(0, 50))
    assert bodies(await site.files()) == bodies(await other.files())


async def test_c1_publishing_moves_one_chunk_and_the_lists_concerned(site: Crawled):
    await site.publish(*in_month(0, 1500), piece(3000))
    before = await site.files()
    site.now += timedelta(minutes=1)
    await site.publish(piece(9000, first_published=site.now, published=site.now, updated=site.now))
    after = await site.files()
    assert changed(before, after) == {
        INDEX,
        NEWS,
        "/sitemap-articles-2026-11.xml",
        "/sitemap-stories-2026-11.xml",
        "/sitemap-sections.xml",
        "/sitemap-authors.xml",
        "/sitemap-tags.xml",
    }
    kept = set(before) - changed(before, after)
    assert {path: (before[path].etag, before[path].updated) for path in kept} == {
        path: (after[path].etag, after[path].updated) for path in kept
    }


async def test_c2_an_edit_moves_its_chunk_alone(site: Crawled):
    stored = await site.publish(*in_month(0, 1500))
    before = await site.files()
    site.now += timedelta(minutes=1)
    await site.edit(stored[1200], updated=site.now)
    moved = changed(before, await site.files())
    assert {path for path in moved if "articles" in path} == {"/sitemap-articles-2026-10-2.xml"}


async def test_s9_c2_an_insignificant_edit_moves_nothing(site: Crawled):
    """A typo's correction leaves `updated`, hence every file, as it was."""
    stored = await site.publish(*in_month(0, 5))
    before = await site.files()
    site.now += timedelta(minutes=1)
    await site.edit(stored[3], dek="On Cups.", views=99, comment_count=3)
    after = await site.files()
    assert changed(before, after) == set()
    assert {path: each.updated for path, each in after.items() if "-10.xml" in path} == {
        path: each.updated for path, each in before.items() if "-10.xml" in path
    }


async def test_c3_c4_a_withdrawn_article_leaves_and_returns_to_its_place(site: Crawled):
    stored = await site.publish(*in_month(0, 1001))
    before = await site.files()
    withdrawn = await site.edit(stored[500], status=Status.TRASH)
    assert stored[500].path not in await listed(site, OCTOBER)
    assert changed(before, await site.files()) >= {OCTOBER}
    assert len(await listed(site, "/sitemap-articles-2026-10-2.xml")) == 1
    await site.edit(withdrawn, status=Status.PUBLISHED)
    assert (await site.document(OCTOBER)).body == before[OCTOBER].body


async def test_c5_a_new_slug_stays_in_its_file(site: Crawled):
    stored = await site.publish(*in_month(0, 3))
    await site.edit(stored[1], path="/reviews/renamed/", slug="renamed")
    assert await listed(site, OCTOBER) == ["/reviews/cup-0/", "/reviews/renamed/", "/reviews/cup-2/"]


async def test_c6_a_date_edited_across_months_moves_nothing(site: Crawled):
    stored = await site.publish(*in_month(0, 3))
    edited = await site.edit(stored[1], published=NOW, first_published=NOW)
    assert edited.place == stored[1].place
    assert edited.place is not None
    assert chunk_path(edited.place) == OCTOBER


async def test_c8_the_index_says_when_each_file_changed(site: Crawled):
    """True for each file, and never going back when the clock does."""
    await site.publish(*in_month(0, 2))
    site.now += timedelta(minutes=5)
    await site.publish(piece(9000, first_published=site.now))
    entries = (await site.document(INDEX)).body.decode().splitlines()
    assert any("articles-2026-10.xml</loc><lastmod>2026-11-23T12:00:00Z" in line for line in entries)
    assert any("articles-2026-11.xml</loc><lastmod>2026-11-23T12:05:00Z" in line for line in entries)
    site.now -= timedelta(hours=1)
    await site.publish(piece(9001, first_published=NOW))
    assert b"articles-2026-11.xml</loc><lastmod>2026-11-23T12:05:00Z" in (await site.document(INDEX)).body


async def test_c8_a_name_moves_no_file_that_lists_addresses(site: Crawled):
    await site.publish(piece(1), piece(2, kind=Kind.PAGE, path="/about/", section=None))
    before = await site.files()
    site.now += timedelta(minutes=5)
    await site.store.save_shelves((), (Author(slug="ada-1", name="Ada Low"),), site.now)
    assert changed(before, await site.files()) == set()
    await site.publish(piece(3, kind=Kind.PAGE, path="/terms/", section=None, updated=site.now))
    assert b"pages.xml</loc><lastmod>2026-11-23T12:05:00Z" in (await site.document(INDEX)).body


async def test_c8_emptying_a_shelf_is_a_change_of_its_file(site: Crawled):
    stored = await site.publish(piece(1), piece(2))
    site.now += timedelta(minutes=5)
    await site.edit(stored[0], status=Status.TRASH)
    assert await listed(site, "/sitemap-tags.xml") == ["/tag/t2/"]
    assert b"tags.xml</loc><lastmod>2026-11-23T12:05:00Z" in (await site.document(INDEX)).body


async def test_a_new_tag_leaves_the_other_tag_files_as_they_were(site: Crawled):
    tags = tuple(Tag(slug=f"m{n:04}", name=f"M{n}") for n in range(2100))
    await site.publish(*(piece(n, tags=tags[n * 30 : n * 30 + 30]) for n in range(70)))
    before = await site.files()
    site.now += timedelta(minutes=1)
    await site.publish(piece(9000, tags=(Tag(slug="a-first-one", name="First"),)))
    assert {path for path in changed(before, await site.files()) if "tags" in path} == {"/sitemap-tags-3.xml"}
    assert len(await listed(site, "/sitemap-tags-2.xml")) == 1000


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-articles-2026-10-99.xml",
        "/sitemap-articles-2026-10-0.xml",
        "/sitemap-articles-2026-10-1.xml",
        "/sitemap-articles-2026-10-01.xml",
        "/sitemap-articles-2026-10-9999999999999999999.xml",
        "/sitemap-articles-2026-13.xml",
        "/sitemap-articles-2026-00.xml",
        "/sitemap-articles-1999-01.xml",
        "/sitemap-articles.xml",
        "/sitemap-tags-99.xml",
        "/sitemap-pages-2.xml",
        "/sitemap-news-2.xml",
        "/sitemap-feeds-2026-10.xml",
    ],
)
async def test_h3_a_page_that_does_not_exist_is_not_found(site: Crawled, path: str):
    await site.publish(*in_month(0, 3))
    assert not await site.is_there(path)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/sitemap_index.xml", INDEX),
        ("/wp-sitemap.xml", INDEX),
        ("/wp-sitemap-posts-post-1.xml", INDEX),
        ("/sitemap.xml.gz", INDEX),
        ("/post-sitemap2.xml", INDEX),
        ("/sitemap-posts.xml", INDEX),
        ("/news-sitemap.xml", NEWS),
    ],
)
async def test_h4_old_addresses_lead_to_the_new(site: Crawled, path: str, target: str):
    assert await site.answer(path) == Redirect(path, target)


async def test_r5_a_staging_site_has_no_sitemaps():
    site = Crawled(site=msgspec.structs.replace(SITE, staging=True))
    await site.publish(*in_month(0, 3))
    assert await site.files() == {}
    for path in (INDEX, NEWS, OCTOBER, "/sitemap_index.xml"):
        with pytest.raises(NotFound):
            await site.answer(path)


async def test_r7_sitemaps_are_kept_out_of_search_results(site: Crawled):
    assert {each.robots for each in (await site.files()).values()} == {"noindex"}


# News


async def test_n1_n2_news_leave_at_48_hours_without_a_write(site: Crawled):
    await site.publish(piece(1), piece(2))
    deadline = NOW - timedelta(hours=2) + timedelta(hours=48)
    site.now = deadline
    assert await listed(site, NEWS) == ["/reviews/cup-1/", "/reviews/cup-2/"]
    site.now = deadline + timedelta(microseconds=1)
    assert await listed(site, NEWS) == ["/reviews/cup-1/"]


async def test_n2_no_copy_of_the_news_outlives_a_piece_that_ages_out(site: Crawled):
    """At every instant until the deadline: what is fresh then, kept for its max-age, ends in time."""
    await site.publish(piece(1))
    deadline = NOW - timedelta(hours=1) + timedelta(hours=48)
    rebuilt = 0
    while site.now <= deadline:
        document = await site.document(NEWS)
        assert document.expires_at is not None
        assert document.stale_seconds == 0
        assert cache_control(document) in (f"public, max-age={document.max_age}, must-revalidate", "no-cache")
        assert document.expires_at + timedelta(seconds=document.max_age) <= deadline + timedelta(microseconds=1)
        assert document.expires_at > site.now
        site.now = document.expires_at
        rebuilt += 1
    assert rebuilt < 20
    assert (await site.document(NEWS)).expires_at is None


async def test_n3_more_than_a_thousand_news_are_split_and_none_lost(site: Crawled):
    await site.publish(*(piece(n, first_published=NOW - timedelta(minutes=n)) for n in range(1201)))
    first, second = await listed(site, NEWS), await listed(site, "/sitemap-news-2.xml")
    assert (len(first), len(second), len({*first, *second})) == (1000, 201, 1201)
    assert "/sitemap-news-2.xml" in await listed(site, INDEX)


async def test_n2_n3_no_copy_of_the_index_names_a_news_file_that_has_aged_away(site: Crawled):
    """Until the last piece of the second file ages out: what is fresh then, kept for its max-age, ends in time."""
    away = piece(5000, first_published=NOW, canonical_url="https://wire.example/1")
    await site.publish(*(piece(n, first_published=NOW - timedelta(minutes=n)) for n in range(1001)), away)
    end, rebuilt = NOW - timedelta(minutes=1000) + timedelta(hours=48), 0
    while site.now <= end:
        index = await site.document(INDEX)
        assert "/sitemap-news-2.xml" in await listed(site, INDEX)
        assert index.expires_at is not None
        assert site.now < index.expires_at
        assert index.expires_at + timedelta(seconds=index.max_age) <= end + timedelta(microseconds=1)
        site.now, rebuilt = index.expires_at, rebuilt + 1
    assert 1 < rebuilt < 20
    assert "/sitemap-news-2.xml" not in await listed(site, INDEX)
    assert not await site.is_there("/sitemap-news-2.xml")
    assert (await site.document(INDEX)).expires_at is None


async def test_n7_without_news_the_newest_piece_is_kept(site: Crawled):
    await site.publish(*in_month(0, 3))
    assert await listed(site, NEWS) == ["/reviews/cup-2/"]
    assert b"<news:" not in (await site.document(NEWS)).body


async def test_n8_stories_sponsored_and_evergreen_pieces_are_no_news(site: Crawled):
    await site.publish(
        piece(1),
        piece(2, kind=Kind.STORY, path="/web-stories/cup-2/"),
        piece(3, tags=(Tag(slug="sponsored", name="Sponsored"),)),
        piece(4, is_news=False),
        piece(5, seo=Seo(noindex=True)),
        piece(6, canonical_url="https://wire.example/1"),
    )
    assert await listed(site, NEWS) == ["/reviews/cup-1/"]


async def test_n8_the_owner_excludes_sections_too():
    site = Crawled(news_exclude_sections=("reviews",))
    await site.publish(piece(1))
    assert b"<news:" not in (await site.document(NEWS)).body


# robots.txt beside them


async def test_r7_llms_txt_names_open_pieces_only(site: Crawled):
    await site.publish(piece(1), piece(2, seo=Seo(noindex=True)), piece(3, visibility="members"))
    said = (await site.document("/llms.txt")).body.decode()
    assert "[Cup 1](https://mag.example/reviews/cup-1/)" in said
    assert "Cup 2" not in said
    assert "Cup 3" not in said


async def test_p5_a_cold_start_serves_every_lasting_file_without_reading_an_article(tmp_path: Path):
    """Articles that can't be read any more change no byte: index, chunks and shelves are joined of stored entries."""
    first = Crawled(SqliteStore(tmp_path))
    await first.store.open()
    await first.publish(*in_month(0, 1001))
    before = bodies(await first.files())
    await first.store.close()
    with sqlite3.connect(tmp_path / "site.db") as connection:
        connection.execute("UPDATE article SET record = '{}'")
        connection.execute("DELETE FROM body")
    second = Crawled(SqliteStore(tmp_path))
    await second.store.open()
    lasting = [path for path in before if "-pages" not in path and "-news" not in path]
    assert len(lasting) == 8
    assert {path: (await second.document(path)).body for path in lasting} == {path: before[path] for path in lasting}
    await second.store.close()


async def test_c9_a_crash_between_the_write_and_the_next_reading_loses_nothing(tmp_path: Path):
    """What a file holds is committed with its article: there is nothing to rebuild that a crash could forget."""
    writer, reader = Crawled(SqliteStore(tmp_path)), Crawled(SqliteStore(tmp_path))
    await writer.store.open()
    await writer.publish(*in_month(0, 3))
    await reader.store.open()
    assert await listed(reader, OCTOBER) == [each.path for each in in_month(0, 3)]
    assert OCTOBER in await listed(reader, INDEX)
    await writer.store.close()
    await reader.store.close()


async def test_c10_two_writers_at_once_lose_no_entry(tmp_path: Path):
    writers = [Crawled(SqliteStore(tmp_path)) for _ in range(2)]
    pieces = list(in_month(0, 200))
    for each in writers:
        await each.store.open()
    halves = (pieces[:100], pieces[100:])
    await asyncio.gather(*(w.publish(one) for w, half in zip(writers, halves, strict=True) for one in half))
    for each in writers:
        found = await listed(each, OCTOBER)
        assert sorted(found) == sorted(piece.path for piece in pieces)
        await each.store.close()
