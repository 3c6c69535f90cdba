"""Links in newsletter mails: who has one may do the one thing that it says, and nothing can be guessed from it.

A link names a reader by number, never by address. The signature covers what it does, for whom, and until when.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

import msgspec

from publisher.error import Gone, NotFound

LIFE = timedelta(days=2)
"""How long a link that confirms is good."""
CONFIRM, LEAVE = "confirm", "leave"
PATH = "/newsletter/"
_TOKEN = re.compile(r"([1-9]\d{0,15})-(\d{1,12})-([0-9a-f]{32})", re.ASCII)


class Links(msgspec.Struct, frozen=True):
    """Makes links and knows its own; `key` is the site's secret."""

    key: bytes

    def confirm(self, reader: int, now: datetime) -> str:
        """Path of the page on which a reader confirms."""
        return self._path(CONFIRM, reader, int((now + LIFE).timestamp()))

    def leave(self, reader: int) -> str:
        """Path of the page on which a reader leaves; good as long as there is the reader."""
        return self._path(LEAVE, reader, 0)

    def _path(self, step: str, reader: int, until: int) -> str:
        return f"{PATH}{step}/{reader}-{until}-{self._signature(step, reader, until)}/"

    def reader(self, step: str, token: str, now: datetime) -> int:
        """Whose link it is; raises NotFound for one that isn't ours, Gone for one that has expired."""
        match = _TOKEN.fullmatch(token)
        if not match or not hmac.compare_digest(self._signature(step, int(match[1]), int(match[2])), match[3]):
            raise NotFound("that link of the newsletter is not complete")
        if step == CONFIRM and int(match[2]) < now.timestamp():
            raise Gone("that link of the newsletter has expired")
        return int(match[1])

    def _signature(self, step: str, reader: int, until: int) -> str:
        said = f"newsletter/{step}/{reader}/{until}"
        return hmac.new(self.key, said.encode(), hashlib.sha256).hexdigest()[:32]
