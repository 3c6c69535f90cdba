"""Sends what waits: one letter after the other, on one connection, by one process at a time.

A letter is committed as taken before the mail server hears of it, and as settled after. So a process that is killed
leaves at most one letter of which nobody knows whether it was sent; it is never sent again.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from publisher.audience.newsletter import PLACEHOLDER, Newsletter
from publisher.audience.post import Post, Session
from publisher.error import Conflict, PublisherError
from publisher.format.letter import Written
from publisher.mailbox import Sender
from publisher.store.newsletter import CONFIRMATION, Letter, Outcome

log = logging.getLogger(__name__)

BATCH = 100
"""Letters on one connection; many servers end one after about as many."""
POLL_SECONDS = 1.0
EXPIRE_EVERY = timedelta(hours=1)
PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0)
"""Seconds until a mail server that failed is tried again, each time in a row; then the last."""

POLICY = SMTP.clone(cte_type="7bit")
"""No server has to know 8BITMIME or SMTPUTF8."""

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Postman:
    """One process's sender; several may run, one of them sends."""

    def __init__(self, newsletter: Newsletter, post: Post, sender: Sender, spawn: Spawn) -> None:
        self._newsletter = newsletter
        self._store = newsletter.store
        self._clock = newsletter.context.clock
        self._post = post
        self._sender = sender
        self._spawn = spawn
        self._holder = uuid.uuid4().hex
        self._issues: dict[int, Written | None] = {}
        self._expired: datetime | None = None
        self._is_ending = self._failed = False

    async def run(self) -> None:
        """Begin issues when they are due and send whatever waits; when cancelled, the letter in hand is finished."""
        failures = 0
        try:
            while True:
                await asyncio.shield(self._spawn(self._beat()))
                failures = failures + 1 if self._failed else 0
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES)) - 1] if failures else POLL_SECONDS)
        finally:
            self._is_ending = True

    async def _beat(self) -> None:
        self._failed = False
        try:
            await self._newsletter.begin_due()
            await self._expire()
            await self.deliver()
        except Conflict:
            return  # another process sends
        except PublisherError as error:
            self._failed = True
            log.warning("the newsletter waits: %s", error)
        except Exception as error:  # Mail fails alone, pages are served; its words may hold an address.
            self._failed = True
            log.error("the newsletter waits for a fault of its own (%s)", type(error).__name__)

    async def _expire(self) -> None:
        now = self._clock()
        if self._expired is None or now - self._expired > EXPIRE_EVERY:
            self._expired = now
            await self._newsletter.expire()

    async def deliver(self) -> int:
        """Send every letter that is due; how many were sent. Raises Conflict (another process sends), PostFailed."""
        if self._is_ending or not await self._store.is_due(self._clock()):
            return 0
        await self._store.hold(self._holder, self._clock())
        sent = 0
        try:
            while not self._is_ending and await self._store.is_due(self._clock()):
                async with self._post.session() as session:
                    sent += await self._deliver_on(session)
        finally:
            self._issues.clear()
            await self._store.release(self._holder)
        return sent

    async def _deliver_on(self, session: Session) -> int:
        sent = 0
        for _ in range(BATCH):
            letter = await self._store.take(self._holder, self._clock()) if not self._is_ending else None
            if letter is None:
                break
            sent += await self._deliver_one(session, letter) is Outcome.SENT
            if not session.is_open:
                break
        return sent

    async def _deliver_one(self, session: Session, letter: Letter) -> Outcome:
        outcome = Outcome.LATER
        try:
            message = await self._message(letter)
            outcome = await session.send(letter.address, message) if message else Outcome.DROPPED
        except asyncio.CancelledError:
            outcome = Outcome.LOST
            raise
        finally:
            await self._store.settle(letter, outcome, self._clock())
        return outcome

    async def _message(self, letter: Letter) -> bytes | None:
        if letter.issue == CONFIRMATION:
            return message(self._newsletter.question(letter.reader), self._sender, letter.address, self._clock())
        if letter.issue not in self._issues:
            self._issues[letter.issue] = await self._newsletter.written(await self._store.issue(letter.issue))
        written = self._issues[letter.issue]
        if written is None:
            return None
        leave = self._newsletter.leave_url(letter.reader)
        mine = written.with_link(self._newsletter.context.site.base + PLACEHOLDER, leave)
        return message(mine, self._sender, letter.address, self._clock(), leave)


def message(written: Written, sender: Sender, address: str, now: datetime, leave: str = "") -> bytes:
    """A mail as it is sent: text and HTML; with a link for leaving, the headers of a list."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=address)
    mail["Subject"] = written.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(written.text)
    mail.add_alternative(written.html, subtype="html")
    return (_of_list(sender, leave) if leave else b"") + mail.as_bytes()


def _of_list(sender: Sender, leave: str) -> bytes:
    """RFC 2369, RFC 2919, RFC 8058. Written out, for EmailMessage makes an encoded word of a long address."""
    lines = (
        f"List-Id: <newsletter.{sender.host}>",
        f"List-Unsubscribe: <{leave}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
