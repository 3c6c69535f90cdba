"""A real SMTP server (aiosmtpd) on a free port, on this test's loop: keeps what it takes, answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class Mail:
    """One letter as the server took it."""

    sender: str
    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, subtype: str) -> str:
        """The text of its `plain` or `html` part."""
        body = self.message.get_body((subtype,))
        assert body is not None
        text: str = body.get_content()
        return text


@dataclass
class MailServer:
    """What arrived, and how it answers: `sender`, `recipient` and `data` are given an address; a reply of theirs
    is a refusal.

    `data` may also say "drop" (end the connection without an answer) or "stall" (never answer, and set `stalled`).
    """

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    sessions: int = 0
    sender: Callable[[str], str] = lambda address: ""
    recipient: Callable[[str], str] = lambda address: ""
    data: Callable[[str], str] = lambda address: ""
    stalled: asyncio.Event = field(default_factory=asyncio.Event)

    def to(self, address: str) -> list[Mail]:
        """What arrived for an address."""
        return [each for each in self.mails if each.to == address]

    async def arrived(self, count: int) -> list[Mail]:
        """All that arrived, when it is so many."""
        async with asyncio.timeout(120):
            while len(self.mails) < count:
                await asyncio.sleep(0.05)
        return self.mails

    # aiosmtpd's hooks

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if reply := self.sender(address):
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if reply := self.recipient(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (to,) = envelope.rcpt_tos
        reply = self.data(to)
        if reply == "stall":
            self.stalled.set()
            await asyncio.Event().wait()
        if reply == "drop":
            server.transport.abort()
            return "250 OK"
        if reply:
            return reply
        self.mails.append(Mail(envelope.mail_from, to, bytes(envelope.content)))
        return "250 OK"


@asynccontextmanager
async def mail_server(**rest: Any) -> AsyncIterator[MailServer]:
    """A server on 127.0.0.1; keywords go to aiosmtpd's SMTP."""
    made = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(made, hostname="mail.test", loop=loop, **rest), "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
