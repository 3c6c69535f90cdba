"""The newsletter: who asked for it, who confirmed, who left; and which articles an issue holds.

Knows no SMTP (`post.py`) and no sending (`postman.py`). An address is never told to anybody, logged or exported: what
may be asked is whether one may be added, confirmed or deleted, and how many there are.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from publisher import url
from publisher.audience import slot
from publisher.audience.link import CONFIRM, LEAVE, LIFE, Links
from publisher.catalogue import box
from publisher.catalogue.base import Context
from publisher.catalogue.feed.address import Feed, definition_of, of_definition
from publisher.catalogue.feed.edition import pages
from publisher.error import InvalidSetting, NotFound
from publisher.format import letter
from publisher.format.letter import Written
from publisher.mailbox import mailbox
from publisher.model import Article
from publisher.store.newsletter import Issue, NewsletterStore

PLACEHOLDER = "/newsletter/leave/0/"
"""Path that stands in an issue for each reader's own link for leaving."""


class Newsletter:
    """The newsletter of a site that has one."""

    def __init__(self, context: Context, store: NewsletterStore, links: Links) -> None:
        self.context = context
        self.store = store
        self.links = links
        self._feed = _feed(context)

    # Readers

    async def sign_up(self, text: str) -> None:
        """Ask an address whether it wants the newsletter, unless that was done lately. Raises Invalid."""
        await self.store.ask(mailbox(text), self.context.clock())

    async def confirm(self, token: str) -> bool:
        """Send issues from now on; False when the reader is gone. Raises NotFound, Gone for a bad link."""
        now = self.context.clock()
        return await self.store.confirm(self.links.reader(CONFIRM, token, now), now)

    async def leave(self, token: str) -> bool:
        """Delete a reader; False when that was done before. Raises NotFound for a bad link."""
        return await self.store.leave(self.links.reader(LEAVE, token, self.context.clock()))

    async def expire(self) -> int:
        """Delete addresses that were asked and never answered, when their link has expired; how many."""
        return await self.store.expire(self.context.clock() - LIFE)

    # Issues

    async def begin_due(self) -> Issue | None:
        """Begin the issue that is due, if one is: by whichever process notices first.

        The first slot that is ever noticed has no issue: it marks from when on articles are new.
        """
        now = self.context.clock()
        due, latest = slot.last(self.context.settings, now), await self.store.latest()
        if latest is None:
            return await self.store.begin(Issue(id=0, slot=due, since=due, until=due))
        return await self._begin(due, latest.until, now) if latest.slot < due else None

    async def begin_now(self) -> Issue | None:
        """Begin an issue out of turn; None when nothing is new."""
        now, since = self.context.clock(), await self.since()
        return await self._begin(now, since, now) if await self._new(since, now) else None

    async def since(self) -> datetime:
        """From when on articles are new: where the last issue ended."""
        latest = await self.store.latest()
        return latest.until if latest else self.context.clock() - slot.period(self.context.settings)

    async def _begin(self, due: datetime, since: datetime, until: datetime) -> Issue | None:
        articles = tuple(each.id for each in await self._new(since, until))
        return await self.store.begin(Issue(id=0, slot=due, since=since, until=until, articles=articles))

    async def _new(self, since: datetime | None, until: datetime) -> list[Article]:
        """What the feed holds that was first published between two instants (None: ever), in the feed's order."""
        selection = msgspec.structs.replace(self._feed.selection, first_since=since)
        found: list[Article] = []
        async for page in pages(self.context, msgspec.structs.replace(self._feed, selection=selection)):
            found += [each for each in page if _is_within(each, since, until)]
        return found[: self.context.settings.newsletter_articles]

    async def new(self) -> tuple[Article, ...]:
        """What an issue that began now would hold."""
        return tuple(await self._new(await self.since(), self.context.clock()))

    async def newest(self) -> tuple[Article, ...]:
        """What the next issue would hold now; the newest articles when nothing is new (for previews)."""
        return await self.new() or tuple(await self._new(None, self.context.clock()))

    # Matter

    async def written(self, issue: Issue) -> Written | None:
        """An issue's matter, with PLACEHOLDER for the reader's own link; None when all of it was withdrawn."""
        articles = [each for id in issue.articles if (each := await self._public(id))]
        return await self.draft(articles) if articles else None

    async def _public(self, id: int) -> Article | None:
        try:
            article = await self.context.store.article(id)
        except NotFound:
            return None
        return article if article.is_public else None

    async def draft(self, articles: list[Article] | tuple[Article, ...]) -> Written:
        """An issue of these articles."""
        frame, imprint = await box.frame(self.context), self.context.settings.newsletter_imprint
        leave = self.context.site.base + PLACEHOLDER
        return letter.issue(self.context.templates, frame, articles, leave, imprint)

    def question(self, reader: int) -> Written:
        """The mail that asks a reader to confirm."""
        action = self.context.site.base + self.links.confirm(reader, self.context.clock())
        imprint = self.context.settings.newsletter_imprint
        return letter.question(self.context.templates, self.context.site, action, imprint)

    def leave_url(self, reader: int) -> str:
        """Absolute address at which a reader leaves, in ASCII."""
        return url.normalise(self.context.site.base + self.links.leave(reader))


def _feed(context: Context) -> Feed:
    name = context.settings.newsletter_feed
    try:
        return of_definition(context, definition_of(context, name))
    except NotFound as error:
        raise InvalidSetting(f"newsletter_feed: feeds/ defines no single feed {name!r}") from error


def _is_within(article: Article, since: datetime | None, until: datetime) -> bool:
    first = article.first_published
    return first is not None and (since is None or since <= first) and first < until
