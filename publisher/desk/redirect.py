"""Redirects that an export brings along, all of them that can stand."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.desk.desk import Desk
from publisher.desk.together import together
from publisher.error import Conflict, NotFound
from publisher.model import Redirect

AT_ONCE = 100
"""Writes that wait at the same time share a transaction."""


async def keep_redirects(desk: Desk, redirects: Sequence[Redirect]) -> list[str]:
    """Store them; returns a note for each that can't stand."""
    notes: list[str] = []
    for start in range(0, len(redirects), AT_ONCE):
        notes += filter(None, await together(_keep(desk, each) for each in redirects[start : start + AT_ONCE]))
    return notes


async def _keep(desk: Desk, redirect: Redirect) -> str:
    try:
        if not await _stands(desk, redirect):
            await desk.store.add_redirect(redirect, desk.clock())
    except Conflict as error:
        return f"redirect {redirect.path}: {error}"
    return ""


async def _stands(desk: Desk, redirect: Redirect) -> bool:
    try:
        return await desk.store.at(redirect.path) == redirect
    except NotFound:
        return False
