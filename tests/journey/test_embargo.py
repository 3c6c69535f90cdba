"""An article that is due later, seen by whoever reads the whole site: pages, feeds, sitemaps, its story."""

from datetime import datetime, timedelta
from pathlib import Path

from publisher.house import House
from publisher.importer.port import Read
from publisher.model import Article, Section, Status
from publisher.representation import Representation
from tests.tool.crawl import NOW
from tests.tool.house import house

REVIEWS = Section(slug="reviews", name="Reviews")
NAMES = "Anna Bruno Clara Dario Emil Fanny Georg Hanna Igor Jonas Karla Lena Marta Nils".split()
WALKS = (f"{n} walks from {n}ville past the {n}bergs with the {n}dogs, {n}cats and {n}birds of all" for n in NAMES)
BODY = "".join(f"<p>{walk} the people who ever lived in the oldest houses of the town.</p>" for walk in WALKS)
OWN = ("/reviews/embargoed/", "/web-stories/embargoed/", "/web-stories/embargoed/play/")
LISTS = (
    *("/", "/reviews/", "/2026/11/", "/web-stories/"),
    *("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/feeds/all/2026/11.rss"),
    *("/reviews/feed.rss", "/feeds/stories.rss"),
    *("/sitemap-articles-2026-11.xml", "/sitemap-stories-2026-11.xml", "/sitemap-news.xml"),
)
"""Documents that name an article of November as soon as it is out."""


class Watch:
    """A clock that stands until it is set."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


def piece(slug: str, **values: object) -> Read:
    bare = Article(guid="", slug=slug, path="", title=f"The {slug} mill", section=REVIEWS, **values)  # type: ignore[arg-type]
    return Read(article=bare, html=BODY)


async def naming(site: House, paths: tuple[str, ...]) -> set[str]:
    """Those of the paths where the article stands, as the press serves them."""
    answers = {path: await site.press.answer(path) for path in paths}
    return {
        path
        for path, answer in answers.items()
        if isinstance(answer, Representation) and b"embargoed" in answer.document.body
    }


async def test_c7_a_scheduled_article_appears_everywhere_at_once_at_its_time(tmp_path: Path):
    """Not a second before, in documents that are all kept in the cache; then in every one of them."""
    watch = Watch()
    async with house(tmp_path, clock=watch) as site:
        await site.desk.publish(piece("open", status=Status.PUBLISHED, published=NOW))
        due = NOW + timedelta(minutes=90)
        await site.desk.publish(piece("embargoed", status=Status.SCHEDULED, published=due))
        watch.now = due - timedelta(seconds=1)
        assert await site.desk.release_due() == 0
        assert await naming(site, (*LISTS, *OWN)) == set()
        watch.now = due
        assert await site.desk.release_due() == 1
        assert await naming(site, (*LISTS, *OWN)) == {*LISTS, *OWN}
        index = await site.press.answer("/sitemap.xml")
        assert isinstance(index, Representation)
        assert index.document.body.count(f"<lastmod>{due:%Y-%m-%dT%H:%M:%SZ}</lastmod>".encode()) >= 3


async def test_n2_a_kept_copy_of_the_news_ends_with_its_oldest_piece(tmp_path: Path):
    """Asked for all the time, so that it is always in the cache; nothing is written meanwhile."""
    watch = Watch()
    async with house(tmp_path, clock=watch) as site:
        for slug, age in (("embargoed", 40), ("newer", 1)):
            first = NOW - timedelta(hours=age)
            await site.desk.publish(piece(slug, status=Status.PUBLISHED, published=first))
        while watch.now <= NOW + timedelta(hours=8):
            assert await naming(site, ("/sitemap-news.xml",))
            watch.now += timedelta(minutes=10)
        assert not await naming(site, ("/sitemap-news.xml",))
        news = await site.press.answer("/sitemap-news.xml")
        assert isinstance(news, Representation)
        assert news.document.body.count(b"<news:news>") == 1
