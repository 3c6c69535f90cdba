"""What feed readers' own parsers make of our feeds: everything, and the same in each."""

from datetime import timedelta

import atoma
import fastfeedparser
import feedparser
import pytest

from publisher.model import Document
from tests.feed.world import LONG, NOON, World, article

TITLES = ["Fish & chips", "5 < 6 “quoted”", "Ünïcödé 👩‍👩‍👧", "Plain"]


async def documents() -> dict[str, Document]:
    world = World(hub="https://hub.example/")
    await world.publish(*(article(number, title=title, body=LONG) for number, title in enumerate(TITLES, 1)))
    return {format: await world.get(f"/feeds/all.{format}") for format in ("rss", "atom", "json")}


async def test_f03_feedparser_finds_nothing_wrong_and_everything_there():
    made = await documents()
    for format, version in (("rss", "rss20"), ("atom", "atom10")):
        parsed = feedparser.parse(made[format].body)
        assert (parsed.bozo, parsed.version, parsed.encoding) == (False, version, "utf-8")
        assert [entry.id for entry in parsed.entries] == [article(number).guid for number in range(1, 5)]
        assert parsed.feed.updated_parsed[:6] == NOON.timetuple()[:6]
        assert all(entry.content[0].value and entry.summary and entry.media_content for entry in parsed.entries)


async def test_f04_atoma_reads_the_three_formats():
    made = await documents()
    rss, atom = atoma.parse_rss_bytes(made["rss"].body), atoma.parse_atom_bytes(made["atom"].body)
    json = atoma.parse_json_feed_bytes(made["json"].body)
    assert [item.title for item in rss.items] == [entry.title.value for entry in atom.entries] == TITLES
    assert [item.title for item in json.items] == TITLES
    assert (
        [item.guid for item in rss.items] == [entry.id_ for entry in atom.entries] == [item.id_ for item in json.items]
    )
    published = [NOON - timedelta(hours=number) for number in range(1, 5)]
    assert [item.pub_date for item in rss.items] == [entry.published for entry in atom.entries] == published
    assert [item.date_published for item in json.items] == published
    assert rss.items[0].content_encoded == atom.entries[0].content.value == json.items[0].content_html
    assert atom.updated == rss.last_build_date == NOON


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
async def test_f04_fastfeedparser_reads_each_format(format: str):
    parsed = fastfeedparser.parse((await documents())[format].body)
    assert [entry.title for entry in parsed.entries] == TITLES
    assert [entry.id for entry in parsed.entries] == [article(number).guid for number in range(1, 5)]
    assert parsed.entries[0].link == "https://magazine.example/travel/article-1/"
