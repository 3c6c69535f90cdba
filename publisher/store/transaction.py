"""A write, step by step, over any engine's tables: the order of checks and effects is written once.

`Tables` is what an engine shows inside one transaction. Everything that can refuse a write comes
before the first thing that alters a table, so a refused write leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from publisher import key
from publisher.error import Conflict, NotFound
from publisher.model import Article, Author, Change, Kind, Place, Redirect, Section, Source, Tag
from publisher.store import rule
from publisher.store.port import Keep, Saved, Write


class Tables(Protocol):
    """An engine's tables inside a transaction: plain reads and plain effects, no rules."""

    def expect(self, writes: Sequence[Write]) -> None:
        """These articles are about to be stored: what they ask for may be looked up at once."""

    def has(self, id: int) -> bool:
        """Whether there is an article of that id."""

    def article(self, id: int) -> Article | None:
        """The stored article with its body."""

    def id_by_guid(self, guid: str) -> int | None:
        """Whose guid it is."""

    def id_at(self, path: str) -> int | None:
        """Whose path it is."""

    def id_by_source(self, source: Source) -> int | None:
        """Which article was imported from there."""

    def has_story(self, slug: str) -> bool:
        """Whether a story has that slug."""

    def new_id(self) -> int:
        """The number of the next article."""

    def take_sequence(self, kind: str, month: str) -> int:
        """The next sequence of a month, which is then taken."""

    def reserve(self, place: Place) -> None:
        """Take a place that an article brings, and all before it."""

    def fragment(self, place: Place) -> bytes:
        """What the sitemap lists there, b"" for nothing."""

    def section(self, slug: str) -> Section | None:
        """The section, uncounted."""

    def tag(self, slug: str) -> Tag | None:
        """The tag, uncounted."""

    def author(self, slug: str) -> Author | None:
        """The author, uncounted."""

    def put_section(self, section: Section) -> None:
        """Add or replace a section's names."""

    def put_tag(self, tag: Tag) -> None:
        """Add or replace a tag's name."""

    def put_author(self, author: Author) -> None:
        """Add or replace an author's names."""

    def redirect(self, path: str) -> str | None:
        """Where a path leads."""

    def redirects_to(self, target: str) -> tuple[str, ...]:
        """The paths that lead there."""

    def articles_in(self, section: str) -> int:
        """How many public articles a section has."""

    def is_carried(self, name: str) -> bool:
        """Whether an article of any status has that section, tag or author (by its key)."""

    def drop_section(self, slug: str) -> None:
        """Forget a section's names."""

    def drop_tag(self, slug: str) -> None:
        """Forget a tag's name."""

    def drop_author(self, slug: str) -> None:
        """Forget an author's names."""

    def put_redirect(self, path: str, target: str) -> None:
        """Let a path lead somewhere."""

    def drop_redirect(self, path: str) -> None:
        """Forget a redirect."""

    def put(self, before: Article | None, after: Article, listed: Mapping[Place, bytes], at: datetime) -> None:
        """Store an article with everything derived from it: shelves, counts, chunks, words."""

    def last(self) -> tuple[int, datetime] | None:
        """Number and time of the newest change."""

    def remember(self, name: str, value: bytes) -> None:
        """Keep a small value under a name."""

    def append(self, change: Change) -> Change:
        """Add a row to the log; it is given its number."""


def save(tables: Tables, write: Write, at: datetime) -> Saved:
    """Store one article. Raises NotFound and Conflict before anything is altered."""
    before = _stored(tables, write.article.id)
    rule.check_revision(write, before)
    _refuse_taken(tables, write.article)
    after = _shelved(tables, rule.settle(write.article, before, at))
    if before and _is_idle(tables, write, before, after):
        seq, when = tables.last() or (0, at)
        return Saved(before, Change(seq=seq, at=when, action="unchanged", article_id=before.id))
    if write.is_restored and not before:
        after = _restored(tables, write.article, after)
    return _commit(tables, write, before, _placed(tables, _numbered(tables, after)), at)


def _commit(tables: Tables, write: Write, before: Article | None, after: Article, at: datetime) -> Saved:
    moment = monotonic(tables, at)
    is_new = _keep_shelves(tables, after)
    moved = _move(tables, write, before, after)
    edit = {key.edit(after.id)} if before and rule.stays(before, after) else set()
    tables.put(before, after, rule.listed(write, after), moment)
    menu = {key.SITE} if is_new or _moves_menu(tables, before, after) else set()
    change = Change(
        seq=0,
        at=moment,
        action=write.action,
        article_id=after.id,
        keys=key.touched(before, after) | edit | menu | {key.path(path) for path in moved},
        paths=tuple(sorted(rule.addresses(before, after) | moved)),
    )
    return Saved(after, tables.append(change))


def monotonic(tables: Tables, at: datetime) -> datetime:
    """The time of the next change: never before the last one's, whatever the clock says."""
    last = tables.last()
    return max(last[1], at) if last else at


def _stored(tables: Tables, id: int) -> Article | None:
    if not id:
        return None
    before = tables.article(id)
    if before is None:
        raise NotFound(f"there is no article {id}")
    return before


def _refuse_taken(tables: Tables, article: Article) -> None:
    owners = [
        (f"guid {article.guid!r}", "", tables.id_by_guid(article.guid)),
        (f"source {article.source!r}", "", tables.id_by_source(article.source) if article.source else None),
        (f"path {article.path!r}", article.path, tables.id_at(article.path)),
    ]
    for what, path, owner in owners:
        if owner not in (None, article.id):
            raise Conflict(f"{what} belongs to article {owner}", path)


def _shelved(tables: Tables, article: Article) -> Article:
    """With the names under which its section, tags and authors are known already."""
    section = article.section
    return rule.replace(
        article,
        section=section and (tables.section(section.slug) or rule.within_shelf(section)),
        tags=tuple(tables.tag(each.slug) or rule.within_tag(each) for each in article.tags),
        authors=tuple(tables.author(each.slug) or rule.within_author(each) for each in article.authors),
    )


def _keep_shelves(tables: Tables, article: Article) -> bool:
    """Keep names that nobody knew; whether a section's is among them."""
    is_new = article.section is not None and not tables.section(article.section.slug)
    if article.section and is_new:
        tables.put_section(article.section)
    for tag in article.tags:
        if not tables.tag(tag.slug):
            tables.put_tag(tag)
    for author in article.authors:
        if not tables.author(author.slug):
            tables.put_author(author)
    return is_new


def _moves_menu(tables: Tables, before: Article | None, after: Article) -> bool:
    """Whether a section has its first article now, or lost its last: every page leads to those that have some."""
    left, entered = before and _in_menu(before), _in_menu(after)
    if left == entered:
        return False
    return bool((left and not tables.articles_in(left)) or (entered and tables.articles_in(entered) == 1))


def _in_menu(article: Article) -> str:
    """The section that a public article is counted in, "" for none."""
    return article.section.slug if article.section and article.is_public and article.kind is Kind.ARTICLE else ""


def _is_idle(tables: Tables, write: Write, before: Article, after: Article) -> bool:
    """Nothing would differ: no revision, no change row, no purge."""
    return (
        rule.is_same(before, after)
        and not rule.needs_place(after)
        and all(tables.fragment(place) == listed for place, listed in rule.listed(write, after).items())
        and all(tables.redirect(path) == after.path for path in _old_paths(tables, write, after))
    )


def _old_paths(tables: Tables, write: Write, after: Article) -> list[str]:
    """The write's redirects that no other article stands at."""
    return [path for path in write.redirects if path != after.path and tables.id_at(path) in (None, after.id)]


def _numbered(tables: Tables, article: Article) -> Article:
    return article if article.id else rule.replace(article, id=tables.new_id())


def _restored(tables: Tables, given: Article, settled: Article) -> Article:
    """A new article that was published elsewhere keeps its place and its story's slug, where they are free."""
    place = given.place if given.place and rule.may_stand(given, given.place) else None
    if place and any(tables.fragment(rule.replace(place, kind=kind)) for kind in rule.LISTED):
        place = None
    if place:
        tables.reserve(place)
    slug = next(each for each in rule.story_slugs(given.story_slug) if not tables.has_story(each))
    story = slug if given.story_slug else ""
    return rule.replace(settled, first_published=rule.utc(given.first_published), place=place, story_slug=story)


def _placed(tables: Tables, article: Article) -> Article:
    """First publication: a place for ever and a story slug for ever."""
    if not rule.needs_place(article):
        return article
    month = rule.place_month(article)
    place = Place(kind="articles", month=month, sequence=tables.take_sequence("articles", month))
    slug = article.story_slug or next(each for each in rule.story_slugs(article.slug) if not tables.has_story(each))
    return rule.replace(article, place=place, story_slug=slug)


def _move(tables: Tables, write: Write, before: Article | None, after: Article) -> set[str]:
    """Redirects that follow from a write; returns the paths whose answer they changed."""
    old = _old_paths(tables, write, after)
    moved: set[str] = set()
    if tables.redirect(after.path):
        moved = {after.path}
        tables.drop_redirect(after.path)
    if before and before.path != after.path:
        moved |= _retarget(tables, before.path, after.path)
        old += [before.path] if before.was_public else []
    for path in old:
        if tables.redirect(path) != after.path:
            moved |= {path} | _retarget(tables, path, after.path)
            tables.put_redirect(path, after.path)
    return moved


def _retarget(tables: Tables, old: str, target: str) -> set[str]:
    """Whatever led to an old path leads to the new one: never two hops."""
    paths = set(tables.redirects_to(old)) - {target}
    for path in paths:
        tables.put_redirect(path, target)
    return paths


def add_redirect(tables: Tables, redirect: Redirect, at: datetime) -> Change:
    """Let a free path lead to another. Raises Conflict for a taken path and for a loop."""
    owner = tables.id_at(redirect.path)
    if owner is not None:
        raise Conflict(f"path {redirect.path!r} belongs to article {owner}: it can't be redirected")
    target = tables.redirect(redirect.target) or redirect.target
    if redirect.path in (redirect.target, target):
        raise Conflict(f"{redirect.path!r} would lead back to itself")
    moved = {redirect.path} | _retarget(tables, redirect.path, target)
    tables.put_redirect(redirect.path, target)
    keys = frozenset(map(key.path, moved))
    return note(tables, Change(seq=0, at=at, action="redirect", keys=keys, paths=tuple(sorted(moved))))


def remove_redirect(tables: Tables, path: str, at: datetime) -> Change:
    """Let a path lead nowhere. Raises NotFound."""
    if tables.redirect(path) is None:
        raise NotFound(f"there is no redirect at {path!r}")
    tables.drop_redirect(path)
    return note(tables, Change(seq=0, at=at, action="redirect", keys=frozenset({key.path(path)}), paths=(path,)))


def remove_shelf(tables: Tables, name: str, at: datetime) -> Change:
    """Forget a section, tag or author that no article has. Raises NotFound, Conflict."""
    slug = name[2:]
    kind, find, drop = {
        key.section(slug): ("section", tables.section, tables.drop_section),
        key.tag(slug): ("tag", tables.tag, tables.drop_tag),
        key.author(slug): ("author", tables.author, tables.drop_author),
    }[name]
    if find(slug) is None:
        raise NotFound(f"there is no {kind} {slug!r}")
    if tables.is_carried(name):
        raise Conflict(f"{kind} {slug!r} still has articles, drafts and withdrawn ones counted; move them first")
    drop(slug)
    keys = frozenset({key.SITE, key.LATEST, key.INDEX, name})
    return note(tables, Change(seq=0, at=at, action="shelves", keys=keys))


def note(tables: Tables, change: Change) -> Change:
    """Append a change at a time that doesn't go back."""
    return tables.append(rule.replace(change, at=monotonic(tables, change.at)))


def save_shelves(
    tables: Tables,
    sections: Sequence[Section],
    authors: Sequence[Author],
    at: datetime,
    tags: Sequence[Tag] = (),
    before: Section | Tag | Author | None = None,
) -> Change | None:
    """Store names; every page shows them, so all pages are touched. Raises Conflict when `before` isn't stored now."""
    if before is not None and _shelf(tables, before) != rule.uncounted(before):
        raise Conflict(f"{before.slug!r} was changed by somebody else")
    new_sections = [each for each in map(rule.within_shelf, sections) if tables.section(each.slug) != each]
    new_authors = [each for each in map(rule.within_author, authors) if tables.author(each.slug) != each]
    new_tags = [each for each in map(rule.within_tag, tags) if tables.tag(each.slug) != each]
    if not new_sections and not new_authors and not new_tags:
        return None
    for section in new_sections:
        tables.put_section(section)
    for author in new_authors:
        tables.put_author(author)
    for tag in new_tags:
        tables.put_tag(tag)
    keys = {key.SITE, key.LATEST, key.INDEX}
    keys |= {key.section(each.slug) for each in new_sections}
    keys |= {key.author(each.slug) for each in new_authors}
    keys |= {key.tag(each.slug) for each in new_tags}
    return note(tables, Change(seq=0, at=at, action="shelves", keys=frozenset(keys)))


def _shelf(tables: Tables, like: Section | Tag | Author) -> Section | Tag | Author | None:
    """What is stored under the slug of a section, tag or author."""
    match like:
        case Section():
            return tables.section(like.slug)
        case Tag():
            return tables.tag(like.slug)
        case Author():
            return tables.author(like.slug)


def save_all(
    tables: Tables, writes: Sequence[Write], at: datetime, keep: Keep | None = None
) -> tuple[Saved | Conflict, ...]:
    """Store several: a refused one leaves nothing and gives its Conflict, the others are kept."""
    missing = [id for write in writes if (id := write.article.id) and not tables.has(id)]
    if missing:
        raise NotFound(f"there are no articles {missing}")
    tables.expect(writes)
    outcomes = tuple(_attempt(tables, write, at) for write in writes)
    if keep and (kept := keep(outcomes)):
        tables.remember(*kept)
    return outcomes


def _attempt(tables: Tables, write: Write, at: datetime) -> Saved | Conflict:
    try:
        return save(tables, write, at)
    except Conflict as refusal:
        return refusal
