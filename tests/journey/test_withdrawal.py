"""An article is renamed, withdrawn and published again, seen by a crawler whose files are all in the cache."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from publisher.check.sitemap import locations
from publisher.error import Conflict
from publisher.house import House
from publisher.importer.port import Read
from publisher.model import Article, Redirect, Section, Status, Withdrawn
from publisher.representation import Representation
from tests.tool.house import house

OCTOBER = "/sitemap-articles-2026-10.xml"
REVIEWS = Section(slug="reviews", name="Reviews")


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        for slug in ("one", "two", "three"):
            await made.desk.publish(piece(slug))
        yield made


def piece(slug: str) -> Read:
    day = datetime(2026, 10, 5, tzinfo=UTC)
    article = Article(
        guid=f"urn:{slug}", slug=slug, path="", title=slug, status=Status.PUBLISHED, section=REVIEWS, published=day
    )
    return Read(article=article, html=f"<p>The {slug} mill.</p>")


async def listed(site: House) -> list[str]:
    """What October's file lists, as the press serves it."""
    answer = await site.press.answer(OCTOBER)
    assert isinstance(answer, Representation)
    return [each.removeprefix(f"{site.site.base}/reviews/") for each in locations(answer.document.body)]


async def test_c3_c4_a_withdrawn_article_is_gone_at_once_and_returns_to_its_place(site: House):
    assert await listed(site) == ["one/", "two/", "three/"]
    before = await site.store.article_by_guid("urn:two")
    await site.desk.withdraw(before.id)
    assert await listed(site) == ["one/", "three/"]
    assert await site.press.answer("/reviews/two/") == Withdrawn("/reviews/two/"), "what the web says as 410"
    await site.desk.edit(before.id, {"status": Status.PUBLISHED})
    assert await listed(site) == ["one/", "two/", "three/"]
    assert isinstance(await site.press.answer("/reviews/two/"), Representation)


async def test_c5_a_new_slug_stays_in_its_file_and_every_old_address_leads_there_in_one_hop(site: House):
    await listed(site)
    two = await site.store.article_by_guid("urn:two")
    for slug in ("second", "next"):
        await site.desk.edit(two.id, {"slug": slug})
        assert await listed(site) == ["one/", f"{slug}/", "three/"]
    for old in ("two", "second"):
        assert await site.press.answer(f"/reviews/{old}/") == Redirect(f"/reviews/{old}/", "/reviews/next/")
    with pytest.raises(Conflict):
        await site.desk.redirect("/reviews/next/", "/reviews/two/")
    await site.desk.edit(two.id, {"slug": "two"})
    assert await site.press.answer("/reviews/next/") == Redirect("/reviews/next/", "/reviews/two/")
    assert isinstance(await site.press.answer("/reviews/two/"), Representation)
