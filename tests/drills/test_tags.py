"""Two workers, one editor in a third process: whoever answers, a feed has one tag, one date and one body.

`TAG_STEPS` makes more steps of it, `TAG_SEED` begins elsewhere.
"""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from publisher.date import now
from publisher.house import House, run, settings_of, with_house
from tests.tool.newsroom import Newsroom
from tests.tool.port import free_port
from tests.tool.running import Running, running

STEPS = int(os.environ.get("TAG_STEPS", "8"))
SEED = int(os.environ.get("TAG_SEED", "1"))
ASKED = 6
"""Connections for each document: that one worker takes all of them happens once in 32 times."""
SETTLED_SECONDS = 1.5
"""In which others follow, and what changed twice in a second has got its second date."""
KINDS = ("feed", "feed archive", "sitemap", "story")

Said = tuple[int, str, str, bytes]


class Wall:
    """The clock on the wall, as a newsroom looks at it."""

    @property
    def now(self) -> datetime:
        """The time."""
        return now()

    def __call__(self) -> datetime:
        return now()


class Present(Newsroom):
    """A newsroom in which nothing happens later."""

    async def schedule(self) -> None:
        """Nobody does."""

    async def expire(self) -> None:
        """Nothing does."""


def said(server: Running, path: str) -> Said:
    """Status, tag, date and body of a document."""
    found = server.get(path)
    return found.status, found.headers.get("etag", ""), found.headers.get("last-modified", ""), found.body


def agreed(server: Running, paths: Sequence[str]) -> dict[str, Said]:
    """What is said of each path, by whoever answers."""
    found = {path: {said(server, path) for _ in range(ASKED)} for path in paths}
    differing = {path: [each[:3] for each in all] for path, all in found.items() if len(all) > 1}
    assert not differing, differing
    return {path: each for path, (each,) in found.items()}


@pytest.mark.drill
def test_every_worker_says_the_same_of_a_feed_also_after_a_restart(tmp_path: Path):
    (tmp_path / "site.toml").write_text('title = "Tags"\n')  # and no names, which a start would restore

    async def work(house: House) -> None:
        news, before = Present(house, Wall(), SEED), dict[str, Said]()
        await news.open()
        for _ in range(STEPS):
            paths = [path async for kind, path in house.press.catalogue.paths(house.context) if kind in KINDS]
            for path in paths:  # so that there is something to throw out
                server.get(path)
            for _ in range(3):
                await news.step()
                for path in paths[:10]:
                    server.get(path)
            await asyncio.sleep(SETTLED_SECONDS)
            paths = [path async for kind, path in house.press.catalogue.paths(house.context) if kind in KINDS]
            found = agreed(server, paths)
            for path in (each for each in paths if "feed" in each and each in before):
                (_, tag, date, body), (_, new_tag, new_date, new_body) = before[path], found[path]
                assert (tag == new_tag) == (body == new_body), path
                is_later = parsedate_to_datetime(new_date) > parsedate_to_datetime(date)
                assert is_later or (date == new_date and tag == new_tag), (path, news.did[-9:])
            before = found
        last.update(before)

    last: dict[str, Said] = {}
    port = free_port()
    with running("serve", tmp_path, "--port", str(port), "--workers", "2") as server:
        run(with_house(tmp_path, settings_of(tmp_path, {"port": port}), work))
    with running("serve", tmp_path, "--port", str(port), "--workers", "2") as server:
        assert agreed(server, list(last)) == last
