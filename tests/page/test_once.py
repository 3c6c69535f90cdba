"""What several documents of one publication have in common is read once for all of them."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from publisher.store.memory import MemoryStore
from tests.page.house import House

COUNTED = ("months", "sections", "section", "count")
FORMATS = ("rss", "atom", "json")


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
    feeds = [f"{stem}.{each}" for stem in ("/feeds/all", "/reviews/feed") for each in FORMATS]
    for slug in ("first", "second"):
        await house.publish(slug)
        reads.clear()
        await asyncio.gather(*map(house.get, ("/", "/reviews/", *feeds)))
        assert reads == Counter(months=1, sections=1)
