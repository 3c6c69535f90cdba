"""Two sites before a move: what becomes of each address and each guid of the old one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

AT_ONCE = 8
NAMED = 1000


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What a site has: the guid (or "") of each address, articles' and others', and the addresses of its feeds."""

    addresses: Mapping[str, str]
    feeds: Sequence[str] = ()


class Stands(msgspec.Struct, frozen=True):
    """Something answers at an address; `guid` is its entry's, when that is known."""

    guid: str = ""


class Moved(msgspec.Struct, frozen=True):
    """An address leads to another, where something answers."""

    target: str


class Lost(msgspec.Struct, frozen=True):
    """Nothing answers at an address, and why."""

    reason: str


Found = Stands | Moved | Lost
Ask = Callable[[str], Awaitable[Found]]
"""What the new site answers at a path (with its query)."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a move changes: `addresses` = kept + moved + lost. Lists name the first thousand."""

    addresses: int
    kept: int
    moved: int
    lost: int
    moves: tuple[tuple[str, str], ...]
    losses: tuple[tuple[str, str], ...]
    guids: tuple[tuple[str, str, str], ...]
    new: int

    @property
    def is_safe(self) -> bool:
        """Whether no reader loses an address and no subscriber sees an article twice."""
        return not self.lost and not self.guids


async def compare(old: Inventory, new: Inventory, ask: Ask, on_progress: Callable[[int, int], None]) -> Difference:
    """Ask the new site for everything that the old one has."""
    paths = tuple(dict.fromkeys((*old.addresses, *old.feeds)))
    found: dict[str, Found] = {}
    for start in range(0, len(paths), AT_ONCE):
        batch = paths[start : start + AT_ONCE]
        found |= dict(zip(batch, await asyncio.gather(*map(ask, batch)), strict=True))
        on_progress(len(found), len(paths))
    return _difference(old, new, found)


def _difference(old: Inventory, new: Inventory, found: Mapping[str, Found]) -> Difference:
    moves = [(path, each.target) for path, each in found.items() if isinstance(each, Moved)]
    losses = [(path, each.reason) for path, each in found.items() if isinstance(each, Lost)]
    guids = []
    for path, each in found.items():
        place = each.target if isinstance(each, Moved) else path
        now = new.addresses.get(place) or (each.guid if isinstance(each, Stands) else "")
        before = old.addresses.get(path, "")
        if before and now and before != now:
            guids.append((path, before, now))
    return Difference(
        addresses=len(found),
        kept=len(found) - len(moves) - len(losses),
        moved=len(moves),
        lost=len(losses),
        moves=tuple(moves[:NAMED]),
        losses=tuple(losses[:NAMED]),
        guids=tuple(guids[:NAMED]),
        new=len(new.addresses.keys() - old.addresses.keys()),
    )
