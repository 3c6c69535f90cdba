"""Old feed addresses of other systems lead to ours."""

import pytest

from publisher.error import NotFound
from publisher.model import Redirect, Withdrawn
from tests.feed.world import World, article

ALL = {
    "/feeds/all.rss": (
        "/feed/ /feed /feed/rss2 /feed/rss2/ /feed/rss/ /feed/rdf/ /rss /rss/ /rss.xml /index.xml /feed.xml "
        "/wp-rss2.php /wp-feed.php /index.rdf /posts/index.xml /blog/feed /blog/index.xml"
    ),
    "/feeds/all.atom": "/feed/atom /feed/atom/ /atom.xml /atom /feed.atom /wp-atom.php",
    "/feeds/all.json": "/feed.json /feed/json /feed/json/ /index.json",
    "/travel/feed.rss": (
        "/category/travel/feed/ /category/travel/feed /category/world/travel/feed/ /travel/feed/ /travel/feed/rss2/ "
        "/travel/index.xml /categories/travel/index.xml /feed/travel.xml /travel/rss/"
    ),
    "/travel/feed.atom": "/category/travel/feed/atom/ /travel/feed/atom/",
    "/tag/food/feed.rss": (
        "/tag/food/feed/ /tag/food/feed/rss2 /tag/food/rss/ /tags/food/index.xml /tag/food/index.xml "
        "/feed/by_tag/food.xml"
    ),
    "/tag/food/feed.atom": "/tag/food/feed/atom/",
    "/tag/food/feed.json": "/tag/food/feed/json/",
    "/author/ann/feed.rss": "/author/ann/feed/ /author/ann/rss/ /author/ann/feed/rss2/ /authors/ann/index.xml",
    "/search/feed.rss?q=old%20wine": "/search/old%20wine/feed/rss2/ /search/old+wine/feed/",
}
CASES = [(old, new) for new, olds in ALL.items() for old in olds.split()]


@pytest.mark.parametrize(("old", "new"), CASES, ids=[old for old, _ in CASES])
async def test_f59_an_old_address_answers_by_one_redirect(old: str, new: str):
    assert await World().answer(old) == Redirect(old, new)


QUERIES = [
    ({"feed": "rss2"}, "/feeds/all.rss"),
    ({"feed": "rss"}, "/feeds/all.rss"),
    ({"feed": "feed"}, "/feeds/all.rss"),
    ({"feed": "rdf", "utm_source": "x"}, "/feeds/all.rss"),
    ({"feed": "atom"}, "/feeds/all.atom"),
    ({"feed": "rss2", "s": "old wine"}, "/search/feed.rss?q=old%20wine"),
]


@pytest.mark.parametrize(("query", "new"), QUERIES)
async def test_f59_the_feed_argument_of_the_front_page_leads_to_the_feed(query: dict[str, str], new: str):
    for path in ("/", "/index.php"):
        assert await World().answer(path, query) == Redirect(path, new)


@pytest.mark.parametrize("query", [{}, {"feed": "calendar"}, {"feed": "//evil.example"}])
async def test_f59_the_front_page_without_a_feed_is_left_to_others(query: dict[str, str]):
    with pytest.raises(NotFound):
        await World().answer("/", query)


COMMENTS = "/comments/feed /comments/feed/ /comments/feed/atom/ /wp-commentsrss2.php /2020/05/boat/feed /about/feed/"


@pytest.mark.parametrize(
    "path", [*COMMENTS.split(), "/2020/05/boat/feed/", "/2020/05/boat/feed/rss2/", "/plain.html/feed/"]
)
async def test_who_subscribed_to_comments_is_told_that_there_are_none(path: str):
    world = World()
    for number, each in enumerate(("/2020/05/boat/", "/plain.html", "/about/")):
        await world.publish(article(number, path=each))
    assert await world.answer(path) == Withdrawn(path)


@pytest.mark.parametrize("wanted", ["comments-rss2", "comments-atom"])
async def test_who_subscribed_to_comments_without_permalinks_is_told_too(wanted: str):
    assert await World().answer("/", {"feed": wanted}) == Withdrawn("/")


@pytest.mark.parametrize("path", ["/comments/", "/comments/feed/", "/comments/feed/atom/"])
async def test_a_piece_that_stands_where_comments_were_is_left_in_peace(path: str):
    world = World()
    await world.publish(article(path=path))
    with pytest.raises(NotFound):
        await world.answer(path)


@pytest.mark.parametrize("path", ["/travel/slug/feed.xml", "/comments/feed/x/y", "/a/b/c/index.xml"])
async def test_what_was_never_a_feed_is_not_redirected(path: str):
    with pytest.raises(NotFound):
        await World().answer(path)


@pytest.mark.parametrize("path", ["/travel/rss/", "/travel/feed/", "/tag/rss/feed/", "/json/"])
async def test_a_piece_that_is_called_like_an_old_feed_is_left_in_peace(path: str):
    world = World()
    await world.publish(article(path=path))
    for asked in (path, path.rstrip("/")):
        with pytest.raises(NotFound):
            await world.answer(asked)
