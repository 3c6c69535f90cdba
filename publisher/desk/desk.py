"""Publish, revise, withdraw, release: every write is prepared, completed, stored and announced here."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from msgspec.structs import replace

from publisher import key, rendition
from publisher.compose.telling import has_story
from publisher.date import Clock
from publisher.definition import FeedDefinition
from publisher.desk import rule
from publisher.desk.shown import refuse_shown
from publisher.error import Conflict, NotFound, StoreUnavailable
from publisher.format import sitemap
from publisher.html import NO_FILES
from publisher.importer.port import Read
from publisher.model import Article, Author, Kind, Media, Picture, Redirect, Section, Selection, Status
from publisher.prepare import prepare
from publisher.seldom import Seldom
from publisher.setting import Settings
from publisher.store.port import Saved, Store, Write

log = logging.getLogger(__name__)

Announce = Callable[[], Awaitable[None]]
"""Makes what was committed visible in this process; returns when it is."""

ATTEMPTS = 50
VERSIONED = frozenset({Kind.ARTICLE, Kind.PAGE})
MOST_VERSIONS = 100
TICK_SECONDS = 0.5
_MEDIA = re.compile(r"/media/([0-9a-f]{64})/")


class Library(Protocol):
    """Where files are kept, by the hash of their bytes."""

    async def add(self, content: bytes, name: str = "", /) -> Media:
        """Check and keep a file; raises Invalid for what it doesn't take."""

    async def remove(self, sha256: str, /) -> None:
        """Delete a file and all that was made of it, if it is there."""

    async def make_posters(self, sha256: str, focal: tuple[float, float] | None = None) -> None:
        """Make the posters of a kept picture that aren't there yet; raises NotFound for one that can't be read."""


class Desk:
    """Writes for everyone: the API, the command line, the importers, the clock."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        host: str,
        clock: Clock,
        library: Library,
        announce: Announce,
        feeds: Sequence[FeedDefinition] = (),
    ) -> None:
        self.store = store
        self.settings = settings
        self.host = host
        self.clock = clock
        self.library = library
        self.announce = announce
        self.feeds = feeds
        self._seldom = Seldom(log)

    async def publish(self, read: Read) -> Article:
        """Store a new article; without a path of its own it gets the next free one. Raises Invalid, Conflict."""
        ready = await self.ready(read)
        try:
            return await self._save(ready, aliases=read.aliases)
        except Conflict as error:
            if read.article.path or not error.path:
                raise
        return await self.save_numbered(ready, read.aliases)

    async def save_numbered(self, article: Article, aliases: tuple[str, ...] = ()) -> Article:
        """Store an article at the first free address with a number behind its slug. Raises Conflict."""
        for number in range(2, ATTEMPTS):
            try:
                return await self._save(rule.numbered(article, number), aliases=aliases)
            except Conflict as error:
                if not error.path:
                    raise
        raise Conflict(f"{article.path}: taken, and so are {ATTEMPTS} numbers behind it; choose another slug")

    async def ready(self, read: Read, files: Mapping[str, str] = NO_FILES) -> Article:
        """The article as it would be stored: prepared and completed, its files kept. Raises Invalid."""
        kept = files or await self._kept(read)
        return rule.complete(await self.prepared(read, kept), self.clock(), self.host)

    async def _kept(self, read: Read) -> dict[str, str]:
        """Where each file that came along with an article stands now."""
        contents = {file: await asyncio.to_thread(file.read) for file in read.files}
        return {file.src: (await self.keep_file(content, file.name)).path for file, content in contents.items()}

    async def prepared(self, read: Read, files: Mapping[str, str] = NO_FILES, hosts: Collection[str] = ()) -> Article:
        """The article with its body sanitised, its names known and its pictures measured."""
        own = {self.host, *hosts}
        article = await asyncio.to_thread(prepare, read.article, read.html, read.base, own, files)
        return await self.named(article)

    async def named(self, article: Article) -> Article:
        """A prepared article with the names that the settings give, and its stored pictures measured."""
        return await self._measured(self._described(article))

    def _described(self, article: Article) -> Article:
        sections = {each.slug: each for each in self.settings.sections}
        authors = {each.slug: each for each in self.settings.authors}
        named = (rule.described(each, authors.get(each.slug, each)) for each in article.authors)
        section = article.section and sections.get(article.section.slug, article.section)
        return replace(article, section=section, authors=tuple(named))

    async def keep_shelves(self, sections: Sequence[Section], authors: Sequence[Author]) -> None:
        """Store names and descriptions; a portrait that is no address yet leaves the stored one in place."""
        kept = [rule.described(await self._stored(author), author) for author in authors]
        if await self.store.save_shelves(sections, kept, self.clock()):
            await self.announce()

    async def _stored(self, author: Author) -> Author:
        try:
            return await self.store.author(author.slug)
        except NotFound:
            return Author(slug=author.slug, name=author.name)

    async def _measured(self, article: Article) -> Article:
        """Stored pictures carry the size and type of their file."""
        pictures = [await self._measure(each) for each in article.pictures]
        return replace(article, hero=article.hero and await self._measure(article.hero), pictures=tuple(pictures))

    async def _measure(self, picture: Picture) -> Picture:
        match = _MEDIA.match(picture.src)
        if match is None:
            return picture
        try:
            media = await self.store.media(match[1])
        except NotFound:
            return picture
        return replace(
            picture,
            width=media.width,
            height=media.height,
            media_type=media.media_type,
            bytes=media.bytes,
            alt=picture.alt or media.alt,
            focal=picture.focal or media.focal,
        )

    async def revise(self, read: Read, expected_revision: int | None = None) -> Article:
        """Replace a stored article (by id) by a new version of it. Raises NotFound, Invalid, Conflict."""
        before = await self.store.article(read.article.id)
        ready = rule.revised(before, await self.ready(read), self.clock())
        return await self._save(ready, expected_revision, "revise", read.aliases, before.translation_group)

    async def edit(self, id: int, changes: Mapping[str, Any], expected_revision: int | None = None) -> Article:
        """Change some fields of a stored article but its body. Raises NotFound, Invalid, Conflict."""
        before = await self.store.article(id)
        edited = replace(before, **changes)
        ready = rule.revised(before, rule.complete(edited, self.clock(), self.host), self.clock())
        expected = before.revision if expected_revision is None else expected_revision
        return await self._save(ready, expected, "revise", group=before.translation_group)

    async def withdraw(self, id: int, to: Status = Status.TRASH, expected_revision: int | None = None) -> Article:
        """Take an article away; its address answers 410 from now on. Raises NotFound, Conflict."""
        before = await self.store.article(id)
        expected = before.revision if expected_revision is None else expected_revision
        return await self._save(replace(before, status=to), expected, "withdraw")

    async def put_shelf(self, shelf: Section | Author, before: Section | Author | None = None) -> None:
        """Store a section or author as it is given. Raises Conflict when `before` isn't what is stored now."""
        sections, authors = ((shelf,), ()) if isinstance(shelf, Section) else ((), (shelf,))
        if await self.store.save_shelves(sections, authors, self.clock(), before=before):
            await self.announce()

    async def redirect(self, path: str, target: str) -> Redirect:
        """Let an old path lead to another. Raises Invalid for what is no path, Conflict for a taken one or a loop."""
        redirect = rule.redirect(path, target)
        await self.store.add_redirect(redirect, self.clock())
        await self.announce()
        return redirect

    async def remove_redirect(self, path: str) -> None:
        """Let an old path lead nowhere. Raises NotFound."""
        await self.store.remove_redirect(path, self.clock())
        await self.announce()

    async def remove_section(self, slug: str) -> None:
        """Forget a section that no article has. Raises NotFound, Conflict."""
        await self._remove_shelf(key.section(slug), {each.slug for each in self.settings.sections})

    async def remove_author(self, slug: str) -> None:
        """Forget an author that no article has. Raises NotFound, Conflict."""
        await self._remove_shelf(key.author(slug), {each.slug for each in self.settings.authors})

    async def _remove_shelf(self, name: str, named: set[str]) -> None:
        if name[2:] in named:
            raise Conflict(f"{name[2:]!r} is named in the site's settings; take it out of site.toml first")
        await self.store.remove_shelf(name, self.clock())
        await self.announce()

    async def describe_file(self, before: Media, changes: Mapping[str, Any]) -> Media:
        """Change what is said of a stored file. Raises NotFound, Conflict when `before` isn't its record now."""
        media = replace(before, **changes)
        await self.store.save_media(media, before)
        return media

    async def remove_file(self, sha256: str) -> None:
        """Delete a stored file that nothing shows. Raises NotFound, Conflict naming what shows it."""
        await self.store.media(sha256)
        await refuse_shown(self.store, self.settings, self.feeds, sha256)
        await self.store.remove_media(sha256)
        await self.library.remove(sha256)

    async def keep_file(self, content: bytes, name: str = "", **described: str) -> Media:
        """Keep a picture or other file and its record (`alt`, `caption`, `credit`, `licence`). Raises Invalid."""
        media = replace(await self.library.add(content, name), **described)
        await self.store.save_media(media)
        return media

    async def kept_media(self, urls: Iterable[str]) -> dict[str, str]:
        """Where those of the files stand that were fetched from these URLs before."""
        found = {}
        for each in dict.fromkeys(urls):
            with suppress(NotFound):
                found[each] = (await self.store.media_by_url(each)).path
        return found

    async def keep_stored(self, media: Media, read: Callable[[], bytes]) -> str:
        """Keep a file that another store of this service had, with its record; its address here. Raises Invalid."""
        with suppress(NotFound):
            if await self.store.media(media.sha256) == media:
                return media.path
        kept = await self.library.add(await asyncio.to_thread(read), media.name)
        named = ("sha256", "media_type", "bytes", "width", "height")
        record = replace(media, **{name: getattr(kept, name) for name in named})
        await self.store.save_media(record)
        return record.path

    async def _save(
        self,
        article: Article,
        expected_revision: int | None = None,
        action: str = "publish",
        aliases: tuple[str, ...] = (),
        group: str = "",
    ) -> Article:
        """Store it, and link its versions: also those that it leaves behind in the `group` it was of."""
        known = await self.versions(article.translation_group)
        write = await asyncio.to_thread(self.write, article, expected_revision, action, known)
        saved: Saved = await self.store.save(replace(write, redirects=aliases), self.clock())
        for each in {group, article.translation_group}:
            await self.link_translations(each)
        await self.announce()
        await self._make_posters(saved.article)
        return saved.article

    async def _make_posters(self, article: Article) -> None:
        """The posters of an article's story, ready before a crawler asks; a picture that can't be read has none."""
        hero = article.hero
        if article.is_open and hero and (sha256 := rendition.stored(hero)):
            with suppress(NotFound, StoreUnavailable):
                await self.library.make_posters(sha256, hero.focal)

    async def link_translations(self, group: str) -> None:
        """Let every version of a piece name all of them to search engines; those that do already stay as they are."""
        found = await self.versions(group)
        writes = [await asyncio.to_thread(self.write, each, each.revision, "translate", found) for each in found]
        if writes:
            await self.store.save_all(writes, self.clock())

    async def versions(self, group: str) -> tuple[Article, ...]:
        """The public versions of a piece, with their bodies; none for a piece that belongs to no group."""
        if not group:
            return ()
        selection = Selection(kinds=VERSIONED, translation_group=group, limit=MOST_VERSIONS)
        return await self.store.with_bodies(await self.store.select(selection))

    def write(
        self,
        article: Article,
        expected_revision: int | None = None,
        action: str = "publish",
        translations: Sequence[Article] = (),
        has_story: Callable[[Article], bool] = has_story,
    ) -> Write:
        """A completed article as the store takes it, with its sitemap fragments: no story that isn't there.

        To know that may mean to compose it: milliseconds, which belong in a thread.
        """
        article = rule.at_home(article, self.host)
        is_listed = article.is_indexable and article.kind is not Kind.PAGE
        return Write(
            article=article,
            fragment=sitemap.fragment(article, rule.versions(article, translations)) if is_listed else b"",
            story_fragment=sitemap.story_fragment(article) if is_listed and has_story(article) else b"",
            expected_revision=expected_revision,
            action=action,
        )

    async def release_due(self) -> int:
        """Publish what is due and take away what has expired, each once whoever else tries; how many that were."""
        now = self.clock()
        released = [await self._try_to_release(article, now) for article in await self.store.due(now)]
        if any(released):
            await self.announce()
        return sum(released)

    async def _try_to_release(self, article: Article, now: datetime) -> bool:
        """One whose text no program of ours can bear holds up none of the others."""
        try:
            return await self._release(article, now)
        except StoreUnavailable:
            raise
        except Exception as error:
            self._seldom.warning("article %d is due and can't be stored: %r", article.id, error)
            return False

    async def _release(self, article: Article, now: datetime) -> bool:
        expired = article.status is Status.PUBLISHED
        status = Status.PRIVATE if expired else Status.PUBLISHED
        first = article.first_published or article.published or now
        ready = replace(article, status=status, first_published=first)
        write = await asyncio.to_thread(self.write, ready, article.revision, "expire" if expired else "release")
        try:
            await self.store.save(write, now)
        except (Conflict, NotFound):
            return False
        await self.link_translations(article.translation_group)
        return True

    async def keep_time(self) -> None:
        """Release scheduled articles as they come due, until cancelled.

        The wall clock may jump, so the wait is short and counted by the loop's own clock. While the store can't be
        written, a full disk say, it is tried again and again, and said once a minute.
        """
        while True:
            try:
                due = await self.store.next_due()
                if due is not None and due <= self.clock():
                    await self.release_due()
            except StoreUnavailable as error:
                self._seldom.warning("what is due waits: %s", error)
            await asyncio.sleep(TICK_SECONDS)
