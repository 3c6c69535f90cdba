"""A feed's definition that names what no article has: its feed is empty, and somebody is told why."""

import signal
from pathlib import Path

from publisher.check.site import SiteCheck
from publisher.house import House
from publisher.model import Tag
from publisher.store.memory import MemoryStore
from tests.contract.sample import TRAVEL, saved
from tests.tool.house import house
from tests.tool.program import until
from tests.tool.running import running

TRAIN, TRAMS = Tag(slug="train", name="Train"), Tag(slug="trams", name="Trams")
DEFINITION = """title = "Rail"
[selection]
sections = ["travel"]
tags = ["trains", "trams"]
authors = ["nobody"]
exclude_tags = ["sponsored"]
"""


def defined(folder: Path, definition: str = DEFINITION) -> Path:
    (folder / "feeds").mkdir(parents=True)
    (folder / "feeds" / "rail.toml").write_text(definition)
    return folder


async def said(house: House) -> list[str]:
    checking = SiteCheck(house.context, house.press.catalogue)
    found = [each async for each in checking.run() if each.path.startswith("feeds/")]
    return [f"{each.level} {each.path} {each.message}" for each in found]


async def test_the_check_names_what_no_article_has_and_what_may_be_meant(tmp_path: Path):
    store = MemoryStore()
    await saved(store, section=TRAVEL, tags=(TRAIN, TRAMS))
    async with house(defined(tmp_path), store) as made:
        assert await said(made) == [
            "warning feeds/rail.toml selection.tags: no public article has 'trains' (did you mean 'train'?)",
            "warning feeds/rail.toml selection.authors: no public article has 'nobody'",
            "info feeds/rail.toml selection.exclude_tags: no public article has 'sponsored'",
        ]


async def test_a_feed_that_is_switched_off_is_not_judged(tmp_path: Path):
    async with house(defined(tmp_path, "enabled = false\n" + DEFINITION)) as made:
        assert await said(made) == []


def test_the_server_says_so_as_it_starts_and_at_a_reload_and_serves(tmp_path: Path):
    folder = defined(tmp_path / "site")
    said = "warning: feeds/rail.toml: selection.tags: no public article has"
    with running("serve", folder, "--init", "--port", "0", "--workers", "2") as server:
        assert server.get("/feeds/rail.rss").status == 200
        until(lambda: len(server.workers()) == 2)
        assert sum(f"{said} 'trains'" in line for line in server.lines) == 1
        (folder / "feeds" / "rail.toml").write_text(DEFINITION.replace("trains", "ships"))
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any(f"{said} 'ships'" in line for line in server.lines))
        assert server.get("/feeds/rail.rss").status == 200
    assert sum(f"{said} 'ships'" in line for line in server.lines) == 1
