"""Which documents are to be made: all of them, or those that changes and the clock put out of date.

After a change, or when a list's time is over, the lists are named anew, since a tag or a month may be new and a file
of news may have ended; of articles only those that the change log names are asked for their paths. What nothing
touched is not even looked at.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import msgspec

from publisher import key
from publisher.build.folder import NOT_FOUND_PAGE
from publisher.build.ledger import Kept, Ledger, Touched
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Context
from publisher.error import NotFound
from publisher.model import Article

Work = str | Article
"""A list's path, or an article with all its documents."""


class Slice(msgspec.Struct, frozen=True):
    """The part of all documents that one process makes."""

    number: int = 0
    of: int = 1

    def has(self, path: str) -> bool:
        """Whether a list's path is in it."""
        return zlib.crc32(path.encode()) % self.of == self.number

    def has_article(self, id: int) -> bool:
        """Whether an article is in it, with all that is its own."""
        return id % self.of == self.number


class Plan:
    """What a build of one slice does. `touched` by changes since the ledger, None to make everything.

    `stays` are the paths that need no making; `left` are those of them that no work looks at.
    """

    def __init__(
        self, context: Context, catalogue: Catalogue, part: Slice, before: Ledger, touched: Touched | None
    ) -> None:
        self._context, self._catalogue, self._part = context, catalogue, part
        self._walks = touched is None
        touched = touched or Touched()
        self._old = before.old(touched, context.clock())
        self._names_lists = bool(touched.keys) or any(not kept.article for kept in self._old.values())
        changed = filter(part.has_article, key.article_ids(touched.keys))
        self._articles = {*changed, *(kept.article for kept in self._old.values() if kept.article)}
        self.stays: Mapping[str, Kept] = {}
        self.left: Mapping[str, Kept] = {}
        if not self._walks:
            self.stays = {path: kept for path, kept in before.paths.items() if path not in self._old}
            self.left = {path: kept for path, kept in self.stays.items() if not self._looks_at(kept)}

    def _looks_at(self, kept: Kept) -> bool:
        return kept.article in self._articles if kept.article else self._names_lists

    def work(self) -> AsyncIterator[Work]:
        """What is to be looked after: articles first, so that lists find ready what they show of them."""
        return self._everything() if self._walks else self._changed()

    async def _everything(self) -> AsyncIterator[Work]:
        async for article in self._context.store.every():
            if self._part.has_article(article.id):
                yield article
        async for path in self._lists():
            yield path

    async def _changed(self) -> AsyncIterator[Work]:
        for id in sorted(self._articles):
            with suppress(NotFound):
                yield await self._context.store.article(id)
        if self._names_lists:
            async for path in self._lists():
                yield path

    async def _lists(self) -> AsyncIterator[str]:
        if self._part.has(NOT_FOUND_PAGE):
            yield NOT_FOUND_PAGE
        async for _, path in self._catalogue.list_paths(self._context):
            if self._part.has(path):
                yield path
