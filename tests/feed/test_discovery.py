"""What pages announce is there, and in the formats that are announced."""

import dataclasses
import re

import pytest

from publisher.asset import Assets
from publisher.catalogue import Catalogue, feed, page, reader, story, theme
from publisher.definition import FeedDefinition, load
from tests.feed.world import LONG, World, article
from tests.feed.world import feed as defined

KINDS = (*theme.KINDS, *reader.KINDS, *story.KINDS, *feed.KINDS, *page.KINDS)
ANNOUNCED = re.compile(r'<link rel="alternate" href="([^"]+)" type="(application/[^"]+)"')
PAGES = ["/", "/travel/", "/tag/food/", "/author/ann/", "/travel/article-1/", "/web-stories/", "/feeds/", "/2026/11/"]


async def magazine(feeds: tuple[FeedDefinition, ...]) -> World:
    world = World()
    world.catalogue = Catalogue(KINDS)
    world.context = dataclasses.replace(world.context, feeds=feeds)
    await world.publish(article(1, body=LONG))
    return world


async def announced(world: World, path: str) -> list[tuple[str, str]]:
    found = ANNOUNCED.findall((await world.get(path)).body.decode())
    return [(address.removeprefix("https://magazine.example"), media_type) for address, media_type in found]


@pytest.mark.parametrize("path", PAGES)
async def test_f64_every_feed_that_a_page_announces_is_there_in_that_format(path: str):
    world = await magazine(load(Assets()))
    links = await announced(world, path)
    assert links
    for address, media_type in links:
        assert (await world.get(address)).media_type.partition(";")[0] == media_type


@pytest.mark.parametrize("path", PAGES)
async def test_f64_a_page_announces_no_feed_that_its_owner_switched_off(path: str):
    feeds = (defined("enabled = false"), defined('per = "section"\nformats = ["atom"]', "section"))
    links = await announced(await magazine(feeds), path)
    own = path in ("/travel/", "/travel/article-1/")
    assert links == ([("/travel/feed.atom", "application/atom+xml")] if own else [])
