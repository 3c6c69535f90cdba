"""A magazine with a newsletter, and the verbs that its tests are told with."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from publisher.audience.link import Links
from publisher.audience.newsletter import Newsletter
from publisher.audience.post import Post
from publisher.audience.postman import Postman
from publisher.mailbox import sender
from publisher.setting import site_of
from publisher.store.sqlite_newsletter import SqliteNewsletter
from tests.page.house import House
from tests.tool.mail_server import MailServer

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
"""A Friday, four hours after the weekly issue's hour."""
ADDRESS = "reader@example.org"
FROM = "The Line <news@line.example>"
_LINK = re.compile(r"https?://[^/\s]+(/newsletter/[a-z]+/[^/\s]+/)")


class Editor:
    """The house, its newsletter, its postman, and a clock that moves when told to."""

    def __init__(self, house: House, store: SqliteNewsletter, settings: dict[str, Any]) -> None:
        self.now = NOON
        self.store = store
        chosen = msgspec.structs.replace(house.context.settings, **settings)
        house.store = house.context.store  # type: ignore[assignment]
        self.house = house.with_context(settings=chosen, site=site_of(chosen), clock=lambda: self.now)
        self.newsletter = Newsletter(self.house.context, store, Links(b"secret"))

    def postman(self) -> Postman:
        """A process's postman; another one is another process's."""
        settings = self.house.context.settings
        author = sender(settings.newsletter_from)
        return Postman(self.newsletter, Post(settings, author), author, _never)

    async def publish(self, slug: str, **rest: Any) -> Any:
        """An article, published now."""
        self.now += timedelta(minutes=1)
        made = await self.house.publish(slug, published=self.now, first_published=self.now, updated=self.now, **rest)
        self.now += timedelta(minutes=1)
        return made

    async def subscribe(self, *addresses: str) -> None:
        """Readers who signed up and confirmed; the letters that asked them are gone."""
        for each in addresses:
            await self.store.ask(each, self.now)
            letter = await self.store.take("", self.now)
            assert letter is not None
            await self.store.confirm(letter.reader, self.now)
            await self.store._file.write(lambda db: db.execute("DELETE FROM letter"))
        await self.store.release("")


def _never(work: Any) -> Any:
    raise AssertionError("no task is started")


def link(text: str) -> str:
    """The path of the newsletter's link in a text."""
    found = _LINK.search(text)
    assert found, text
    return found[1]


def token(path: str) -> str:
    """The token of such a path."""
    return path.split("/")[3]


@asynccontextmanager
async def editing(folder: Path, server: MailServer | None = None, **settings: Any) -> AsyncIterator[Editor]:
    """A magazine with a weekly newsletter that sends by that server."""
    store = SqliteNewsletter(folder / "newsletter.db")
    await store.open()
    port = {"smtp_port": server.port} if server else {}
    chosen = {"newsletter_from": FROM, "smtp_host": "127.0.0.1", "smtp_security": "none", **port, **settings}
    try:
        yield Editor(await House().open(articles=0), store, chosen)
    finally:
        await store.close()
