"""The one owner of SMTP: a connection that is used for many letters, and what a server's answers mean.

No error that leaves here names an address: logs are read by others.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import ModuleType
from typing import Any

from publisher.error import InvalidSetting, PublisherError
from publisher.mailbox import Sender
from publisher.setting import Settings
from publisher.store.newsletter import Outcome

smtp: ModuleType | None
try:
    import aiosmtplib as smtp
except ImportError:  # the extra [mail] isn't installed; a site without a newsletter doesn't miss it
    smtp = None

SECONDS = 30.0
"""For one answer of the server."""
LETTER_SECONDS = 5 * SECONDS
"""For one letter: MAIL, RCPT, DATA, its end, RSET. The lease of whoever sends is longer."""

_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")


class PostFailed(PublisherError):
    """The mail server can't be reached, or refuses us rather than an address."""


def library() -> Any:
    """aiosmtplib; raises InvalidSetting when it isn't installed."""
    if smtp is None:
        raise InvalidSetting("the newsletter needs aiosmtplib: pip install 'publisher[mail]'")
    return smtp


class Session:
    """An open connection to the mail server."""

    def __init__(self, connection: Any, sender: Sender) -> None:
        self._connection = connection
        self._sender = sender

    @property
    def is_open(self) -> bool:
        """Whether another letter may be sent on it."""
        return bool(self._connection.is_connected)

    async def send(self, address: str, message: bytes) -> Outcome:
        """Send one letter. Raises PostFailed when it did not get as far as the message: it may be sent again."""
        errors = library()
        try:
            await self._connection.mail(self._sender.address)
        except (errors.SMTPException, OSError) as error:
            raise PostFailed(f"the mail server refuses our sender ({said(error)})") from error
        try:
            await self._connection.rcpt(address)
        except errors.SMTPResponseException as error:
            await self._reset()
            return meaning(error.code, error.message, is_recipient=True)
        except (errors.SMTPException, OSError) as error:
            raise PostFailed(f"the mail server went away ({said(error)})") from error
        return await self._send_message(message)

    async def _send_message(self, message: bytes) -> Outcome:
        """From here on nobody knows what the server did if it doesn't answer."""
        errors = library()
        try:
            await self._connection.data(message)
        except errors.SMTPResponseException as error:
            await self._reset()
            return meaning(error.code, error.message, is_recipient=False)
        except (errors.SMTPException, OSError):
            self._connection.close()
            return Outcome.LOST
        return Outcome.SENT

    async def _reset(self) -> None:
        with suppress(library().SMTPException, OSError):
            await self._connection.rset()


def meaning(code: int, message: str, *, is_recipient: bool) -> Outcome:
    """What a refusal says: of the address (for good), or of us and the moment (to be tried again; RFC 3463)."""
    if not 500 <= code < 600:
        return Outcome.LATER
    enhanced = _ENHANCED.match(message)
    if enhanced is None:
        return Outcome.REFUSED if is_recipient else Outcome.LATER
    is_of_address = enhanced[1] == "1" or (enhanced[1], enhanced[2]) == ("2", "1")
    return Outcome.REFUSED if is_of_address else Outcome.LATER


def said(error: Exception) -> str:
    """An error in words that hold no address: its code, or its kind."""
    code = getattr(error, "code", None)
    return f"code {code}" if code else type(error).__name__


class Post:
    """The way to the mail server."""

    def __init__(self, settings: Settings, sender: Sender) -> None:
        self._settings = settings
        self._sender = sender
        library()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A connection, closed at the end. Raises PostFailed."""
        connection = await self._connected()
        try:
            yield Session(connection, self._sender)
        finally:
            await _quit(connection)

    async def _connected(self) -> Any:
        errors, settings = library(), self._settings
        connection = errors.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password or None,
            local_hostname=self._sender.host,
            timeout=SECONDS,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
        )
        try:
            await connection.connect()
        except (errors.SMTPException, OSError, ValueError) as error:
            connection.close()
            where = f"{settings.smtp_host}:{settings.smtp_port}"
            raise PostFailed(f"the mail server at {where} can't be used ({said(error)})") from error
        return connection


async def _quit(connection: Any) -> None:
    if not connection.is_connected:
        return
    try:
        async with asyncio.timeout(5):
            await connection.quit()
    except (library().SMTPException, OSError):
        connection.close()
