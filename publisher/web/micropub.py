"""Micropub (W3C Recommendation): create, update, delete and undelete articles, and a media endpoint.

A request, form or JSON, becomes microformats properties (name -> list of values); these become the
fields of the writing API, so both ways in are checked by the same rules.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from html import escape, unescape
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from publisher import url
from publisher.date import parse_iso, rfc3339
from publisher.desk.token import Scope
from publisher.error import Invalid, NotFound, PublisherError
from publisher.importer.autop import autop
from publisher.model import Article, Redirect, Status
from publisher.prepare import is_untitled
from publisher.web.api import media, schema
from publisher.web.api.draft import new, patched
from publisher.web.api.operation import Room, repeated, whole
from publisher.web.api.problem import json_response, marked
from publisher.web.api.validate import converted, decoded
from publisher.web.error import UnknownType, WrongMethod, status_of

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
QUERIES = ("config", "source", "syndicate-to", "category", "post-types")
POST_TYPES = [{"type": name, "name": name.capitalize()} for name in ("note", "article", "photo")]
LISTED = 100
_ERRORS = {401: "unauthorized", 403: "insufficient_scope"}
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PHOTO = re.compile(r'<p><img src="([^"]*)" alt="([^"]*)" /></p>')
_ABOUT = ("in-reply-to", "bookmark-of", "like-of", "repost-of", "checkin")
_STATUS = {"published": "published", "draft": "draft"}
_VISIBLE: dict[str, dict[str, str]] = {"public": {}, "private": {"status": "private"}}

Properties = dict[str, list[Any]]
Run = Callable[[Room, ZoneInfo, web.Request], Awaitable[web.Response]]


def micropub_routes(room: Room) -> list[web.RouteDef]:
    """The endpoint and its media endpoint."""
    zone = ZoneInfo(room.desk.settings.timezone)

    def handler(run: Run) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                room.guard.check_host(request)
                return await run(room, zone, request)
            except PublisherError as error:
                return _failed(error)

        return handle

    def routed(path: str, **runs: Run) -> web.RouteDef:
        async def run(room: Room, zone: ZoneInfo, request: web.Request) -> web.Response:
            name = "GET" if request.method == "HEAD" else request.method
            if name not in runs:
                raise WrongMethod(request.method, (*runs, *(("HEAD",) if "GET" in runs else ())))
            return await runs[name](room, zone, request)

        return web.route("*", path, handler(run))

    return [routed("/micropub", GET=query, POST=write), routed("/micropub/media", POST=upload)]


def _failed(error: PublisherError) -> web.Response:
    status = 400 if isinstance(error, Invalid | NotFound) else status_of(error)
    code = _ERRORS.get(status, "invalid_request")
    return marked(json_response({"error": code, "error_description": str(error)[:2000]}, status), error)


async def query(room: Room, _: ZoneInfo, request: web.Request) -> web.Response:
    """What the endpoint can do, and what an article's properties are."""
    await room.guard.admit(request, Scope.READ)
    asked = request.query.get("q", "config")
    if asked not in QUERIES:
        raise Invalid(f"q: must be one of {', '.join(QUERIES)}")
    if asked == "source":
        return json_response(await _sources(room, request))
    if asked == "category":
        word = request.query.get("filter", "").casefold()
        names = [each.name for each in await room.store.tags(1000)]
        return json_response({"categories": [each for each in names if word in each.casefold()]})
    config = {
        "media-endpoint": f"{room.base}/micropub/media",
        "syndicate-to": [],
        "post-types": POST_TYPES,
        "q": QUERIES,
    }
    return json_response(config if asked == "config" else {asked: config[asked]})


async def _sources(room: Room, request: web.Request) -> dict[str, Any]:
    """The properties of one article, those asked for; without a URL the newest articles of any status."""
    wanted = {value for name, value in request.query.items() if name.partition("[")[0] == "properties"}

    def shown(found: Article) -> dict[str, Any]:
        properties = source(room.base, found)
        kept = {name: values for name, values in properties.items() if not wanted or name in wanted}
        return {"properties": kept} if wanted else {"type": ["h-entry"], "properties": kept}

    if "url" in request.query:
        return shown(await _article(room, request.query["url"]))
    limit = request.query.get("limit", "20")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 9 and 1 <= int(limit) <= LISTED):
        raise Invalid(f"limit: must be between 1 and {LISTED}")
    alive = frozenset(Status) - {Status.TRASH}
    found = await room.store.with_bodies(await room.store.in_status(alive, int(limit)))
    return {"items": [shown(each) for each in found]}


async def write(room: Room, zone: ZoneInfo, request: web.Request) -> web.Response:
    """Create, or do what `action` says."""
    value, files = await _request(room, request)
    action = value.get("action", "create")
    if action == "create":
        return await create(room, zone, value, files)
    if action == "update":
        return await repeated(lambda: update(room, zone, value))
    before = await _article(room, value.get("url"))
    if action == "delete":
        await room.desk.withdraw(before.id)
    elif action == "undelete":
        status = Status.PUBLISHED if before.was_public else Status.DRAFT
        await room.desk.edit(before.id, {"status": status})
    else:
        raise Invalid("action: must be create, update, delete or undelete")
    return web.Response(status=204)


async def _request(room: Room, request: web.Request) -> tuple[dict[str, Any], list[web.FileField]]:
    """The request as JSON would be, whichever way it came, from somebody who may. Raises Invalid and others."""
    if request.content_type == "application/json":
        await room.guard.admit(request, Scope.WRITE)
        value = decoded(await whole(request, room.body_bytes))
        if not isinstance(value, dict):
            raise Invalid("the body must be a JSON object")
        return value, []
    if request.content_type not in FORMS:
        raise UnknownType("a request is a form or application/json")
    if "Authorization" in request.headers or request.content_type != FORMS[0]:
        await room.guard.admit(request, Scope.WRITE)
    form = await media.form_of(request, room.body_bytes)
    if "Authorization" in request.headers and "access_token" in form:
        raise Invalid("the token must come in the header or in the body, not in both")
    if "Authorization" not in request.headers:
        await room.guard.admit(request, Scope.WRITE, str(form.get("access_token", "")))
    files = [each for each in form.values() if isinstance(each, web.FileField)]
    if files:
        await room.guard.admit(request, Scope.MEDIA)
    return _from_form(form), files


def _from_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Form fields as the JSON form has them: `category[]=a`, `content[html]=b`, `photo[0][alt]=c`."""
    plain, properties = dict[str, Any](), Properties()
    objects: dict[str, dict[str, str]] = {}
    for name, value in form.items():
        match = _NAME.fullmatch(name)
        if not match or not isinstance(value, str) or name == "access_token":
            continue
        key, (place, _, part) = match[1], match[2].strip("[]").rpartition("][")
        if key in ("action", "url", "h"):
            plain[key] = value
        elif not part or part.isdigit():
            properties.setdefault(key, []).append(value)
        else:
            if (named := f"{key}[{place}") not in objects:
                properties.setdefault(key, []).append(objects.setdefault(named, {}))
            objects[named][part] = value
    return plain | {"type": [f"h-{plain.get('h', 'entry')}"], "properties": properties}


async def create(room: Room, zone: ZoneInfo, value: dict[str, Any], files: list[web.FileField]) -> web.Response:
    """A new article; published unless it says that it is a draft."""
    if value.get("type", ["h-entry"]) != ["h-entry"]:
        raise Invalid("type: only h-entry can be created")
    properties = _checked(value.get("properties", {}))
    for file in files:
        kept = await room.desk.keep_file(await asyncio.to_thread(file.file.read), media.file_name(file.filename))
        properties.setdefault("photo", []).append(kept.path)
    properties = _told(properties)
    fields = {"status": "published"} | to_fields(room.base, zone, properties)
    read = await asyncio.to_thread(new, converted(fields, schema.ArticleFields), room.language)
    made = await room.desk.publish(read)
    return _at(room, made, 202 if made.status is Status.SCHEDULED else 201)


def _at(room: Room, article: Article, status: int) -> web.Response:
    return web.Response(status=status, headers={"Location": url.absolute(room.base, article.path)})


def _told(properties: Properties) -> Properties:
    """The properties with what an entry is about, its sound and its film behind its text, and the photos' alt texts.

    The text leads: an entry without a name is called by its first words.
    """
    links = [
        f'<p><a href="{escape(each)}">{escape(words)}</a></p>' if each else f"<p>{escape(words)}</p>"
        for each, words in _named(properties, *_ABOUT)
    ]
    players = [
        f'<p><{tag} controls src="{escape(each)}"></{tag}></p>'
        for tag in ("audio", "video")
        for each, _ in _named(properties, tag)
        if each
    ]
    content = [*properties.get("content", []), *({"html": each} for each in (*links, *players))]
    alts = [*map(str, properties.get("mp-photo-alt", []))]
    photos = [
        {"value": each, "alt": alts[number]} if isinstance(each, str) and number < len(alts) else each
        for number, each in enumerate(properties.get("photo", []))
    ]
    told = {"content": content, "photo": photos}
    return properties | {name: values for name, values in told.items() if values}


def _named(properties: Properties, *names: str) -> list[tuple[str, str]]:
    """(address, words for it) of what properties name: an address, or an object that says more, maybe without one."""
    found = []
    for value in (each for name in names for each in properties.get(name, [])):
        told = value.get("properties", {}) if isinstance(value, dict) else {}
        url, name = (_first(told.get(each) or [], "") if isinstance(told, dict) else "" for each in ("url", "name"))
        address = (value.get("value") or url) if isinstance(value, dict) else value
        is_address = isinstance(address, str) and address.startswith(("http://", "https://"))
        words = name if isinstance(name, str) else ""
        if is_address or words:
            found.append((address, words or address) if is_address else ("", words))
    return found


def _checked(value: Any) -> Properties:
    if not isinstance(value, dict) or not all(isinstance(each, list) for each in value.values()):
        raise Invalid("properties must be lists of values by name")
    return dict(value)


async def update(room: Room, zone: ZoneInfo, value: dict[str, Any]) -> web.Response:
    """Replace, add and delete properties; the answer says where the article is when it moved."""
    if not {"replace", "add", "delete"} & value.keys():
        raise Invalid("an update must have replace, add or delete, and come as JSON (Micropub 3.4)")
    before = await _article(room, value.get("url"))
    properties, touched = source(room.base, before), set[str]()
    for name, values in _checked(value.get("replace", {})).items():
        properties[name] = values
        touched.add(name)
    for name, values in _checked(value.get("add", {})).items():
        properties[name] = [*properties.get(name, []), *values]
        touched.add(name)
    touched |= _delete(properties, value.get("delete", []))
    changed = _changed(properties, touched, before)
    given = to_fields(room.base, zone, changed)
    if given.get("html") and is_untitled(before):
        given.setdefault("title", "")  # named anew by its first words
    fields = converted(given, schema.ArticleFields)
    after = await room.desk.revise(await asyncio.to_thread(patched, fields, before), before.revision)
    return web.Response(status=204) if after.path == before.path else _at(room, after, 201)


def _changed(properties: Properties, touched: set[str], before: Article) -> Properties:
    """The properties that differ now. Photos behind a text are a part of it: either keeps the other."""
    _, behind = _parted(before)
    if "photo" in touched and (behind or len(properties.get("photo", [])) > 1):
        touched |= {"content"}
    changed = {name: properties.get(name, []) for name in touched}
    if "content" in touched and "photo" not in touched:
        changed["content"] = [*changed["content"], *({"html": _shown(each)} for each in behind)]
    return changed


def _delete(properties: Properties, removed: Any) -> set[str]:
    """Take whole properties out, or some of their values; the names of those that differ now."""
    if isinstance(removed, list) and all(isinstance(each, str) for each in removed):
        for name in removed:
            properties.pop(name, None)
        return set(removed)
    for name, values in _checked(removed).items():
        kept = (each for each in properties.get(name, []) if each not in values)
        properties[name] = [each for each in kept if not (isinstance(each, dict) and each.get("value") in values)]
    return set(removed)


def to_fields(base: str, zone: ZoneInfo, properties: Properties) -> dict[str, Any]:
    """Properties as the fields of the writing API; unknown ones are left out, as the specification asks."""
    fields: dict[str, Any] = {}
    for name, field in (("name", "title"), ("summary", "excerpt"), ("mp-slug", "slug")):
        if name in properties:
            fields[field] = _first(properties[name], "")
    if "content" in properties:
        fields["html"] = "".join(map(_html, properties["content"]))
    if "category" in properties:
        fields["tags"] = [each for each in properties["category"] if each]
    if "photo" in properties:
        fields |= _pictures(base, properties["photo"], fields)
    if "post-status" in properties:
        fields["status"] = _STATUS.get(str(_first(properties["post-status"], "published")), "")
    if "visibility" in properties:
        fields |= _seen_by(_first(properties["visibility"], "public"))
    if found := properties.get("published"):
        instant = parse_iso(found[0], zone) if isinstance(found[0], str) else None
        fields["published"] = instant.isoformat() if instant else found[0]
    return fields


def _seen_by(word: Any) -> dict[str, str]:
    """Who may read: what can't be kept to some readers isn't published to all."""
    if word not in _VISIBLE:
        raise Invalid(f"visibility: must be one of {', '.join(_VISIBLE)}")
    return _VISIBLE[word]


def _first(values: list[Any], default: str) -> Any:
    return values[0] if values else default


def _html(value: Any) -> str:
    """One value of `content`: plain text, or an object with HTML."""
    if isinstance(value, dict) and isinstance(value.get("html"), str):
        return str(value["html"])
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        raise Invalid("content: must be text, or an object with html")
    return autop(escape(value, quote=False))


def _pictures(base: str, photos: list[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The first photo is the article's picture; more stand behind its text when that is written too."""
    rows = [each if isinstance(each, dict) else {"value": each} for each in photos]
    refs = [{"src": str(row.get("value", "")).removeprefix(base), "alt": str(row.get("alt", ""))} for row in rows]
    more = "".join(map(_shown, refs[1:]))
    body = {"html": fields.get("html", "") + more} if more else {}
    return {"hero": refs[0] if refs else None} | body


def _shown(photo: Mapping[str, str]) -> str:
    return f'<p><img src="{escape(photo["src"])}" alt="{escape(photo["alt"])}"></p>'


def _parted(found: Article) -> tuple[str, list[dict[str, str]]]:
    """An article's body without the photos that stand behind it, and these; the one that leads it is none of them."""
    body, behind = found.body.html.rstrip(), list[dict[str, str]]()
    end = len(body)
    while match := _PHOTO.fullmatch(body, body.rfind("<p><img ", 0, end), end):
        address = unescape(match[1])
        if found.hero and address == found.hero.src:
            break
        behind.insert(0, {"src": address, "alt": unescape(match[2])})
        end = match.start() - (body[match.start() - 1 : match.start()] == "\n")
    return body[:end], behind


def source(base: str, found: Article) -> Properties:
    """An article as microformats properties."""
    body, behind = _parted(found)
    hero = [{"src": found.hero.src, "alt": found.hero.alt}] if found.hero else []
    shown: Properties = {
        "name": [] if is_untitled(found) else [found.title],
        "content": [{"html": body}],
        "summary": [found.excerpt] if found.excerpt else [],
        "category": [each.name for each in found.tags],
        "photo": [{"value": url.absolute(base, each["src"]), "alt": each["alt"]} for each in (*hero, *behind)],
        "published": [rfc3339(found.published)] if found.published else [],
        "updated": [rfc3339(found.updated)] if found.updated else [],
        "post-status": ["published" if found.is_public else "draft"],
        "mp-slug": [found.slug],
        "url": [url.absolute(base, found.path)],
        "uid": [found.guid],
    }
    return {name: values for name, values in shown.items() if values}


async def _article(room: Room, address: Any) -> Article:
    """The article at a URL of this site. Raises NotFound, Invalid."""
    if not isinstance(address, str) or not address.startswith(f"{room.base}/"):
        raise Invalid(f"url: must begin with {room.base}/")
    found = await room.store.at(url.encode_path(address.removeprefix(room.base)))
    if isinstance(found, Redirect):
        found = await room.store.at(found.target)
    if isinstance(found, Redirect):
        raise NotFound(f"nothing is at {address[:200]}")
    return found


async def upload(room: Room, _: ZoneInfo, request: web.Request) -> web.Response:
    """Keep a picture; the answer says where it is."""
    await room.guard.admit(request, Scope.MEDIA)
    sent = await media.taken(room, request, "file")
    if sent.content is None:
        raise Invalid("file: is missing; the picture is the field of a form with that name")
    kept = await room.desk.keep_file(sent.content, media.file_name(sent.name))
    address = url.absolute(room.base, kept.path)
    return json_response({"url": address}, 201, Location=address)
