"""Terms, users, files, and the little that never changes: types, statuses, taxonomies, settings."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict

from publisher import text, url
from publisher.error import Invalid, NotFound, Refused
from publisher.model import Section
from publisher.web.api import media, record
from publisher.web.api.validate import converted
from publisher.web.wordpress import term, view
from publisher.web.wordpress.call import TRUE, Answer, Call, Coded, Params, Run, bounded, counted, words

MAX_NAME = 200


def _page(call: Call, rows: list[dict[str, Any]]) -> Answer:
    """The page of the rows that the client asks for, those that match its arguments, in its order."""
    query = call.query
    number, size = bounded(query, "page", 1, 10**6), bounded(query, "per_page", 10, 100)
    wanted = _ordered([each for each in rows if _is_wanted(query, each)], query)
    start = bounded(query, "offset", 0, 10**6, least=0) + (number - 1) * size
    return counted(call, wanted[start : start + size], len(wanted), number, size)


def _is_wanted(query: Params, row: dict[str, Any]) -> bool:
    include, exclude = (term.numbers(query.get(name, [])) for name in ("include", "exclude"))
    slugs = words(query.get("slug", ""))
    return (
        str(query.get("search", "")).casefold() in row["name"].casefold()
        and (not slugs or row["slug"] in slugs)
        and (not include or row["id"] in include)
        and row["id"] not in exclude
        and (query.get("hide_empty") not in TRUE or row.get("count", 1) > 0)
    )


def _ordered(rows: list[dict[str, Any]], query: Params) -> list[dict[str, Any]]:
    order = query.get("orderby", "name")
    if order not in ("id", "name", "slug", "count", "include", "term_group", "description"):
        raise Invalid("orderby: must be id, name, slug or count")
    name = order if rows and order in rows[0] else "name"
    return sorted(rows, key=lambda each: (each[name], each["id"]), reverse=query.get("order") == "desc")


async def categories(call: Call) -> Answer:
    """Sections."""
    return _page(call, [view.category(call.room.base, each) for each in await call.room.store.sections()])


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
        raise Coded("rest_trash_not_supported", "terms do not support trashing; set force=true to delete")


async def tags(call: Call) -> Answer:
    """Tags that have articles, and those made here for articles to come."""
    rows = {each.slug: each for each in await term.kept_tags(call.room.store)}
    rows |= {each.slug: each for each in await call.room.store.tags(term.PAGE)}
    return _page(call, [view.tag(call.room.base, each) for each in rows.values()])


async def get_tag(call: Call) -> Answer:
    """One tag."""
    return Answer(view.tag(call.room.base, await term.tag(call.room.store, call.id)))


async def create_tag(call: Call) -> Answer:
    """A tag for articles to come."""
    name, slug = _named(await call.params())
    if await term.has_tag(call.room.store, slug):
        raise _exists(slug)
    return Answer(view.tag(call.room.base, await term.keep_tag(call.room.store, slug, name)), 201)


async def me(call: Call) -> Answer:
    """The token as a user."""
    return Answer(view.token_user(call.room.base, call.token))


async def users(call: Call) -> Answer:
    """The token, and the authors who have public articles."""
    authors = [view.author_user(call.room.base, each) for each in await call.room.store.authors(term.PAGE)]
    return _page(call, [view.token_user(call.room.base, call.token), *authors])


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
    if sent.content is None:
        raise Coded("rest_upload_no_data", "no data supplied")
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
    number, size = bounded(call.query, "page", 1, 10**6), bounded(call.query, "per_page", 10, 100)
    found = await call.room.store.files(term.PAGE)
    asked = str(call.query.get("search", "")).casefold()
    include = term.numbers(call.query.get("include", []))
    rows = [view.media(call.room.base, each) for each in found if asked in f"{each.name} {each.alt}".casefold()]
    rows = [each for each in rows if not include or each["id"] in include]
    return counted(call, rows[(number - 1) * size : number * size], len(rows), number, size)


async def file(call: Call) -> Answer:
    """One picture."""
    return Answer(view.media(call.room.base, await term.file(call.room.store, call.id)))


async def change_file(call: Call) -> Answer:
    """Describe a picture."""
    found = await term.file(call.room.store, call.id)
    changed = await call.room.desk.describe_file(found.sha256, _described(await call.params()))
    return Answer(view.media(call.room.base, changed))


async def keep_file(call: Call) -> Answer:
    """Pictures are kept: articles may show them. Raises Refused."""
    await term.file(call.room.store, call.id)
    raise Refused("stored pictures are never deleted: articles may show them")


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
