"""Who shows a stored file: one that anything shows can't be deleted."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.json import encode

from publisher.definition import FeedDefinition
from publisher.error import Conflict
from publisher.model import Article
from publisher.setting import Settings
from publisher.store.port import Store

PAGE = 1000


async def refuse_shown(store: Store, settings: Settings, feeds: Iterable[FeedDefinition], sha256: str) -> None:
    """Raises Conflict naming the settings, feed, article, author or redirect that shows a file."""
    _refuse_configured(settings, feeds, sha256)
    seq = await store.seq()
    async for article in store.every():
        _refuse_article(sha256, article)
    while changes := await store.changes(seq):  # While all were looked through: which takes a while.
        for id in {each.article_id for each in changes if each.article_id}:
            _refuse_article(sha256, await store.article(id))
        seq = changes[-1].seq
    await _refuse_led_to(store, sha256)
    for author in await store.portrayed(sha256):
        raise Conflict(f"file {sha256} is the portrait of author {author.slug!r}")


def _refuse_configured(settings: Settings, feeds: Iterable[FeedDefinition], sha256: str) -> None:
    if sha256.encode() in encode(settings):
        raise Conflict(f"file {sha256} is named in the site's settings; take it out of site.toml first")
    for feed in feeds:
        if sha256 in feed.image:
            raise Conflict(f"file {sha256} is the image of {feed.file}; take it out there first")


def _refuse_article(sha256: str, article: Article) -> None:
    if sha256.encode() in encode(article):
        raise Conflict(f"file {sha256} is shown by article {article.id} ({article.path})")


async def _refuse_led_to(store: Store, sha256: str) -> None:
    after = ""
    while found := await store.redirects(PAGE, after):
        for each in found:
            if sha256 in each.target:
                raise Conflict(f"the redirect from {each.path} leads to file {sha256}")
        after = found[-1].path
