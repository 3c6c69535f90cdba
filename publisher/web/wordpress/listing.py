"""Lists of posts: what the store selects by itself, and what is chosen among the newest thousand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from publisher.date import EPOCH
from publisher.error import Invalid, NotFound
from publisher.model import Article, Kind, Section, Selection, Sort, Status, Tag
from publisher.web.wordpress import term, view
from publisher.web.wordpress.call import TRUE, Call, Params, bounded, words
from publisher.web.wordpress.post import instant, status

MAX_SCAN = 1000
"""So many of the newest are looked through for what the store can't select: drafts, words, lists of ids."""
SELECTED = {"date": Sort.NEWEST, "modified": Sort.UPDATED}
SORTS: dict[str, Callable[[Article], Any]] = {
    "date": lambda each: each.published or each.updated or EPOCH,
    "modified": lambda each: each.lastmod or EPOCH,
    "id": lambda each: each.id,
    "title": lambda each: each.title.casefold(),
    "slug": lambda each: each.slug,
    "author": lambda each: each.authors[0].slug if each.authors else "",
    "menu_order": lambda each: each.title.casefold(),
    "parent": lambda _: 0,
}
ORDERS = (*SORTS, "relevance", "include")
_SIFTED = ("search", "include", "exclude", "slug", "modified_after", "modified_before")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its articles with bodies, how many there are in all, its number and size."""

    articles: tuple[Article, ...]
    total: int
    number: int
    size: int


async def listed(call: Call, params: Params, kind: Kind) -> Page:
    """The page that a client asks for. Raises Invalid."""
    number, size = bounded(params, "page", 1, 10**6), bounded(params, "per_page", 10, 100)
    start = bounded(params, "offset", 0, 10**6, least=0) + (number - 1) * size
    order, is_up = params.get("orderby", "date"), params.get("order", "desc") == "asc"
    if order not in ORDERS or params.get("order", "desc") not in ("asc", "desc"):
        raise Invalid(f"orderby: must be one of {', '.join(ORDERS)}; order: must be asc or desc")
    selection = await _selection(call, params, kind)
    store = call.room.store
    if order in SELECTED and words(params.get("status") or "publish") == ["publish"] and not _is_sifted(params):
        total = await store.count(selection)
        first, last = (max(0, total - start - size), total - start) if is_up else (start, start + size)
        chosen = replace(selection, sort=SELECTED[order], offset=first, limit=max(0, last - first))
        found = await store.select(chosen)
        return Page(await store.with_bodies(found[::-1] if is_up else found), total, number, size)
    sifted = _ordered(await _sifted(call, params, kind, selection), params, order, is_up)
    return Page(await store.with_bodies(sifted[start : start + size]), len(sifted), number, size)


def _is_sifted(params: Params) -> bool:
    return any(params.get(name) for name in _SIFTED)


async def _selection(call: Call, params: Params, kind: Kind) -> Selection:
    """What the store selects by itself among published posts."""
    store = call.room.store

    async def slugs(find: Any, name: str) -> frozenset[str]:
        return frozenset([await _slug(find(store, id)) for id in term.numbers(params, name)])

    authors = term.numbers(params, "author")
    writers = [await term.author_of(store, id) for id in authors if id != term.number(call.token.id)]
    return Selection(
        kinds=frozenset({kind}),
        sections=await slugs(term.section, "categories"),
        tags=await slugs(term.tag, "tags"),
        exclude_sections=await slugs(term.section, "categories_exclude"),
        exclude_tags=await slugs(term.tag, "tags_exclude"),
        authors=frozenset(each.slug if each else "" for each in writers),
        since=instant(params, "after", call.zone),
        until=instant(params, "before", call.zone),
        pinned=params["sticky"] in TRUE if "sticky" in params else None,
        limit=MAX_SCAN,
    )


async def _slug(look_up: Awaitable[Section | Tag]) -> str:
    """The slug that a number names; one that nothing has when it names nothing, as WordPress finds nothing then."""
    try:
        return (await look_up).slug
    except NotFound:
        return "-"


async def _sifted(call: Call, params: Params, kind: Kind, selection: Selection) -> list[Article]:
    found = await _candidates(call, params, selection)
    wanted = _statuses(params)
    ids, without = term.numbers(params, "include"), term.numbers(params, "exclude")
    slugs = words(params.get("slug", ""))
    since, until = (instant(params, f"modified_{each}", call.zone) for each in ("after", "before"))

    def is_wanted(each: Article) -> bool:
        return (
            each.kind is kind
            and (view.status(each) in wanted if wanted else view.status(each) not in ("trash", view.DELETED))
            and (not ids or each.id in ids)
            and each.id not in without
            and (not slugs or each.slug in slugs)
            and _is_selected(each, selection)
            and _is_within(each.lastmod or EPOCH, since, until)
        )

    return [each for each in found if is_wanted(each)]


async def _candidates(call: Call, params: Params, selection: Selection) -> Sequence[Article]:
    store, wanted = call.room.store, _statuses(params)
    statuses = frozenset(map(status, wanted)) if wanted else frozenset(Status)
    if statuses == {Status.PUBLISHED}:
        if params.get("search"):
            return [each.article for each in await store.search(str(params["search"])[:200], MAX_SCAN)]
        return await store.select(selection)
    found = await store.in_status(statuses, MAX_SCAN)
    asked = str(params.get("search", "")).casefold()
    return [each for each in found if asked in f"{each.title} {each.dek} {each.summary}".casefold()]


def _statuses(params: Params) -> frozenset[str]:
    """The statuses asked for, as WordPress words; none for any."""
    wanted = words(params.get("status") or "publish")
    for each in wanted:
        status("draft" if each == "any" else each)
    return frozenset() if "any" in wanted else frozenset(wanted)


def _is_selected(each: Article, selection: Selection) -> bool:
    tags, authors = ({one.slug for one in some} for some in (each.tags, each.authors))
    section = each.section.slug if each.section else ""
    return (
        (not selection.sections or section in selection.sections)
        and (not selection.tags or bool(tags & selection.tags))
        and (not selection.authors or bool(authors & selection.authors))
        and section not in selection.exclude_sections
        and not tags & selection.exclude_tags
        and selection.pinned in (None, each.pinned)
        and _is_within(each.published or EPOCH, selection.since, selection.until)
    )


def _is_within(moment: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or moment >= since) and (until is None or moment < until)


def _ordered(found: list[Article], params: Params, order: str, is_up: bool) -> list[Article]:
    if order == "include":
        ids = term.numbers(params, "include")
        return sorted(found, key=lambda each: ids.index(each.id) if each.id in ids else len(ids))
    if order == "relevance" or (params.get("search") and "orderby" not in params):
        return found
    return sorted(found, key=lambda each: (SORTS[order](each), each.id), reverse=not is_up)
