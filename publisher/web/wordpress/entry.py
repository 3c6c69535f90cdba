"""Posts and pages: list, read, create, change, remove; the little that clients need of revisions and autosaves."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import orjson
from msgspec.structs import replace

from publisher.error import Gone, NotFound
from publisher.model import Article, Kind, Status
from publisher.web.api import draft
from publisher.web.api.operation import repeated
from publisher.web.wordpress import listing, post, term, view
from publisher.web.wordpress.call import TRUE, Answer, Call, Coded, Run, counted


def lister(kind: Kind) -> Run:
    """A page of posts or pages."""

    async def run(call: Call) -> Answer:
        page = await listing.listed(call, await call.params(), kind)
        rows = [await shown(call, each) for each in page.articles]
        return counted(call, rows, page.total, page.number, page.size)

    return run


async def shown(call: Call, found: Article) -> dict[str, Any]:
    """A post, with what it refers to when the client asks for that."""
    made = view.post(call.room.base, call.zone, found)
    return made | ({"_embedded": await _embedded(call, found)} if "_embed" in call.query else {})


async def _embedded(call: Call, found: Article) -> dict[str, Any]:
    base = call.room.base
    authors = [view.author_user(base, each) for each in found.authors[:1]]
    sections = [view.category(base, found.section)] if found.section else []
    made: dict[str, Any] = {"wp:term": [sections, [view.tag(base, each) for each in found.tags]]}
    made |= {"author": authors} if authors else {}
    with suppress(NotFound):
        made["wp:featuredmedia"] = [view.media(base, await term.file(call.room.store, view.featured(found)))]
    return made


def creator(kind: Kind) -> Run:
    """A new post or page."""

    async def run(call: Call) -> Answer:
        room = call.room
        params = await call.params()
        fields = await post.fields(room.store, call.zone, params, kind, None, room.clock())
        made = await room.desk.publish(post.as_sent(await asyncio.to_thread(draft.new, fields, room.language), params))
        return Answer(await shown(call, made), 201, {"Location": f"{room.base}{call.path.rstrip('/')}/{made.id}"})

    return run


async def _stored(call: Call, kind: Kind) -> Article:
    found = await call.room.store.article(call.id)
    if found.kind is not kind or view.status(found) == view.DELETED:
        raise NotFound("invalid post ID")
    return found


def reader(kind: Kind) -> Run:
    """One post or page."""

    async def run(call: Call) -> Answer:
        return Answer(await shown(call, await _stored(call, kind)))

    return run


def changer(kind: Kind) -> Run:
    """Change what the arguments name. Two clients at once: the later one's fields stand, others' are kept."""

    async def run(call: Call) -> Answer:
        return Answer(await shown(call, await _changed(call, kind)))

    return run


async def _changed(call: Call, kind: Kind) -> Article:
    params = await call.params()

    async def change() -> Article:
        before = await _stored(call, kind)
        fields = await post.fields(call.room.store, call.zone, params, kind, before, call.room.clock())
        read = post.as_sent(await asyncio.to_thread(draft.patched, fields, before), params)
        return await call.room.desk.revise(read, before.revision)

    return await repeated(change)


def remover(kind: Kind) -> Run:
    """Into the trash; with `force` out of every list too: what was public answers 410 for good."""

    async def run(call: Call) -> Answer:
        before = await _stored(call, kind)
        if (await call.params()).get("force") in TRUE:
            extra = post.marked(orjson.loads(before.extra or "{}"), view.DELETED)
            await call.room.desk.edit(before.id, {"status": Status.TRASH, "extra": draft.extra(extra)})
            return Answer({"deleted": True, "previous": await shown(call, before)})
        if before.status is Status.TRASH:
            raise Gone("the post has already been deleted")
        return Answer(await shown(call, await call.room.desk.withdraw(before.id)))

    return run


def autosaver(kind: Kind) -> Run:
    """What an editor sends while somebody types: a draft is changed by it, anything else only shown so."""

    async def run(call: Call) -> Answer:
        before = await _stored(call, kind)
        if before.status is Status.DRAFT:
            return Answer(_revision(call, await _changed(call, kind)))
        params = await call.params()
        texts = {name: post.raw(params, name) for name in ("title", "excerpt") if name in params}
        return Answer(_revision(call, replace(before, **texts)))

    return run


def _revision(call: Call, found: Article) -> dict[str, Any]:
    made = view.post(call.room.base, call.zone, found)
    kept = ("author", "date", "date_gmt", "id", "modified", "modified_gmt", "slug", "guid", "title", "content")
    return {name: made[name] for name in (*kept, "excerpt")} | {"parent": found.id}


def revisions(kind: Kind) -> Run:
    """Earlier versions aren't kept: none is listed."""

    async def run(call: Call) -> Answer:
        await _stored(call, kind)
        return counted(call, [], 0, 1, 10)

    return run


def no_revision(kind: Kind) -> Run:
    """Earlier versions aren't kept."""

    async def run(call: Call) -> Answer:
        await _stored(call, kind)
        raise Coded("rest_post_invalid_id", "invalid revision ID")

    return run


async def search(call: Call) -> Answer:
    """Public articles by words."""
    page = await listing.listed(call, call.query | {"status": "publish"}, Kind.ARTICLE)
    rows = [
        {"id": each.id, "title": each.title, "url": call.room.base + each.path, "type": "post", "subtype": "post"}
        for each in page.articles
    ]
    return counted(call, rows, page.total, page.number, page.size)
