"""Articles by HTTP: list, read, create, replace, change, withdraw, keep in step with a CMS."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable

from aiohttp import web
from msgspec.structs import replace

from publisher.desk.token import Scope
from publisher.error import Conflict, Invalid, NotFound
from publisher.importer.port import Read, content_hash
from publisher.model import Article, Source, Status
from publisher.web.api import draft, schema, view
from publisher.web.api.listing import list_articles
from publisher.web.api.operation import Call, Operation, Room
from publisher.web.api.problem import json_response
from publisher.web.api.validate import Fault, Faulty
from publisher.web.error import Outdated, Unconditional
from publisher.web.preview import LIFE

KEY_LIMIT = 255
NAME = r"^[^\x00-\x1f\x7f-\x9f]{1,200}$"
"""What a CMS may call its systems and their articles."""


def etag(article: Article) -> str:
    """The strong tag of an article's revision."""
    return f'"{article.revision}"'


def shown(room: Room, article: Article, status: int = 200) -> web.Response:
    """The response that shows one article."""
    made = json_response(view.article(room.base, article), status, ETag=etag(article))
    if status == 201:
        made.headers["Location"] = f"/api/articles/{article.id}"
    return made


async def get(room: Room, call: Call) -> web.Response:
    """One article of any status."""
    found = await room.store.article(call.number)
    known = call.request.headers.get("If-None-Match", "")
    if known.strip() == "*" or etag(found) in _tags(known):
        return web.Response(status=304, headers={"ETag": etag(found), "Cache-Control": "no-store"})
    return shown(room, found)


async def create(room: Room, call: Call) -> web.Response:
    """A new article; with an Idempotency-Key the same request again gives the same article."""
    made, is_stored = await created(room, call)
    return shown(room, made, 201 if is_stored else 200)


async def created(room: Room, call: Call) -> tuple[Article, bool]:
    """(the new article, whether it was stored): a dry run shows it only."""
    source = key_source(call)
    read = await asyncio.to_thread(draft.new, call.body, room.language, source)
    if call.query.dry_run:
        return await checked(room, read), False
    if source is not None and (made := await made_before(room, source)):
        return made, True
    try:
        return await room.desk.publish(read), True
    except Conflict:
        if source is None or (made := await made_before(room, source)) is None:
            raise
        return made, True


def key_source(call: Call) -> Source | None:
    """Token and Idempotency-Key as the identity of what they make; None without a key. Raises Faulty."""
    key = call.request.headers.get("Idempotency-Key")
    if key is None or call.token is None:
        return None
    if not 0 < len(key) <= KEY_LIMIT:
        raise Faulty(Fault("", f"Idempotency-Key: has {len(key)} characters, 1 to {KEY_LIMIT} are allowed"))
    return Source(kind=view.BY_KEY, site=call.token.id, id=_digest(key), hash=content_hash(call.body))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def line_source(source: Source, number: int, body: object) -> Source:
    """The identity of what one line of a bulk request makes, from that of the whole request."""
    return replace(source, id=_digest(f"{source.id} {number}"), hash=content_hash(body))


async def made_before(room: Room, source: Source) -> Article | None:
    """What the key made already. Raises Faulty when it was used for something else."""
    try:
        found = await room.store.article_by_source(source.kind, source.site, source.id)
    except NotFound:
        return None
    if found.source is None or found.source.hash != source.hash:
        raise Invalid("Idempotency-Key: this key was used before, with another body")
    return found


async def checked(room: Room, read: Read) -> Article:
    """The article as it would be stored. Raises what storing it would raise."""
    ready = await room.desk.ready(read)
    if read.article.path:
        await _refuse(room.store.at(ready.path), ready, f"path {ready.path!r}")
    await _refuse(room.store.article_by_guid(ready.guid), ready, f"guid {ready.guid!r}")
    return ready


async def _refuse(finding: object, ready: Article, what: str) -> None:
    try:
        found = await finding  # type: ignore[misc]
    except NotFound:
        return
    if isinstance(found, Article) and found.id != ready.id:
        raise Conflict(f"{what} belongs to article {found.id}")


async def put(room: Room, call: Call) -> web.Response:
    """Replace an article: what the body leaves out gets its default."""
    before = await expected(room, call)
    read = await asyncio.to_thread(draft.replaced, call.body, before, room.language)
    return await _revised(room, call, read, before)


async def patch(room: Room, call: Call) -> web.Response:
    """Change some fields (RFC 7396: null clears what may be empty)."""
    before = await expected(room, call)
    read = await asyncio.to_thread(draft.patched, call.body, before)
    return await _revised(room, call, read, before)


async def _revised(room: Room, call: Call, read: Read, before: Article) -> web.Response:
    if call.query.dry_run:
        return shown(room, await checked(room, read))
    return shown(room, await guarded(room, before, room.desk.revise(read, before.revision)))


async def guarded(room: Room, before: Article, write: Awaitable[Article]) -> Article:
    """What a write gives that was made from a known revision. Raises Outdated when another came between."""
    try:
        return await write
    except Conflict as error:
        raise await _meant(room, before, error) from error


async def _meant(room: Room, before: Article, error: Conflict) -> Conflict:
    """A write that came between makes the condition false; any other conflict is one."""
    now = await room.store.article(before.id)
    moved_on = now.revision != before.revision
    return Outdated(f"article {before.id} has revision {now.revision} now") if moved_on else error


async def delete(room: Room, call: Call) -> web.Response:
    """Withdraw an article: its address answers 410 from now on, it stays in the store as trash."""
    before = await expected(room, call)
    if call.query.dry_run:
        return shown(room, replace(before, status=Status.TRASH))
    write = room.desk.withdraw(before.id, expected_revision=before.revision)
    return shown(room, await guarded(room, before, write))


async def expected(room: Room, call: Call) -> Article:
    """The article, when it has a revision that If-Match names. Raises Unconditional, Outdated."""
    before = await room.store.article(call.number)
    condition = call.request.headers.get("If-Match")
    if condition is None:
        raise Unconditional("If-Match is needed: the ETag of the article as you know it, or *")
    check_match(condition, before)
    return before


def check_match(condition: str | None, before: Article | None) -> None:
    """Raises Outdated when an If-Match doesn't hold (RFC 9110 13.1.1)."""
    if condition is None:
        return
    if before is None or (condition.strip() != "*" and etag(before) not in _tags(condition)):
        now = before and f"the article has revision {before.revision} now, ETag {etag(before)}"
        raise Outdated(f"If-Match: {now or 'there is no such article'}")


def _tags(field: str) -> list[str]:
    return [each.strip() for each in field.split(",")]


def own_source(call: Call) -> Source:
    """The identity in the path. Raises Faulty."""
    site, id = call.parts["site"], call.parts["source"]
    for name, value in (("site", site), ("source", id)):
        if not re.fullmatch(NAME, value):
            raise Faulty(Fault("", f"{name}: must have 1 to 200 characters, none of them a control character"))
    return Source(kind=view.OWN_SOURCE, site=site, id=id)


async def by_source(room: Room, source: Source) -> Article | None:
    """The article that a CMS keeps under that id, None for none."""
    try:
        return await room.store.article_by_source(source.kind, source.site, source.id)
    except NotFound:
        return None


async def get_by_source(room: Room, call: Call) -> web.Response:
    """The article that a CMS keeps under an id of its own."""
    source = own_source(call)
    return shown(room, await room.store.article_by_source(source.kind, source.site, source.id))


async def put_by_source(room: Room, call: Call) -> web.Response:
    """Create or replace by a CMS's own id: the same request again changes nothing."""
    source = own_source(call)
    before = await by_source(room, source)
    check_match(call.request.headers.get("If-Match"), before)
    if before is not None and call.request.headers.get("If-None-Match", "").strip() == "*":
        raise Outdated("If-None-Match: the article is there already")
    if call.query.dry_run:
        read = await drafted(room, call.body, before, source)
        return shown(room, await checked(room, read))
    article, is_new = await kept(room, call.body, before, source)
    return shown(room, article, 201 if is_new else 200)


async def kept(
    room: Room, fields: schema.ArticleFields, before: Article | None, source: Source | None
) -> tuple[Article, bool]:
    """Store what a source has now; (article, whether it is new). Two at once: the second replaces the first's."""
    read = await drafted(room, fields, before, source)
    if before is not None:
        return await room.desk.revise(read), False
    try:
        return await room.desk.publish(read), True
    except Conflict:
        before = await by_source(room, source) if source else None
        if before is None:
            raise
    return await room.desk.revise(await drafted(room, fields, before, source)), False


async def drafted(room: Room, fields: schema.ArticleFields, before: Article | None, source: Source | None) -> Read:
    if before is not None:
        return await asyncio.to_thread(draft.replaced, fields, before, room.language)
    return await asyncio.to_thread(draft.new, fields, room.language, source)


async def delete_by_source(room: Room, call: Call) -> web.Response:
    """Withdraw by a CMS's own id."""
    source = own_source(call)
    before = await room.store.article_by_source(source.kind, source.site, source.id)
    check_match(call.request.headers.get("If-Match"), before)
    if call.query.dry_run:
        return shown(room, replace(before, status=Status.TRASH))
    return shown(room, await room.desk.withdraw(before.id))


async def preview(room: Room, call: Call) -> web.Response:
    """Links to the article's page and story as they would be, for two days."""
    found = await room.store.article(call.number)
    expires = (room.clock() + LIFE).replace(microsecond=0)
    page, story = (room.signer.path(found.id, each, expires) for each in ("page", "story"))
    return json_response(schema.PreviewView(url=room.base + page, story_url=room.base + story, expires=expires))


_ONE, _SOURCE = "/api/articles/{id}", "/api/articles/by-source/{site}/{source}"
_VIEW, _MADE = {200: schema.ArticleView}, {201: schema.ArticleView, 200: schema.ArticleView}
_WRITE = schema.WriteQuery
_BY_ID = ("getArticle", "replaceArticle", "changeArticle", "withdrawArticle", "previewArticle", "getStory")
_FIELDS = schema.ArticleFields

OPERATIONS = (
    Operation(
        "GET", "/api/articles", "listArticles", "List articles of a status, newest first.", list_articles,
        Scope.READ, {200: schema.ArticleList}, query=schema.StatusFilter,
    ),
    Operation(
        "POST", "/api/articles", "createArticle", "Create an article.", create, Scope.WRITE, _MADE,
        query=_WRITE, body=_FIELDS, headers=("Idempotency-Key",), fails=(409,), links=_BY_ID,
    ),
    Operation(
        "GET", _ONE, "getArticle", "Read an article of any status.", get, Scope.READ, _VIEW | {304: None},
        headers=("If-None-Match",), fails=(404,),
    ),
    Operation(
        "PUT", _ONE, "replaceArticle", "Replace an article; what is left out gets its default.", put, Scope.WRITE,
        _VIEW, query=_WRITE, body=_FIELDS, headers=("If-Match",), fails=(404, 409, 412, 428),
    ),
    Operation(
        "PATCH", _ONE, "changeArticle", "Change some fields of an article.", patch, Scope.WRITE, _VIEW,
        query=_WRITE, body=_FIELDS, headers=("If-Match",), fails=(404, 409, 412, 428),
    ),
    Operation(
        "DELETE", _ONE, "withdrawArticle", "Take an article away: its address answers 410.", delete, Scope.WRITE,
        _VIEW, query=_WRITE, headers=("If-Match",), fails=(404, 409, 412, 428),
    ),
    Operation(
        "GET", _ONE + "/preview", "previewArticle", "Make links at which an unpublished article can be read.",
        preview, Scope.READ, {200: schema.PreviewView}, fails=(404,),
    ),
    Operation(
        "GET", _SOURCE, "getArticleBySource", "Read an article by a CMS's own id.", get_by_source, Scope.READ, _VIEW,
        fails=(404,),
    ),
    Operation(
        "PUT", _SOURCE, "putArticleBySource", "Create or replace an article by a CMS's own id.", put_by_source,
        Scope.WRITE, _MADE, query=_WRITE, body=_FIELDS, headers=("If-Match", "If-None-Match"), fails=(409, 412),
        links=_BY_ID,
    ),
    Operation(
        "DELETE", _SOURCE, "withdrawArticleBySource", "Take an article away by a CMS's own id.", delete_by_source,
        Scope.WRITE, _VIEW, query=_WRITE, headers=("If-Match",), fails=(404, 409, 412),
    ),
)  # fmt: skip
