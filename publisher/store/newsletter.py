"""Who wants the newsletter, and which letters wait to be sent: the port of its store.

Addresses live in a database of their own, apart from articles: nothing that publishes, exports or lists
can reach them. What every engine keeps:

- An address has one row whatever its case. A row that leaves is deleted, with its letters.
- Who was asked and never answered is deleted; that the address was asked stays known for a while, by a keyed hash.
- An issue takes what was first published between two instants; the next one begins where it ends. As an article's
  first publication never moves, it stands in one issue at most.
- A letter is taken once. It is committed as taken before it is sent, and settled afterwards: one whose process died
  in between is never sent again (at most once), and counts as lost.
- One holder at a time takes letters, by a lease that runs out by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

CONFIRMATION = 0
"""Stands for the issue of a letter that asks whether an address really wants the newsletter."""
LEASE = timedelta(minutes=4)
"""Longer than any letter takes: who sends loses it between two letters at worst."""
ASK_AGAIN = timedelta(hours=1)
"""How long an address isn't asked again; doubled with every time, ten times at most."""
REMEMBERED = timedelta(days=60)
"""How long it stays known that a deleted address was asked: longer than the longest pause (21 days)."""
BACK_OFF = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 360))
"""How long a letter waits after each time that the server said: later. After the last it is given up."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to be sent: to whom, which issue (`CONFIRMATION`: none), how often it was tried before."""

    reader: int
    address: str
    issue: int
    attempts: int = 0


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One issue: when it was due, what it is made of, and what became of its letters.

    It takes articles first published from `since` on and before `until`; `articles` are their ids in order.
    """

    id: int
    slot: datetime
    since: datetime
    until: datetime
    articles: tuple[int, ...] = ()
    sent: int = 0
    failed: int = 0
    lost: int = 0


class Readers(msgspec.Struct, frozen=True, kw_only=True):
    """How many addresses there are, by what they are: the only thing that is ever told of them."""

    confirmed: int = 0
    pending: int = 0
    failed: int = 0


class Outcome(StrEnum):
    """What became of a letter that was taken; DROPPED: there was nothing to say any more."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    LOST = "lost"
    DROPPED = "dropped"


class NewsletterStore(Protocol):
    """What every engine can do; one that can't answer raises StoreUnavailable."""

    async def open(self) -> None:
        """Make ready."""

    async def close(self) -> None:
        """Release everything; safe to call twice."""

    # Readers

    async def ask(self, address: str, now: datetime) -> None:
        """Somebody wants it sent to an address: queue a letter that asks, unless it was asked lately or is confirmed.

        Writes as much for a known address as for a new one.
        """

    async def confirm(self, reader: int, now: datetime) -> bool:
        """From now on the reader gets issues; False when there is no such reader."""

    async def leave(self, reader: int) -> bool:
        """Delete a reader; whether there was one."""

    async def forget(self, address: str) -> bool:
        """Delete an address; whether there was one."""

    async def expire(self, before: datetime) -> int:
        """Delete those who were asked before `before` and never answered; how many."""

    async def readers(self) -> Readers:
        """How many there are."""

    # Issues

    async def latest(self) -> Issue | None:
        """The newest issue."""

    async def issue(self, id: int) -> Issue:
        """One issue; raises NotFound."""

    async def begin(self, issue: Issue) -> Issue | None:
        """Enter an issue (its id is given here), with a letter for each confirmed reader if it has articles.

        None when there is one for its slot already, or a later one.
        """

    # Letters

    async def is_due(self, now: datetime) -> bool:
        """Whether a letter is due (cheap to poll)."""

    async def queued(self) -> int:
        """How many letters of issues wait to be sent."""

    async def hold(self, holder: str, now: datetime) -> None:
        """Take the lease, or renew it. Raises Conflict while another has it."""

    async def take(self, holder: str, now: datetime) -> Letter | None:
        """The next letter that is due, taken; confirmations first. None when none is. Holds the lease as well."""

    async def settle(self, letter: Letter, outcome: Outcome, now: datetime) -> None:
        """Say what became of a letter. REFUSED marks its address: it gets no more."""

    async def release(self, holder: str) -> None:
        """Give the lease back."""
