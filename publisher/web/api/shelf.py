"""Sections, authors, tags and redirects by HTTP."""

from __future__ import annotations

from aiohttp import web
from msgspec import UNSET

from publisher import text, url
from publisher.desk.token import Scope
from publisher.error import NotFound
from publisher.html import media_address, web_address
from publisher.model import Author, Redirect, Section
from publisher.web.api import record, view
from publisher.web.api.listing import position, spelt
from publisher.web.api.operation import Call, Operation, Room
from publisher.web.api.problem import json_response
from publisher.web.api.validate import Fault, Faulty

_DEEPEST = 10**9


async def sections(room: Room, _: Call) -> web.Response:
    """All sections."""
    found = await room.store.sections()
    return json_response(record.SectionList(sections=[view.section(room.base, each) for each in found]))


async def section(room: Room, call: Call) -> web.Response:
    """One section."""
    return json_response(view.section(room.base, await room.store.section(call.parts["slug"])))


async def put_section(room: Room, call: Call) -> web.Response:
    """Create or rename a section."""
    slug, fields = _slug(call), call.body
    if url.is_reserved(url.section(slug)):
        raise Faulty(Fault("", f"slug: {slug} is reserved by the service"))
    name = text.line(fields.name)
    if not name:
        raise Faulty(Fault("/name", "needs a visible character"))
    new = Section(slug=slug, name=name, description=text.line(fields.description), position=fields.position)
    await room.desk.keep_shelves((new,), ())
    return json_response(view.section(room.base, await room.store.section(slug)))


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
    return json_response(view.author(await room.store.author(call.parts["slug"])))


async def put_author(room: Room, call: Call) -> web.Response:
    """Create or describe an author."""
    slug, fields = _slug(call), call.body
    name, faults = text.line(fields.name), []
    if not name:
        faults.append(Fault("/name", "needs a visible character"))
    if fields.url and not web_address(fields.url):
        faults.append(Fault("/url", "is not an absolute http or https URL"))
    if fields.avatar and not media_address(fields.avatar):
        faults.append(Fault("/avatar", "is neither a path of this site nor an http URL"))
    if faults:
        raise Faulty(*faults)
    new = Author(
        slug=slug,
        name=name,
        bio=text.line(fields.bio),
        url=web_address(fields.url),
        avatar=media_address(fields.avatar) if fields.avatar else "",
    )
    await room.desk.keep_shelves((), (new,))
    return json_response(view.author(await room.store.author(slug)))


async def tags(room: Room, call: Call) -> web.Response:
    """A page of tags."""
    offset, limit = _offset(call), call.query.limit
    found = await room.store.tags(limit + 1, offset)
    following = spelt(offset + limit) if len(found) > limit else None
    return json_response(record.TagList(tags=[view.tag(room.base, each) for each in found[:limit]], next=following))


async def tag(room: Room, call: Call) -> web.Response:
    """One tag."""
    return json_response(view.tag(room.base, await room.store.tag(call.parts["slug"])))


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
        "PUT", "/api/sections/{slug}", "putSection", "Create or rename a section.", put_section, Scope.ADMIN,
        {200: record.SectionView}, body=record.SectionFields, fails=(404,),
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
        "PUT", "/api/authors/{slug}", "putAuthor", "Create or describe an author.", put_author, Scope.ADMIN,
        {200: record.AuthorView}, body=record.AuthorFields, fails=(404,),
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
