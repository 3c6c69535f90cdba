"""The rules of storing that every engine keeps, as functions of values: no table, no clock, no await.

`settle` says what a write becomes; `shelves` on which lists a public article stands;
`matches` and `order` what a selection means (the memory engine runs on them, SQL follows them).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from publisher import key, text, url
from publisher.date import EPOCH, month_of
from publisher.error import Conflict
from publisher.fragment import entry, file
from publisher.model import EMPTY_BODY, Article, Author, Kind, Place, Section, Selection, Sort, Status, Tag
from publisher.store.port import CHUNK_SIZE, Write, with_slug

ALL = "*"
"""The shelf of every public article."""

LISTED = ("articles", "stories")
"""The kinds of sitemap in which an article's one place counts."""
MOST_PLACES = 10_000_000

replace = msgspec.structs.replace


def settle(article: Article, before: Article | None, at: datetime) -> Article:
    """The article as a write stores it, but for id, place, story slug and shelf names.

    What never changes once set is kept; publication fills in the dates that are missing.
    """
    first = before.first_published if before else None
    published, updated = article.published, article.updated
    if article.is_public:
        published = published or first or article.first_published or at
        first = first or article.first_published or published
        updated = updated or published
    return replace(
        article,
        id=before.id if before else 0,
        revision=before.revision + 1 if before else 1,
        first_published=utc(first),
        published=utc(published),
        updated=utc(updated),
        expires=utc(article.expires),
        place=before.place if before else None,
        story_slug=before.story_slug if before else "",
    )


def has_related(article: Article) -> bool:
    """Whether other articles stand on its page."""
    return article.is_public and article.kind is Kind.ARTICLE


def utc(instant: datetime | None) -> datetime | None:
    """The same instant on the clock that everything is kept in."""
    return instant and instant.astimezone(UTC)


def check_revision(write: Write, before: Article | None) -> None:
    """Refuse a write that was made from another revision, or that would change a guid."""
    stored = before.revision if before else 0
    if write.expected_revision not in (None, stored):
        raise Conflict(f"revision {write.expected_revision} was edited, revision {stored} is stored")
    if before and before.guid != write.article.guid:
        raise Conflict(f"the guid of article {before.id} is {before.guid!r} and never changes")


def needs_place(article: Article) -> bool:
    """Whether this write is its first publication (static pages have no place and no story)."""
    return article.is_public and article.place is None and article.kind is not Kind.PAGE


def may_stand(article: Article, place: Place) -> bool:
    """Whether a place that an article brings can be its place."""
    is_its = (place.kind, place.month) == ("articles", place_month(article)) and article.kind is not Kind.PAGE
    return is_its and 0 <= place.sequence < MOST_PLACES


def place_month(article: Article) -> str:
    """The month of first publication, in UTC."""
    return month_of(article.first_published or EPOCH)


def story_slugs(slug: str) -> Iterable[str]:
    """The names a story may get, best first: its slug, then -2, -3 ..."""
    base = slug or "story"
    yield base
    number = 2
    while True:
        yield text.numbered(base, number)
        number += 1


def is_same(before: Article, after: Article) -> bool:
    """Whether a write changes nothing that is stored."""
    return replace(after, revision=before.revision) == before


def listed(write: Write, after: Article) -> dict[Place, bytes]:
    """What the sitemaps list for an article now, at each of its places; b"" for nothing."""
    if not after.place:
        return {}
    fragments = {"articles": write.fragment, "stories": with_slug(write.story_fragment, after.story_slug)}
    return {
        replace(after.place, kind=kind): fragment if after.is_public else b"" for kind, fragment in fragments.items()
    }


def shelves(article: Article | None) -> frozenset[str]:
    """Every list that a public article stands on, none for one that isn't public."""
    if not article or not article.is_public:
        return frozenset()
    names = {ALL, f"l/{article.language}"}
    if article.kind is not Kind.ARTICLE:
        names.add(kind_shelf(article.kind))
    if article.section:
        names.add(key.section(article.section.slug))
    names.update(key.tag(each.slug) for each in article.tags)
    names.update(key.author(each.slug) for each in article.authors)
    names.add(key.month(place_month(article)))
    if article.translation_group:
        names.add(key.versions(article.translation_group))
    return frozenset(names | flags(article))


def stands_alike(before: Article, after: Article) -> bool:
    """Whether no shelf would tell the two apart."""
    return before.updated == after.updated and stays(before, after)


def stays(before: Article, after: Article) -> bool:
    """Whether every list keeps the article where it is, but for one by the date of the last edit."""
    dates = (before.published, before.first_published) == (after.published, after.first_published)
    return dates and before.kind is after.kind and shelves(before) == shelves(after)


_LISTED = {"s/": ("sections", url.section), "t/": ("tags", url.tag), "w/": ("authors", url.author)}


def shelf_kind(name: str) -> str:
    """The sitemap that lists a shelf, "" when none does."""
    return _LISTED[name[:2]][0] if name[:2] in _LISTED else ""


def shelf_prefix(kind: str) -> str:
    """How the names of the shelves begin that a sitemap lists, "" for one of other things."""
    return next((prefix for prefix, (name, _) in _LISTED.items() if name == kind), "")


def shelf_fragment(name: str, articles: int, updated: datetime | None) -> bytes:
    """The `<url>` of a shelf that a sitemap lists, b"" when it is empty."""
    return entry(_LISTED[name[:2]][1](name[2:]), updated) if articles else b""


def index_entry(kind: str, month: str, number: int, changed: datetime) -> bytes:
    """The `<sitemap>` by which the index lists a file."""
    return file(url.sitemap(kind, month, number), changed)


def kind_shelf(kind: Kind) -> str:
    """The list of the rarer kinds: pages and stories."""
    return f"k/{kind}"


def flags(article: Article) -> set[str]:
    """The lists of articles with a mark."""
    marks = {
        "f/featured": article.featured,
        "f/pinned": article.pinned,
        "f/noindex": article.seo.noindex,
        "f/news": article.is_news,
    }
    return {name for name, is_set in marks.items() if is_set}


def addresses(before: Article | None, after: Article) -> set[str]:
    """The public addresses that a write made, altered or took away, redirects apart."""
    paths: set[str] = set()
    for each in (before, after):
        if each and each.is_public:
            paths.add(each.path)
            paths |= {url.story(each.story_slug)} if each.story_slug else set()
    return paths


def uncounted(shelf: Section | Tag | Author) -> Section | Tag | Author:
    """A section, tag or author as it is stored."""
    return replace(shelf, articles=0, updated=None)


def within_shelf(section: Section) -> Section:
    """The section as an article carries it: uncounted."""
    return replace(section, articles=0, updated=None)


def within_tag(tag: Tag) -> Tag:
    """The tag as an article carries it: uncounted."""
    return replace(tag, articles=0, updated=None)


def within_author(author: Author) -> Author:
    """The author as an article carries it: uncounted."""
    return replace(author, articles=0, updated=None)


def without_body(article: Article) -> Article:
    """The article as lists carry it."""
    return replace(article, body=EMPTY_BODY)


def required(selection: Selection) -> list[frozenset[str]]:
    """Sets of shelves: an article stands on one of each."""
    sets = [
        frozenset(key.section(slug) for slug in selection.sections),
        frozenset(key.tag(slug) for slug in selection.tags),
        frozenset(key.author(slug) for slug in selection.authors),
        frozenset(f"l/{language}" for language in selection.languages),
        frozenset({key.month(selection.month)} if selection.month else ()),
        frozenset({key.versions(selection.translation_group)} if selection.translation_group else ()),
        *(frozenset({name}) for name, wanted in _marks(selection) if wanted),
    ]
    if selection.kinds and Kind.ARTICLE not in selection.kinds:
        sets.append(frozenset(map(kind_shelf, selection.kinds)))
    return [names for names in sets if names]


def forbidden(selection: Selection) -> frozenset[str]:
    """Shelves that no article of the selection stands on."""
    names = {key.section(slug) for slug in selection.exclude_sections}
    names |= {key.tag(slug) for slug in selection.exclude_tags}
    return frozenset(names | {name for name, wanted in _marks(selection) if wanted is False})


def _marks(selection: Selection) -> list[tuple[str, bool | None]]:
    return [
        ("f/featured", selection.featured),
        ("f/pinned", selection.pinned),
        ("f/noindex", selection.noindex),
        ("f/news", selection.is_news),
    ]


def is_within(article: Article, selection: Selection) -> bool:
    """Whether the dates and the kind of a public article are those of the selection."""
    published, first = article.published or EPOCH, article.first_published or EPOCH
    if selection.after and (published, article.id) >= (selection.after.published, selection.after.id):
        return False
    return (
        (not selection.kinds or article.kind in selection.kinds)
        and (selection.since is None or published >= selection.since)
        and (selection.until is None or published < selection.until)
        and (selection.first_since is None or first >= selection.first_since)
    )


def matches(article: Article, selection: Selection) -> bool:
    """Whether a public article is in the selection, its limit and offset apart."""
    names = shelves(article)
    return (
        is_within(article, selection)
        and all(names & wanted for wanted in required(selection))
        and not names & forbidden(selection)
    )


def order(article: Article, sort: Sort) -> tuple[datetime | int, int]:
    """What a selection's order compares, the greatest first."""
    if sort is Sort.VIEWS:
        return article.views, article.id
    moment = article.updated if sort is Sort.UPDATED else article.published
    return moment or EPOCH, article.id


def due_at(article: Article) -> datetime | None:
    """When the article is to be released or to expire, None when nothing waits."""
    if article.status is Status.SCHEDULED:
        return article.published
    return article.expires if article.is_public else None


def first_of_chunk(number: int) -> int:
    """The sequence that a urlset file begins with."""
    return (number - 1) * CHUNK_SIZE
