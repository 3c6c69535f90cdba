"""Posts and pages as WordPress's clients write them -> our fields; lists and their counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from publisher.date import parse_iso
from publisher.error import Invalid
from publisher.importer.autop import autop
from publisher.importer.block import has_blocks, unblock
from publisher.model import Article, Kind, Selection, Sort, Status
from publisher.store.port import Store
from publisher.web.api import schema
from publisher.web.api.validate import converted
from publisher.web.wordpress import term
from publisher.web.wordpress.view import STATUSES

MAX_SCAN = 1000
"""Of drafts and the like so many are counted and paged through; published ones have no such bound."""
_SORTS = {"date": Sort.NEWEST, "modified": Sort.UPDATED, "id": Sort.NEWEST, "relevance": Sort.NEWEST}

Params = Mapping[str, Any]


async def fields(store: Store, zone: ZoneInfo, params: Params, kind: Kind | None) -> schema.ArticleFields:
    """The article's fields that a client's parameters set. Raises Invalid, NotFound for unknown terms."""
    given: dict[str, Any] = {"kind": str(kind)} if kind else {}
    for name in ("title", "excerpt"):
        if name in params:
            given[name] = _raw(params[name])
    if "content" in params:
        content = _raw(params["content"])
        given["html"] = unblock(content, {}, {}) if has_blocks(content) else autop(content)
    if params.get("slug"):
        given["slug"] = params["slug"]
    if "status" in params:
        given["status"] = str(status(params["status"]))
    if params.get("password"):
        given["visibility"] = "password"
    if "sticky" in params:
        given["pinned"] = params["sticky"] in (True, "true", "1", 1)
    if instant := _instant(zone, params):
        given["published"] = instant.isoformat()
    return converted(given | await _terms(store, params), schema.ArticleFields)


def _raw(value: Any) -> str:
    text = value.get("raw", value.get("rendered", "")) if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise Invalid("title, content and excerpt are texts, or objects with a raw text")
    return text


def status(word: Any) -> Status:
    """Our status for WordPress's word. Raises Invalid."""
    if not isinstance(word, str) or word not in STATUSES:
        raise Invalid(f"status: must be one of {', '.join(STATUSES)}")
    return STATUSES[word]


def _instant(zone: ZoneInfo, params: Params) -> datetime | None:
    for name, given_zone in (("date_gmt", UTC), ("date", zone)):
        value = params.get(name)
        if not value:
            continue
        found = parse_iso(value, given_zone) if isinstance(value, str) else None
        if found is None:
            raise Invalid(f"{name}: is no date such as 2026-11-23T10:00:00")
        return found
    return None


async def _terms(store: Store, params: Params) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if "categories" in params:
        found = [await term.section(store, id) for id in term.numbers(params["categories"])]
        given["section"] = {"slug": found[0].slug, "name": found[0].name} if found else None
        more = [{"slug": each.slug, "name": each.name} for each in found[1:]]
        given |= {"tags": more} if more else {}
    if "tags" in params:
        tags = [await term.tag(store, id) for id in term.numbers(params["tags"])]
        given["tags"] = [*given.get("tags", []), *({"slug": each.slug, "name": each.name} for each in tags)]
    if "featured_media" in params:
        ids = [id for id in term.numbers(params["featured_media"]) if id]
        given["hero"] = {"src": (await term.file(store, ids[0])).path} if ids else None
    return given


async def listed(store: Store, zone: ZoneInfo, params: Params, kind: Kind) -> tuple[tuple[Article, ...], int, int, int]:
    """(articles of a page with their bodies, how many there are, the page's number, its size). Raises Invalid."""
    page, size = bounded(params, "page", 1, 10**6), bounded(params, "per_page", 10, 100)
    word = params.get("status", "publish")
    if word != "publish":
        return await _unpublished(store, word, kind, page, size)
    if params.get("search"):
        return await _found(store, str(params["search"])[:200], kind, page, size)
    selection = await _selection(store, zone, params, kind)
    total = await store.count(selection)
    chosen = replace(selection, limit=size, offset=(page - 1) * size)
    return await store.with_bodies(await store.select(chosen)), total, page, size


async def _selection(store: Store, zone: ZoneInfo, params: Params, kind: Kind) -> Selection:
    order = params.get("orderby", "date")
    if order not in _SORTS or params.get("order", "desc") != "desc":
        raise Invalid("orderby: must be date, modified or id; order: must be desc")
    sections = [(await term.section(store, id)).slug for id in term.numbers(params.get("categories", []))]
    tags = [(await term.tag(store, id)).slug for id in term.numbers(params.get("tags", []))]
    return Selection(
        kinds=frozenset({kind}),
        sections=frozenset(sections),
        tags=frozenset(tags),
        since=_bound(zone, params, "after"),
        until=_bound(zone, params, "before"),
        sort=_SORTS[order],
    )


def _bound(zone: ZoneInfo, params: Params, name: str) -> datetime | None:
    if not params.get(name):
        return None
    found = parse_iso(str(params[name]), zone)
    if found is None:
        raise Invalid(f"{name}: is no date such as 2026-11-23T10:00:00")
    return found


async def _unpublished(
    store: Store, word: Any, kind: Kind, page: int, size: int
) -> tuple[tuple[Article, ...], int, int, int]:
    words = [each.strip() for each in str(word).split(",")]
    wanted = frozenset(Status) if "any" in words else frozenset(map(status, words))
    found = [each for each in await store.in_status(wanted, MAX_SCAN) if each.kind is kind]
    shown = found[(page - 1) * size : page * size]
    return await store.with_bodies(shown), len(found), page, size


async def _found(
    store: Store, query: str, kind: Kind, page: int, size: int
) -> tuple[tuple[Article, ...], int, int, int]:
    matches = await store.search(query, MAX_SCAN)
    found = [each.article for each in matches if each.article.kind is kind]
    return await store.with_bodies(found[(page - 1) * size : page * size]), len(found), page, size


def bounded(params: Params, name: str, default: int, top: int) -> int:
    """A number from 1 to `top`. Raises Invalid."""
    value = str(params.get(name, default))
    if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= top):
        raise Invalid(f"{name}: must be between 1 and {top}")
    return int(value)
