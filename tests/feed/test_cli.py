"""`publisher feeds` and `publisher feeds check` on a site's folder."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from publisher.audience.subscriber import Subscribers
from publisher.cli import cli
from publisher.date import now
from publisher.error import InvalidDefinition
from publisher.store.port import Write
from publisher.store.sqlite import SqliteStore
from tests.feed.world import LONG, NOON, article


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A site with three articles."""
    store = SqliteStore(tmp_path)
    await store.open()
    await store.save_all([Write(article=article(number, body=LONG)) for number in range(1, 4)], NOON)
    subscribers = Subscribers(store, now)
    subscribers.note("/feeds/all.atom", "Feedly/1.0 (12 subscribers)")
    await subscribers.flush()
    await store.close()
    return tmp_path


def called(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


def test_feeds_are_listed_with_address_entries_last_change_and_bytes(folder: Path):
    done = called("feeds", "--site", folder, "--json")
    assert done.exit_code == 0, done.output
    whole = next(row for row in json.loads(done.stdout) if row["url"].endswith("/feeds/all.rss"))
    assert (whole["entries"], whole["name"], whole["listed"]) == (3, "all", True)
    assert whole["bytes"] > 1000
    assert whole["subscribers"] == 12
    assert "/travel/feed.rss" in called("feeds", "--site", folder).stdout


@pytest.mark.parametrize("words", ["feeds --site {} check", "feeds check --site {}"])
def test_sound_feeds_pass_the_check(folder: Path, words: str):
    done = called(*(each.format(folder) for each in words.split()))
    assert done.exit_code == 0, done.output
    assert "0 with faults" in done.output


async def test_a_feed_that_leaves_an_article_out_fails_the_check(folder: Path):
    store = SqliteStore(folder)
    await store.open()
    await store.save(Write(article=article(9, guid="bad\x00guid")), NOON)
    await store.close()
    done = await asyncio.to_thread(called, "feeds", "--site", folder, "check")
    assert done.exit_code == 1
    assert "/feeds/all.rss: article 4 is left out" in done.output


def test_a_wrong_definition_stops_the_command(folder: Path):
    (folder / "feeds").mkdir()
    (folder / "feeds" / "mine.toml").write_text("titel = 'x'\n")
    with pytest.raises(InvalidDefinition, match="did you mean 'title'"):
        CliRunner().invoke(cli, ["feeds", "--site", str(folder)], catch_exceptions=False)
