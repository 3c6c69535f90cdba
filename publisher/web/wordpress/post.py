"""Posts and pages as WordPress's clients write them -> our fields."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import orjson
from msgspec.structs import replace

from publisher import text
from publisher.date import parse_iso
from publisher.error import Invalid, NotFound
from publisher.importer.port import Read
from publisher.importer.shortcode import Expander
from publisher.importer.wordpress_body import shown
from publisher.model import Article, Kind, Section, Status, Tag, Visibility
from publisher.store.port import Store
from publisher.web.api import schema
from publisher.web.api.validate import converted
from publisher.web.wordpress import meta, term
from publisher.web.wordpress.call import TRUE, Params
from publisher.web.wordpress.view import OWN, PENDING, STATUSES

T = TypeVar("T")


async def fields(
    store: Store, zone: ZoneInfo, params: Params, kind: Kind, before: Article | None, now: datetime
) -> schema.ArticleFields:
    """The article's fields that a client's parameters set. Raises Invalid."""
    given: dict[str, Any] = {} if before else {"kind": str(kind)}
    for name in ("title", "excerpt"):
        if name in params:
            given[name] = raw(params, name)
    if "content" in params:
        given["html"] = shown(raw(params, "content"), Expander({}))
    if params.get("slug"):
        given["slug"] = params["slug"]
    if params.get("status"):
        given["status"] = str(status(params["status"]))
        given |= _marked(before, PENDING if params["status"] == PENDING else "")
    if "password" in params:
        given |= _visibility(params["password"], before)
    if isinstance(params.get("meta"), dict):
        given |= meta.fields(params["meta"], before)
    if "sticky" in params:
        given["pinned"] = params["sticky"] in TRUE
    if instant := _instant(zone, params):
        given["published"] = instant.isoformat()
    elif given.get("status") == Status.SCHEDULED and not (before and before.published):
        given["status"] = str(Status.PUBLISHED)  # a future post without a date: WordPress does so
    elif given.get("status", str(Status.DRAFT)) != Status.PUBLISHED and not (before and before.was_public):
        given["updated"] = now.isoformat()  # what isn't out yet is dated by its last save
    return converted(given | await _relations(store, params, before), schema.ArticleFields)


def as_sent(read: Read, params: Params) -> Read:
    """The article with its text as the client sent it, which it wants back to edit: blocks and shortcodes in it."""
    if "content" not in params:
        return read
    body = replace(read.article.body, source=text.clean(raw(params, "content")))
    return replace(read, article=replace(read.article, body=body))


def _marked(before: Article | None, word: str) -> dict[str, Any]:
    """The further values with the status that only WordPress knows, or without one; none where nothing differs."""
    extra = orjson.loads(before.extra or "{}") if before else {}
    if extra.get(OWN, {}).get("status", "") == word:
        return {}
    return {"extra": marked(extra, word)}


def marked(extra: Mapping[str, Any], word: str) -> dict[str, Any]:
    """An article's further values with a status that only WordPress knows; "" takes it out."""
    others = {name: value for name, value in extra.items() if name != OWN}
    return others | ({OWN: {"status": word}} if word else {})


def _visibility(password: Any, before: Article | None) -> dict[str, str]:
    """The password itself isn't kept: nobody reads what has one; without one it is for everyone again."""
    if password:
        return {"visibility": str(Visibility.PASSWORD)}
    is_locked = before and before.visibility is Visibility.PASSWORD
    return {"visibility": str(Visibility.PUBLIC)} if is_locked else {}


def raw(params: Params, name: str) -> str:
    """A text that came plain or as an object. Raises Invalid."""
    value = params[name]
    given = value.get("raw", value.get("rendered", "")) if isinstance(value, dict) else value
    if not isinstance(given, str):
        raise Invalid(f"{name}: must be a text, or an object with a raw text")
    return given


def status(word: Any) -> Status:
    """Our status for WordPress's word. Raises Invalid."""
    if not isinstance(word, str) or word not in STATUSES:
        raise Invalid(f"status: must be one of {', '.join(STATUSES)}")
    return STATUSES[word]


def _instant(zone: ZoneInfo, params: Params) -> datetime | None:
    for name, given_zone in (("date_gmt", UTC), ("date", zone)):
        if params.get(name):
            return instant(params, name, given_zone)
    return None


def instant(params: Params, name: str, zone: ZoneInfo | Any) -> datetime | None:
    """The instant that an argument names, in the site's zone unless it says another. Raises Invalid."""
    value = params.get(name)
    if not value:
        return None
    found = parse_iso(value, zone) if isinstance(value, str) else None
    if found is None:
        raise Invalid(f"{name}: is no date such as 2026-11-23T10:00:00")
    return found


async def _relations(store: Store, params: Params, before: Article | None) -> dict[str, Any]:
    """Categories, tags, author and picture: the first category is the section, others are tags."""
    given: dict[str, Any] = {}
    more: list[dict[str, str]] = []
    if "categories" in params:
        found = [await _known("categories", term.section(store, id)) for id in term.numbers(params, "categories")]
        given["section"] = _named(found[0]) if found else None
        more = [_named(each) for each in found[1:]]
    if "tags" in params or more:
        kept = [_named(each) for each in before.tags] if before else []
        named = [await _known("tags", term.tag(store, id)) for id in term.numbers(params, "tags")]
        given["tags"] = [*more, *(map(_named, named) if "tags" in params else kept)]
    if "author" in params and (ids := term.numbers(params, "author")):
        writer = await term.author_of(store, ids[0])
        given |= {"authors": [{"slug": writer.slug, "name": writer.name}]} if writer else {}
    if "featured_media" in params:
        ids = tuple(id for id in term.numbers(params, "featured_media") if id)
        given["hero"] = {"src": (await _known("featured_media", term.file(store, ids[0]))).path} if ids else None
    return given


def _named(found: Section | Tag) -> dict[str, str]:
    return {"slug": found.slug, "name": found.name}


async def _known(name: str, look_up: Awaitable[T]) -> T:
    """What a number names. Raises Invalid: it is an argument that is wrong, not the address."""
    try:
        return await look_up
    except NotFound as error:
        raise Invalid(f"{name}: {error}") from error
