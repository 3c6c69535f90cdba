"""Feed definitions: what each file of `feeds/` says, checked key by key.

A file is one feed, or with `per` a family of feeds (one per section, tag or author). The
owner's folder overlays the package's file by file: a file of the same name replaces the whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from publisher.asset import Assets
from publisher.error import InvalidDefinition
from publisher.model import Kind, Selection, Sort
from publisher.setting import nearest

Format = Literal["rss", "atom", "json"]
Per = Literal["", "section", "tag", "author"]
Profile = Literal["", "flipboard", "smartnews", "msn"]
Entries = Literal["articles", "stories"]

FORMATS: tuple[str, ...] = get_args(Format)

SOFT_BYTES = 2_000_000
HARD_BYTES = 5_000_000


class FeedDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """One feed, or a family of feeds (`per` = "section", "tag" or "author").

    `selection.since` is never set here: `window_seconds` (0: none) says how old an entry may be.
    """

    name: str
    title: str = ""
    description: str = ""
    image: str = ""
    language: str = ""
    selection: Selection = Selection()
    window_seconds: int = 0
    formats: tuple[str, ...] = FORMATS
    per: str = ""
    entries: str = "articles"
    full_text: bool = True
    enabled: bool = True
    archive: bool = False
    profile: str = ""
    ttl_seconds: int = 0
    max_bytes: int = SOFT_BYTES

    @property
    def file(self) -> str:
        """Where it is defined, below the site's folder or ours."""
        return f"feeds/{self.name}.toml"

    @property
    def is_listed(self) -> bool:
        """Readers are told of it; a partner's profile is known to the partner alone."""
        return self.enabled and not self.profile


def _key(help: str, *, ge: int | None = None, le: int | None = None) -> Meta:
    return Meta(description=help, ge=ge, le=le)


class SelectionKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a definition's `[selection]` table."""

    kinds: Annotated[tuple[Kind, ...], _key("Kinds of article: article, page, story")] = (Kind.ARTICLE,)
    sections: Annotated[tuple[str, ...], _key("Only articles of these sections (slugs)")] = ()
    tags: Annotated[tuple[str, ...], _key("Only articles with one of these tags (slugs)")] = ()
    authors: Annotated[tuple[str, ...], _key("Only articles by one of these authors (slugs)")] = ()
    languages: Annotated[tuple[str, ...], _key("Only articles in these languages (BCP 47)")] = ()
    exclude_sections: Annotated[tuple[str, ...], _key("No articles of these sections (slugs)")] = ()
    exclude_tags: Annotated[tuple[str, ...], _key("No articles with one of these tags (slugs)")] = ()
    window_hours: Annotated[int, _key("Only articles published in the last hours; 0: any", ge=0, le=876_000)] = 0
    window_days: Annotated[int, _key("Only articles published in the last days; 0: any", ge=0, le=36_500)] = 0
    featured: Annotated[bool | None, _key("true: featured articles only; false: the others")] = None
    news: Annotated[bool | None, _key("true: news only; false: the others")] = None
    noindex: Annotated[bool | None, _key("false: leave out what search engines may not list")] = None
    sort: Annotated[Sort, _key("Order: newest, updated or views")] = Sort.NEWEST
    limit: Annotated[int, _key("Entries at most", ge=1, le=5000)] = 50


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a definition's file."""

    title: Annotated[str, _key("Title; {site} and {name} (of the section, tag, author) are filled in")] = ""
    description: Annotated[str, _key("One sentence; {site} and {name} are filled in")] = ""
    image: Annotated[str, _key("Path or URL of a square picture; empty: the site's")] = ""
    language: Annotated[str, _key("Language, BCP 47; empty: the site's")] = ""
    formats: Annotated[tuple[Format, ...], _key("Formats it is offered in: rss, atom, json")] = (
        "rss",
        "atom",
        "json",
    )
    per: Annotated[Per, _key("A feed for each section, tag or author; empty: one feed")] = ""
    entries: Annotated[Entries, _key("What its entries are: articles, or the stories made from them")] = "articles"
    full_text: Annotated[bool, _key("true: whole articles; false: summaries")] = True
    enabled: Annotated[bool, _key("false: the feed is not there")] = True
    archive: Annotated[bool, _key("Monthly archives of everything published (RFC 5005)")] = False
    profile: Annotated[Profile, _key("A partner's additions: flipboard, smartnews, msn; such a feed is not listed")] = (
        ""
    )
    ttl: Annotated[int, _key("Seconds that readers may keep it; 0: the setting feed_max_age", ge=0, le=604_800)] = 0
    max_bytes: Annotated[int, _key("Older entries are left out above it", ge=10_000, le=HARD_BYTES)] = SOFT_BYTES
    selection: Annotated[SelectionKeys, _key("Which articles: see the next table")] = SelectionKeys()


class Row(msgspec.Struct, frozen=True):
    """One key of a definition, as the documentation's table shows it."""

    name: str
    default: Any
    help: str


def table(of: type[msgspec.Struct] = Keys) -> Iterator[Row]:
    """Every key of a file (or of `SelectionKeys`) with its default and help, in order."""
    info = msgspec.inspect.type_info(of)
    assert isinstance(info, msgspec.inspect.StructType)
    for field in info.fields:
        yield Row(field.name, field.default, _help(of, field.name))


def _help(of: type[msgspec.Struct], name: str) -> str:
    meta = eval(of.__annotations__[name], globals()).__metadata__
    return next(each.description for each in meta if isinstance(each, Meta) and each.description)


def load(assets: Assets) -> tuple[FeedDefinition, ...]:
    """Every definition by name, disabled ones too; raises InvalidDefinition naming every fault."""
    definitions: list[FeedDefinition] = []
    problems: list[str] = []
    for name in assets.names("feeds", "*.toml"):
        try:
            definitions.append(parse(name, assets.read(name)))
        except InvalidDefinition as error:
            problems += error.problems
    problems += _rivals(definitions)
    if problems:
        raise InvalidDefinition(*problems)
    return tuple(definitions)


def _rivals(definitions: list[FeedDefinition]) -> Iterator[str]:
    """Two enabled families per section would have the same addresses."""
    for per in get_args(Per)[1:]:
        names = [each.file for each in definitions if each.per == per and each.enabled]
        if len(names) > 1:
            yield f"{' and '.join(names)}: one family per {per} at most; switch the others off with enabled = false"


_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def parse(file: str, content: bytes) -> FeedDefinition:
    """The definition in a file; raises InvalidDefinition naming file, key and the nearest right one."""
    stem = file.rpartition("/")[2].removesuffix(".toml")
    if not _NAME.fullmatch(stem):
        raise InvalidDefinition(f"{file}: a feed's name is a-z, 0-9 and hyphens, not {stem!r}")
    values = _toml(file, content)
    problems = [
        *_unknown(file, "", values, Keys),
        *_unknown(file, "selection.", values.get("selection"), SelectionKeys),
    ]
    if problems:
        raise InvalidDefinition(*problems)
    keys = _convert(file, values)
    problems = [f"{file}: {problem}" for problem in _unusable(keys)]
    if problems:
        raise InvalidDefinition(*problems)
    return _checked(file, _definition(stem, keys))


def _toml(file: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidDefinition(f"{file}: not valid TOML: {error}") from error


def _unknown(file: str, prefix: str, values: Any, of: type[msgspec.Struct]) -> list[str]:
    names = of.__struct_fields__
    return [
        f"{file}: unknown key '{prefix}{name}'{nearest(name, names)}"
        for name in (values if isinstance(values, Mapping) else ())
        if name not in names
    ]


_AT = re.compile(r"(.*) - at `\$\.?(.*)`$", re.DOTALL)
_VALUES: Mapping[str, tuple[str, ...]] = {
    "formats": FORMATS,
    "per": get_args(Per)[1:],
    "entries": get_args(Entries),
    "profile": get_args(Profile)[1:],
    "selection.kinds": tuple(Kind),
    "selection.sort": tuple(Sort),
}


def _convert(file: str, values: dict[str, Any]) -> Keys:
    try:
        return msgspec.convert(values, Keys)
    except msgspec.ValidationError as error:
        raise InvalidDefinition(f"{file}: {_explained(str(error))}") from error


def _explained(message: str) -> str:
    match = _AT.match(message)
    what, where = match.groups() if match else (message, "")
    key = re.sub(r"\[.*?\]$", "", where)
    allowed = _VALUES.get(key, ())
    wrong = re.search(r"'(.*)'", what)
    if allowed and wrong:
        return f"{key}: {wrong[1]!r} is not one of {', '.join(allowed)}{nearest(wrong[1], allowed)}"
    return f"{key}: {what[:1].lower()}{what[1:]}" if key else what


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"/[^/\s]\S*|https?://[^/\s]\S*")
_NAMES = ("sections", "tags", "authors", "exclude_sections", "exclude_tags")


def _unusable(keys: Keys) -> Iterator[str]:
    """Values of the right type that say nothing."""
    chosen = keys.selection
    named = [("language", keys.language)] if keys.language else []
    for key, language in (*named, *(("selection.languages", each) for each in chosen.languages)):
        if not _LANGUAGE.fullmatch(language):
            yield f"{key}: {language!r} is no language of BCP 47, like en or pt-BR"
    if keys.image and not _ADDRESS.fullmatch(keys.image):
        yield f"image: {keys.image!r} is neither a path of this site (/static/...) nor a URL"
    for name in _NAMES:
        if any(not each.strip() for each in getattr(chosen, name)):
            yield f"selection.{name}: a blank name"
    if chosen.window_hours and chosen.window_days:
        yield "selection.window_hours: stands beside window_days; give one"


def _definition(name: str, keys: Keys) -> FeedDefinition:
    chosen = keys.selection
    return FeedDefinition(
        name=name,
        title=keys.title,
        description=keys.description,
        image=keys.image,
        language=keys.language,
        selection=_selection(chosen),
        window_seconds=chosen.window_hours * 3600 or chosen.window_days * 86_400,
        formats=tuple(each for each in FORMATS if each in keys.formats),
        per=keys.per,
        entries=keys.entries,
        full_text=keys.full_text,
        enabled=keys.enabled,
        archive=keys.archive,
        profile=keys.profile,
        ttl_seconds=keys.ttl,
        max_bytes=keys.max_bytes,
    )


def _selection(keys: SelectionKeys) -> Selection:
    return Selection(
        kinds=frozenset(keys.kinds),
        sections=frozenset(keys.sections),
        tags=frozenset(keys.tags),
        authors=frozenset(keys.authors),
        languages=frozenset(each.replace("_", "-") for each in keys.languages),
        exclude_sections=frozenset(keys.exclude_sections),
        exclude_tags=frozenset(keys.exclude_tags),
        featured=keys.featured,
        is_news=keys.news,
        noindex=keys.noindex,
        sort=keys.sort,
        limit=keys.limit,
    )


def _checked(file: str, definition: FeedDefinition) -> FeedDefinition:
    problems = [f"{file}: {problem}" for problem in _contradictions(definition)]
    if problems:
        raise InvalidDefinition(*problems)
    return definition


def _contradictions(feed: FeedDefinition) -> Iterator[str]:
    if not feed.formats:
        yield f"formats: at least one of {', '.join(FORMATS)}"
    if not feed.selection.kinds:
        yield f"selection.kinds: at least one of {', '.join(Kind)}"
    if feed.per and getattr(feed.selection, f"{feed.per}s"):
        yield f"selection.{feed.per}s: a family per {feed.per} has its {feed.per} already"
    if feed.archive and (feed.per or feed.window_seconds or feed.profile):
        yield "archive: only for one feed without per, window and profile"
    for key, text in (("title", feed.title), ("description", feed.description)):
        for name in re.findall(r"\{(.*?)\}", text):
            if name not in ("site", "name"):
                yield f"{key}: unknown placeholder {{{name}}}; there are {{site}} and {{name}}"
