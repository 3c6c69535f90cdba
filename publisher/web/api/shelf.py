"""Sections, authors, tags and redirects by HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web
from msgspec import UNSET, Struct
from msgspec.structs import asdict, replace

from publisher import text, url
from publisher.desk.retag import rename_tag
from publisher.desk.token import Scope
from publisher.error import Conflict, NotFound
from publisher.html import media_address, web_address
from publisher.model import Author, Redirect, Section, Tag
from publisher.web.api import record, view
from publisher.web.api.listing import position, spelt
from publisher.web.api.match import changed, check, is_conditional, tag_of
from publisher.web.api.operation import Call, Operation, Room
from publisher.web.api.problem import json_response
from publisher.web.api.validate import Fault, Faulty

S = TypeVar("S", Section, Author)
_DEEPEST = 10**9
NAMELESS = "needs a visible character"


async def sections(room: Room, _: Call) -> web.Response:
    """All sections."""
    found = await room.store.sections()
    return json_response(record.SectionList(sections=[view.section(room.base, each) for each in found]))


async def section(room: Room, call: Call) -> web.Response:
    """One section."""
    return _section(room, await room.store.section(call.parts["slug"]))


def _section(room: Room, found: Section) -> web.Response:
    return json_response(view.section(room.base, found), ETag=tag_of(found))


async def put_section(room: Room, call: Call) -> web.Response:
    """Create or replace a section."""
    slug, fields = _slug(call), call.body
    if url.is_reserved(url.section(slug)):
        raise Faulty(Fault("", f"slug: {slug} is reserved by the service"))
    new = Section(slug=slug, name=_name(fields), description=text.line(fields.description), position=fields.position)
    await _put(room, call, new, room.store.section)
    return _section(room, await room.store.section(slug))


async def _put(room: Room, call: Call, new: S, find: Callable[[str], Awaitable[S]]) -> None:
    """Store a whole section or author, when its state is the one that the client names."""
    try:
        before = await find(new.slug)
    except NotFound:
        before = None
    check(call, before)
    try:
        await room.desk.put_shelf(new, before if is_conditional(call) else None)
    except Conflict:
        check(call, await find(new.slug))
        raise


async def patch_section(room: Room, call: Call) -> web.Response:
    """Change some fields of a section."""
    changes = _given(call.body)

    async def write(before: Section) -> Section:
        await room.desk.put_shelf(replace(before, **changes), before)
        return await room.store.section(before.slug)

    return _section(room, await changed(call, lambda: room.store.section(call.parts["slug"]), write))


def _given(fields: Struct) -> dict[str, Any]:
    """The fields that a change names, each on one line; a name can't be empty. Raises Faulty."""
    given = {name: value for name, value in asdict(fields).items() if value is not UNSET}
    lines = {name: text.line(value) if isinstance(value, str) else value for name, value in given.items()}
    if lines.get("name") == "":
        raise Faulty(Fault("/name", NAMELESS))
    return lines


def _name(fields: record.SectionFields) -> str:
    name = text.line(fields.name)
    if not name:
        raise Faulty(Fault("/name", NAMELESS))
    return name


async def remove_section(room: Room, call: Call) -> web.Response:
    """Forget a section that no article has."""
    await room.desk.remove_section(call.parts["slug"])
    return web.Response(status=204)


async def remove_author(room: Room, call: Call) -> web.Response:
    """Forget an author that no article has."""
    await room.desk.remove_author(call.parts["slug"])
    return web.Response(status=204)


async def authors(room: Room, call: Call) -> web.Response:
    """A page of authors."""
    offset, limit = _offset(call), call.query.limit
    found = await room.store.authors(limit + 1, offset)
    following = spelt(offset + limit) if len(found) > limit else None
    return json_response(record.AuthorList(authors=list(map(view.author, found[:limit])), next=following))


async def author(room: Room, call: Call) -> web.Response:
    """One author."""
    return _author(await room.store.author(call.parts["slug"]))


def _author(found: Author) -> web.Response:
    return json_response(view.author(found), ETag=tag_of(found))


async def put_author(room: Room, call: Call) -> web.Response:
    """Create or replace an author."""
    slug = _slug(call)
    await _put(room, call, Author(slug=slug, **_described(call.body)), room.store.author)
    return _author(await room.store.author(slug))


async def patch_author(room: Room, call: Call) -> web.Response:
    """Change some fields of an author."""
    changes = _described(call.body)

    async def write(before: Author) -> Author:
        await room.desk.put_shelf(replace(before, **changes), before)
        return await room.store.author(before.slug)

    return _author(await changed(call, lambda: room.store.author(call.parts["slug"]), write))


def _described(fields: record.AuthorFields | record.AuthorChange) -> dict[str, Any]:
    """The fields of an author that are given. Raises Faulty naming every one that can't be."""
    given = {name: value for name, value in asdict(fields).items() if value is not UNSET}
    ready = {name: _READY[name](value) if value else "" for name, value in given.items()}
    faults = [
        Fault(f"/{name}", _WRONG[name])
        for name, value in ready.items()
        if not value and (given[name] or name == "name")
    ]
    if faults:
        raise Faulty(*faults)
    return ready


_READY = {"name": text.line, "bio": text.line, "url": web_address, "avatar": media_address}
_WRONG = {
    "name": NAMELESS,
    "bio": NAMELESS,
    "url": "is not an absolute http or https URL",
    "avatar": "is neither a path of this site nor an http URL",
}


async def tags(room: Room, call: Call) -> web.Response:
    """A page of tags."""
    offset, limit = _offset(call), call.query.limit
    found = await room.store.tags(limit + 1, offset)
    following = spelt(offset + limit) if len(found) > limit else None
    return json_response(record.TagList(tags=[view.tag(room.base, each) for each in found[:limit]], next=following))


async def tag(room: Room, call: Call) -> web.Response:
    """One tag."""
    return _tag(room, await room.store.tag(call.parts["slug"]))


def _tag(room: Room, found: Tag) -> web.Response:
    return json_response(view.tag(room.base, found), ETag=tag_of(found))


async def patch_tag(room: Room, call: Call) -> web.Response:
    """Rename a tag in all its articles; under another slug its old addresses lead to the new ones."""
    changes = _given(call.body)
    if "slug" in changes and not (slug := text.slug(changes["slug"])) == changes["slug"]:
        raise Faulty(Fault("/slug", f"must be written {slug}" if slug else NAMELESS))

    async def write(before: Tag) -> Tag:
        after = replace(before, **changes)
        return await rename_tag(room.desk, before, after if "name" in changes else await _as_it_is(room, after))

    return _tag(room, await changed(call, lambda: room.store.tag(call.parts["slug"]), write))


async def _as_it_is(room: Room, tag: Tag) -> Tag:
    """The tag that has that slug already, if there is one: it keeps its name."""
    try:
        return await room.store.tag(tag.slug)
    except NotFound:
        return tag


async def redirects(room: Room, call: Call) -> web.Response:
    """A page of redirects, by path."""
    if call.query.path is not UNSET:
        return await _redirect(room, url.encode_path(call.query.path))
    after = position(call.query.cursor, str) if call.query.cursor else ""
    found = await room.store.redirects(call.query.limit + 1, after)
    shown = found[: call.query.limit]
    following = spelt(shown[-1].path) if len(found) > len(shown) else None
    rows = [record.RedirectFields(each.path, each.target) for each in shown]
    return json_response(record.RedirectList(redirects=rows, next=following))


async def _redirect(room: Room, path: str) -> web.Response:
    """The list of the one redirect at a path, or of none."""
    try:
        found = await room.store.at(path)
    except NotFound:
        found = None
    rows = [record.RedirectFields(found.path, found.target)] if isinstance(found, Redirect) else []
    return json_response(record.RedirectList(redirects=rows, next=None))


async def remove_redirect(room: Room, call: Call) -> web.Response:
    """Let an old path lead nowhere."""
    await room.desk.remove_redirect(url.encode_path(call.query.path))
    return web.Response(status=204)


async def add_redirect(room: Room, call: Call) -> web.Response:
    """Let an old path lead to another."""
    made = await room.desk.redirect(call.body.path, call.body.target)
    return json_response(record.RedirectFields(made.path, made.target), 201)


def _slug(call: Call) -> str:
    """The slug in the path, which must be one already. Raises Faulty, NotFound."""
    slug = call.parts["slug"]
    right = text.slug(slug)
    if not right:
        raise NotFound("a slug needs a letter or digit")
    if slug != right:
        raise Faulty(Fault("", f"slug: must be written {right}"))
    return slug


def _offset(call: Call) -> int:
    offset = position(call.query.cursor, int) if call.query.cursor else 0
    if not 0 <= offset < _DEEPEST:
        raise Faulty(Fault("", "cursor: is none of ours; take `next` of the page before"))
    return offset


_PAGE = record.PageQuery
_MATCH = ("If-Match",)

OPERATIONS = (
    Operation(
        "GET", "/api/sections", "listSections", "List all sections.", sections, Scope.READ,
        {200: record.SectionList},
    ),
    Operation(
        "GET", "/api/sections/{slug}", "getSection", "Read a section.", section, Scope.READ,
        {200: record.SectionView}, fails=(404,),
    ),
    Operation(
        "PUT", "/api/sections/{slug}", "putSection", "Create or replace a section.", put_section, Scope.ADMIN,
        {200: record.SectionView}, body=record.SectionFields, fails=(404, 409, 412), headers=_MATCH,
    ),
    Operation(
        "PATCH", "/api/sections/{slug}", "patchSection", "Change some fields of a section.", patch_section,
        Scope.ADMIN, {200: record.SectionView}, body=record.SectionChange, fails=(404, 409, 412), headers=_MATCH,
    ),
    Operation(
        "DELETE", "/api/sections/{slug}", "removeSection", "Forget a section that no article has.", remove_section,
        Scope.ADMIN, {204: None}, fails=(404, 409),
    ),
    Operation(
        "GET", "/api/authors", "listAuthors", "List authors who have public articles.", authors, Scope.READ,
        {200: record.AuthorList}, query=_PAGE,
    ),
    Operation(
        "GET", "/api/authors/{slug}", "getAuthor", "Read an author.", author, Scope.READ,
        {200: record.AuthorView}, fails=(404,),
    ),
    Operation(
        "PUT", "/api/authors/{slug}", "putAuthor", "Create or replace an author.", put_author, Scope.ADMIN,
        {200: record.AuthorView}, body=record.AuthorFields, fails=(404, 409, 412), headers=_MATCH,
    ),
    Operation(
        "PATCH", "/api/authors/{slug}", "patchAuthor", "Change some fields of an author.", patch_author, Scope.ADMIN,
        {200: record.AuthorView}, body=record.AuthorChange, fails=(404, 409, 412), headers=_MATCH,
    ),
    Operation(
        "DELETE", "/api/authors/{slug}", "removeAuthor", "Forget an author that no article has.", remove_author,
        Scope.ADMIN, {204: None}, fails=(404, 409),
    ),
    Operation(
        "GET", "/api/tags", "listTags", "List tags that have public articles.", tags, Scope.READ,
        {200: record.TagList}, query=_PAGE,
    ),
    Operation(
        "GET", "/api/tags/{slug}", "getTag", "Read a tag.", tag, Scope.READ, {200: record.TagView}, fails=(404,),
    ),
    Operation(
        "PATCH", "/api/tags/{slug}", "patchTag", "Rename a tag in all its articles.", patch_tag, Scope.ADMIN,
        {200: record.TagView}, body=record.TagChange, fails=(404, 409, 412), headers=_MATCH,
    ),
    Operation(
        "GET", "/api/redirects", "listRedirects", "List redirects by path.", redirects, Scope.READ,
        {200: record.RedirectList}, query=record.RedirectQuery,
    ),
    Operation(
        "DELETE", "/api/redirects", "removeRedirect", "Let an old path lead nowhere.", remove_redirect, Scope.ADMIN,
        {204: None}, query=record.RedirectChoice, fails=(404,),
    ),
    Operation(
        "POST", "/api/redirects", "addRedirect", "Let an old path lead to another (301).", add_redirect, Scope.ADMIN,
        {201: record.RedirectFields}, body=record.RedirectFields, fails=(409,),
    ),
)  # fmt: skip
