"""Terms, users, files, and the little that never changes: types, statuses, taxonomies, settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec import UNSET
from msgspec.structs import asdict

from publisher import text, url
from publisher.desk.retag import rename_tag
from publisher.error import Conflict, Invalid, NotFound
from publisher.model import Author, Media, Section, Tag
from publisher.web.api import media, record
from publisher.web.api.validate import converted
from publisher.web.wordpress import term, view
from publisher.web.wordpress.call import TRUE, Answer, Call, Coded, Params, Run, bounded, counted, words

Shelf = Section | Tag | Author
S = TypeVar("S", Section, Tag, Author)
MAX_NAME = 200


_ORDERS: dict[str, Callable[[Shelf], Any]] = {
    "id": term.shelf_number,
    "name": lambda each: each.name,
    "slug": lambda each: each.slug,
    "count": lambda each: each.articles,
    "description": lambda each: each.description if isinstance(each, Section) else each.name,
}
_BY_NAME = ("include", "term_group")


@dataclass(frozen=True, slots=True)
class _Window:
    """Which part of a list is asked for."""

    number: int
    size: int
    start: int


def _window(query: Params) -> _Window:
    number, size = bounded(query, "page", 1, 10**6), bounded(query, "per_page", 10, 100)
    return _Window(number, size, bounded(query, "offset", 0, 10**6, least=0) + (number - 1) * size)


def _page(call: Call, shelves: Sequence[S], show: Callable[[str, S], dict[str, Any]]) -> Answer:
    """The page that the client asks for: of those that match its arguments, in its order; only these are shown."""
    window = _window(call.query)
    wanted = _ordered(_wanted(shelves, call.query), call.query)
    rows = [show(call.room.base, each) for each in wanted[window.start : window.start + window.size]]
    return counted(call, rows, len(wanted), window.number, window.size)


def _wanted(shelves: Sequence[S], query: Params) -> list[S]:
    include, exclude = (term.numbers(query, name) for name in ("include", "exclude"))
    slugs, asked = words(query.get("slug", "")), str(query.get("search", "")).casefold()
    is_filled = query.get("hide_empty") in TRUE
    return [
        each
        for each in shelves
        if asked in each.name.casefold()
        and (not slugs or each.slug in slugs)
        and (not include or term.shelf_number(each) in include)
        and (not exclude or term.shelf_number(each) not in exclude)
        and (not is_filled or each.articles > 0)
    ]


def _ordered(shelves: list[S], query: Params) -> list[S]:
    order = str(query.get("orderby", "name"))
    if order not in (*_ORDERS, *_BY_NAME):
        raise Invalid("orderby: must be id, name, slug or count")
    rank = _ORDERS.get(order, _ORDERS["name"])
    return sorted(shelves, key=lambda each: (rank(each), each.slug), reverse=query.get("order") == "desc")


async def categories(call: Call) -> Answer:
    """Sections."""
    return _page(call, await call.room.store.sections(), view.category)


async def get_category(call: Call) -> Answer:
    """One section."""
    return Answer(view.category(call.room.base, await term.section(call.room.store, call.id)))


async def create_category(call: Call) -> Answer:
    """A new section."""
    params = await call.params()
    name, slug = _named(params)
    if url.is_reserved(url.section(slug)):
        raise Invalid(f"name: {slug} is reserved by the service")
    if any(each.slug == slug for each in await call.room.store.sections()):
        raise _exists(slug)
    description = text.line(str(params.get("description", "")))
    await call.room.desk.keep_shelves((Section(slug=slug, name=name, description=description),), ())
    return Answer(view.category(call.room.base, await call.room.store.section(slug)), 201)


def _named(params: Params) -> tuple[str, str]:
    name = text.line(str(params.get("name", "")))[:MAX_NAME]
    slug = text.slug(str(params.get("slug") or name))
    if not name or not slug:
        raise Invalid("name: needs a letter or digit")
    return name, slug


def _exists(slug: str) -> Coded:
    """Clients read the number of the term that is there already from this."""
    return Coded("term_exists", "a term with the name provided already exists", term_id=term.number(slug))


async def change_category(call: Call) -> Answer:
    """Rename or describe a section; its slug stays."""
    before = await term.section(call.room.store, call.id)
    params = await call.params()
    name = text.line(str(params.get("name", before.name)))[:MAX_NAME] or before.name
    description = text.line(str(params.get("description", before.description)))
    after = Section(slug=before.slug, name=name, description=description, position=before.position)
    await call.room.desk.keep_shelves((after,), ())
    return Answer(view.category(call.room.base, await call.room.store.section(before.slug)))


async def remove_category(call: Call) -> Answer:
    """Forget a section that no article has; terms have no trash, so `force` must say so."""
    before = await term.section(call.room.store, call.id)
    _must_force(await call.params())
    await call.room.desk.remove_section(before.slug)
    return Answer({"deleted": True, "previous": view.category(call.room.base, before)})


def _must_force(params: Params) -> None:
    if params.get("force") not in TRUE:
        raise Coded("rest_trash_not_supported", "there is no trash for it; set force=true to delete")


async def tags(call: Call) -> Answer:
    """Tags that have articles, and those made here for articles to come."""
    rows = {each.slug: each for each in await term.kept_tags(call.room.store)}
    rows |= {each.slug: each for each in await term.every(call.room.store.tags)}
    return _page(call, [*rows.values()], view.tag)


async def get_tag(call: Call) -> Answer:
    """One tag."""
    return Answer(view.tag(call.room.base, await term.tag(call.room.store, call.id)))


async def create_tag(call: Call) -> Answer:
    """A tag for articles to come."""
    name, slug = _named(await call.params())
    if await term.has_tag(call.room.store, slug):
        raise _exists(slug)
    return Answer(view.tag(call.room.base, await term.keep_tag(call.room.store, slug, name)), 201)


async def change_tag(call: Call) -> Answer:
    """Rename a tag, in all its articles; under another slug it has another number."""
    before, params = await term.tag(call.room.store, call.id), await call.params()
    name, slug = _named({"name": params.get("name") or before.name, "slug": params.get("slug") or before.slug})
    after = Tag(slug=slug, name=name)
    if await term.is_kept(call.room.store, before.slug):
        await term.forget_tag(call.room.store, before.slug)
        await term.keep_tag(call.room.store, slug, name)
    with suppress(NotFound):
        after = await rename_tag(call.room.desk, await call.room.store.tag(before.slug), after)
    return Answer(view.tag(call.room.base, after))


async def remove_tag(call: Call) -> Answer:
    """Forget a tag that no article has; terms have no trash, so `force` must say so."""
    before = await term.tag(call.room.store, call.id)
    _must_force(await call.params())
    with suppress(NotFound):
        await call.room.store.tag(before.slug)
        raise Conflict(f"{before.name} stands in articles: take it out of them first")
    await term.forget_tag(call.room.store, before.slug)
    return Answer({"deleted": True, "previous": view.tag(call.room.base, before)})


async def me(call: Call) -> Answer:
    """The token as a user."""
    return Answer(view.token_user(call.room.base, call.token))


async def users(call: Call) -> Answer:
    """The token, and the authors who have public articles."""
    me = Author(slug=call.token.id, name=call.token.name, articles=1)

    def show(base: str, each: Author) -> dict[str, Any]:
        return view.token_user(base, call.token) if each is me else view.author_user(base, each)

    return _page(call, [me, *await term.every(call.room.store.authors)], show)


async def user(call: Call) -> Answer:
    """The token or one author."""
    if call.id == term.number(call.token.id):
        return await me(call)
    found = await term.author_of(call.room.store, call.id)
    if found is None:
        raise NotFound("invalid user ID")
    return Answer(view.author_user(call.room.base, found))


async def upload(call: Call) -> Answer:
    """A picture, raw with a Content-Disposition or as a form's `file`."""
    sent = await media.taken(call.room, call.request, "file")
    if not sent.content:
        raise Coded("rest_upload_no_data", "no data supplied: the picture is the body, or a form's field `file`")
    given = _described(sent.fields | {name: value for name, value in call.query.items() if isinstance(value, str)})
    name = given.pop("name", "") or media.file_name(sent.name)
    kept = await call.room.desk.keep_file(sent.content, name, **given)
    made = view.media(call.room.base, kept)
    return Answer(made, 201, {"Location": f"{call.room.base}{view.ROOT}/media/{made['id']}"})


_FILE_FIELDS = {"alt_text": "alt", "caption": "caption", "title": "name"}


def _described(params: Params) -> dict[str, str]:
    given = {ours: params[name] for name, ours in _FILE_FIELDS.items() if name in params}
    plain = {name: value.get("raw", "") if isinstance(value, dict) else value for name, value in given.items()}
    checked = asdict(converted(plain, record.MediaFields))
    return {name: text.line(value) for name, value in checked.items() if value is not UNSET}


async def files(call: Call) -> Answer:
    """Pictures, the newest first."""
    window, store = _window(call.query), call.room.store
    if "image" not in words(call.query.get("media_type") or "image"):
        return counted(call, [], 0, window.number, window.size)
    if any(call.query.get(each) for each in ("search", "include", "mime_type")):
        sifted = [each async for each in _sifted_files(call)]
        found, total = sifted[window.start : window.start + window.size], len(sifted)
    else:
        found, total = [*await store.files(window.size, offset=window.start)], await store.count_files()
    rows = [view.media(call.room.base, each) for each in found]
    return counted(call, rows, total, window.number, window.size)


async def _sifted_files(call: Call) -> AsyncIterator[Media]:
    """Of all pictures those that the client names or searches for."""
    asked = str(call.query.get("search", "")).casefold()
    include, types = term.numbers(call.query, "include"), words(call.query.get("mime_type", ""))
    before = ""
    while page := await call.room.store.files(term.PAGE, before):
        for each in page:
            is_named = not include or term.file_number(each.sha256) in include
            is_wanted = is_named and (not types or each.media_type in types)
            if is_wanted and asked in f"{each.name} {each.alt}".casefold():
                yield each
        before = page[-1].sha256


async def file(call: Call) -> Answer:
    """One picture."""
    return Answer(view.media(call.room.base, await term.file(call.room.store, call.id)))


async def change_file(call: Call) -> Answer:
    """Describe a picture."""
    found = await term.file(call.room.store, call.id)
    changed = await call.room.desk.describe_file(found, _described(await call.params()))
    return Answer(view.media(call.room.base, changed))


async def remove_file(call: Call) -> Answer:
    """Delete a picture that nothing shows; files have no trash, so `force` must say so."""
    found = await term.file(call.room.store, call.id)
    _must_force(await call.params())
    await call.room.desk.remove_file(found.sha256)
    return Answer({"deleted": True, "previous": view.media(call.room.base, found)})


async def settings(call: Call) -> Answer:
    """What of the site's settings writing apps ask for; they are changed in site.toml."""
    given = call.room.desk.settings
    return Answer(
        {
            "title": given.title,
            "description": given.tagline,
            "url": call.room.base,
            "timezone": given.timezone,
            "date_format": "Y-m-d",
            "time_format": "H:i",
            "start_of_week": 1,
            "language": given.language,
            "use_smilies": False,
            "default_category": 0,
            "default_post_format": "standard",
            "posts_per_page": given.page_size,
            "default_ping_status": "closed",
            "default_comment_status": "closed",
        }
    )


async def nothing(call: Call) -> Answer:
    """A list of what isn't kept here: comments, blocks."""
    return counted(call, [], 0, 1, 10)


def constant(value: Any) -> Run:
    """Something that never changes."""

    async def run(_: Call) -> Answer:
        return Answer(value)

    return run


def part(value: dict[str, Any]) -> Run:
    """One of the things that never change, by its name in the path."""

    async def run(call: Call) -> Answer:
        if call.parts["name"] not in value:
            raise NotFound(f"there is no {call.parts['name'][:100]}")
        return Answer(value[call.parts["name"]])

    return run
