"""What several documents of one publication have in common is read once for all of them."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from publisher.format import entry
from publisher.store.memory import MemoryStore
from tests.page.house import House

COUNTED = ("months", "sections", "section", "count", "with_bodies")
FEEDS = [f"{stem}.{each}" for stem in ("/feeds/all", "/reviews/feed") for each in ("rss", "atom", "json")]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the store was asked for what, from here on."""
    found: Counter[str] = Counter()

    def counted(name: str) -> Any:
        read = getattr(MemoryStore, name)

        async def ask(*given: Any) -> Any:
            found[name] += 1
            await asyncio.sleep(0)
            return await read(*given)

        return ask

    for name in COUNTED:
        monkeypatch.setattr(MemoryStore, name, counted(name))
    return found


async def test_the_lists_that_a_publication_touches_read_sections_and_months_once(reads: Counter[str]):
    house = await House().open()
    for slug in ("first", "second"):
        await house.publish(slug)
        reads.clear()
        await asyncio.gather(*map(house.get, ("/", "/reviews/", *FEEDS)))
        assert (reads["months"], reads["sections"], reads["section"], reads["count"]) == (1, 1, 0, 0)


async def test_an_article_is_read_and_written_as_an_entry_once_for_all_feeds(
    reads: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    house = await House().open()
    written: list[int] = []
    write = entry.of_article
    monkeypatch.setattr(
        entry, "of_article", lambda site, article, *rest: written.append(article.id) or write(site, article, *rest)
    )
    await asyncio.gather(*map(house.get, FEEDS))
    reads.clear()
    written.clear()
    published = await house.publish("piece")
    await asyncio.gather(*map(house.get, FEEDS))
    assert (written, reads["with_bodies"]) == ([published.id], 1)
