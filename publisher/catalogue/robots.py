"""robots.txt, security.txt, ads.txt, tdmrep.json and llms.txt as Documents.

All but llms.txt are made of settings, and are served when the store is locked or gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from publisher import key
from publisher.catalogue.base import Build, Call, Context, DocumentKind, Paths, document, kind
from publisher.error import NotFound
from publisher.format import robots
from publisher.model import Answer, Document, Selection
from publisher.setting import Settings

ROBOTS = "/robots.txt"
SECURITY = "/.well-known/security.txt"
TDMREP = "/.well-known/tdmrep.json"
ADS = "/ads.txt"
LLMS = "/llms.txt"

TEXT = "text/plain; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
JSON = "application/json"

MAX_AGE = 3600
LATEST = 30

Wanted = Callable[[Settings], bool]


async def _robots(context: Context, call: Call) -> Answer:
    return _file(call, robots.robots(context.site, context.settings), TEXT)


async def _security(context: Context, call: Call) -> Answer:
    now = context.clock()
    body = robots.security(context.site, context.settings, now)
    return _file(call, body, TEXT, expires_at=robots.month_after(now, 1))


async def _tdmrep(context: Context, call: Call) -> Answer:
    return _file(call, robots.tdmrep(context.settings), JSON)


async def _ads(context: Context, call: Call) -> Answer:
    return _file(call, robots.ads(context.settings), TEXT)


async def _llms(context: Context, call: Call) -> Answer:
    sections = [each for each in await context.store.sections() if each.articles]
    latest = await context.store.select(Selection(noindex=False, limit=LATEST))
    shown = [each for each in latest if each.is_indexable and each.is_open]
    return document(
        call.path,
        robots.llms(context.site, sections, shown),
        MARKDOWN,
        keys=frozenset({key.LATEST}),
        max_age=context.settings.feed_max_age,
        robots="noindex",
        policy="closed",
    )


def _file(call: Call, body: bytes, media_type: str, expires_at: datetime | None = None) -> Document:
    return document(
        call.path,
        body,
        media_type,
        keys=frozenset({key.SITE}),
        max_age=MAX_AGE,
        expires_at=expires_at,
        stale_seconds=MAX_AGE if expires_at else 0,
        robots="noindex",
        policy="closed",
    )


def _when(wanted: Wanted, build: Build) -> Build:
    """The build, but NotFound while the setting that it needs is empty."""

    async def guarded(context: Context, call: Call) -> Answer:
        if not wanted(context.settings):
            raise NotFound(f"no setting asks for {call.path}")
        return await build(context, call)

    return guarded


def _one(path: str, wanted: Wanted) -> Paths:
    async def paths(context: Context) -> AsyncIterator[str]:
        if wanted(context.settings):
            yield path

    return paths


def _small(name: str, path: str, build: Build, wanted: Wanted) -> DocumentKind:
    return kind(name, path.replace(".", r"\."), _when(wanted, build), _one(path, wanted))


KINDS: tuple[DocumentKind, ...] = (
    _small("robots", ROBOTS, _robots, lambda _: True),
    _small("security", SECURITY, _security, lambda settings: bool(settings.security_contacts)),
    _small("tdmrep", TDMREP, _tdmrep, lambda settings: settings.tdm_reservation),
    _small("ads", ADS, _ads, lambda settings: bool(settings.ads_txt)),
    _small("llms", LLMS, _llms, lambda settings: settings.llms_txt),
)
