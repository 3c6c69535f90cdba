"""The memory engine's tables: plain dictionaries that keep what SQL would index."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from publisher import key
from publisher.date import EPOCH
from publisher.model import (
    Article,
    Author,
    Change,
    Kind,
    Media,
    Place,
    Section,
    Selection,
    Sort,
    Source,
    Status,
    Tag,
)
from publisher.store import rule, spelling, words
from publisher.store.port import Chunk, Write

ChunkName = tuple[str, str, int]


class MemoryTables:
    """Everything a site stores, in this process only."""

    def __init__(self) -> None:
        self.articles: dict[int, Article] = {}
        self.guids: dict[str, int] = {}
        self.paths: dict[str, int] = {}
        self.sources: dict[tuple[str, str, str], int] = {}
        self.stories: dict[str, int] = {}
        self.sequences: Counter[tuple[str, str]] = Counter()
        self.fragments: dict[Place, bytes] = {}
        self.chunks: dict[ChunkName, Chunk] = {}
        self.sections: dict[str, Section] = {}
        self.tags: dict[str, Tag] = {}
        self.authors: dict[str, Author] = {}
        self.counts: Counter[tuple[str, Kind]] = Counter()
        self.updated: dict[str, datetime] = {}
        self.places: dict[str, Place] = {}
        self.statuses: Counter[Status] = Counter()
        self.redirects: dict[str, str] = {}
        self.log: list[Change] = []
        self.marks: dict[str, int] = {}
        self.public: list[tuple[datetime, int]] = []
        self.found: dict[int, tuple[str, str, str]] = {}
        self.spellings: dict[str, str] = {}
        self.media: dict[str, Media] = {}
        self.values: dict[str, bytes] = {}

    # What a transaction reads

    def expect(self, writes: Sequence[Write]) -> None:
        """Nothing here is far away."""

    def has(self, id: int) -> bool:
        return id in self.articles

    def article(self, id: int) -> Article | None:
        return self.articles.get(id)

    def id_by_guid(self, guid: str) -> int | None:
        return self.guids.get(guid)

    def id_at(self, path: str) -> int | None:
        return self.paths.get(path)

    def id_by_source(self, source: Source) -> int | None:
        return self.sources.get((source.kind, source.site, source.id))

    def has_story(self, slug: str) -> bool:
        return slug in self.stories

    def fragment(self, place: Place) -> bytes:
        return self.fragments.get(place, b"")

    def section(self, slug: str) -> Section | None:
        return self.sections.get(slug)

    def tag(self, slug: str) -> Tag | None:
        return self.tags.get(slug)

    def author(self, slug: str) -> Author | None:
        return self.authors.get(slug)

    def redirect(self, path: str) -> str | None:
        return self.redirects.get(path)

    def redirects_to(self, target: str) -> tuple[str, ...]:
        return tuple(path for path, to in self.redirects.items() if to == target)

    def last(self) -> tuple[int, datetime] | None:
        return (self.log[-1].seq, self.log[-1].at) if self.log else None

    # What a transaction does

    def new_id(self) -> int:
        return len(self.articles) + 1

    def take_sequence(self, kind: str, month: str) -> int:
        self.sequences[kind, month] += 1
        return self.sequences[kind, month] - 1

    def reserve(self, place: Place) -> None:
        name = place.kind, place.month
        self.sequences[name] = max(self.sequences[name], place.sequence + 1)

    def put_section(self, section: Section) -> None:
        self.sections[section.slug] = rule.within_shelf(section)

    def put_tag(self, tag: Tag) -> None:
        self.tags[tag.slug] = rule.within_tag(tag)

    def put_author(self, author: Author) -> None:
        self.authors[author.slug] = rule.within_author(author)

    def is_carried(self, name: str) -> bool:
        for each in self.articles.values():
            sections = [key.section(each.section.slug)] if each.section else []
            others = (*map(key.tag, (tag.slug for tag in each.tags)), *map(key.author, (a.slug for a in each.authors)))
            if name in (*sections, *others):
                return True
        return False

    def drop_section(self, slug: str) -> None:
        del self.sections[slug]

    def drop_tag(self, slug: str) -> None:
        del self.tags[slug]

    def drop_author(self, slug: str) -> None:
        del self.authors[slug]

    def put_redirect(self, path: str, target: str) -> None:
        self.redirects[path] = target

    def drop_redirect(self, path: str) -> None:
        self.redirects.pop(path, None)

    def remember(self, name: str, value: bytes) -> None:
        self.values[name] = value

    def append(self, change: Change) -> Change:
        change = rule.replace(change, seq=len(self.log) + 1)
        self.log.append(change)
        self.marks.update(dict.fromkeys(change.keys, change.seq))
        return change

    def put(self, before: Article | None, after: Article, listed: Mapping[Place, bytes], at: datetime) -> None:
        self._name(before, after)
        self._shelve(before, after, at)
        for place, fragment in listed.items():
            self._list(place, fragment, at)
        self.articles[after.id] = after
        if after.is_public:
            self.found[after.id] = words.searchable(after)
            fresh = spelling.terms(after) - self.spellings.keys()
            self.spellings |= {term: spelling.written(after, term) for term in sorted(fresh)}
        else:
            self.found.pop(after.id, None)

    # What is found by words (`spelling.Lexicon`)

    def score(self, id: int, wanted: Sequence[str]) -> float:
        """How well an article answers all of some phrases, 0 when it lacks one."""
        title, dek, text = (f" {column} " for column in self.found[id])
        hits = [8 * title.count(f" {each} ") + 3 * dek.count(f" {each} ") + text.count(f" {each} ") for each in wanted]
        return sum(hits) if hits and all(hits) else 0

    def held(self, phrases: Sequence[str]) -> list[str]:
        """Those of some phrases that any article holds."""
        return [each for each in phrases if self.newest(each, 1)]

    def newest(self, phrase: str, limit: int) -> list[int]:
        """The newest articles that hold a phrase."""
        return list(islice((id for id in sorted(self.found, reverse=True) if self.score(id, (phrase,))), limit))

    def alike(self, gram: str, limit: int) -> list[str]:
        """Words with a run of letters."""
        return list(islice((each for each in self.spellings if gram in spelling.grams(each)), limit))

    def shown(self, term: str) -> str:
        """The word as it was written first."""
        return self.spellings.get(term, term)

    def _name(self, before: Article | None, after: Article) -> None:
        if before:
            self.paths.pop(before.path)
            self.statuses[before.status] -= 1
        if before and before.source:
            self.sources.pop((before.source.kind, before.source.site, before.source.id))
        self.guids[after.guid] = self.paths[after.path] = after.id
        if after.source:
            self.sources[after.source.kind, after.source.site, after.source.id] = after.id
        if after.story_slug:
            self.stories[after.story_slug] = after.id
        self.statuses[after.status] += 1

    def _shelve(self, before: Article | None, after: Article, at: datetime) -> None:
        if before and before.is_public:
            del self.public[bisect_left(self.public, (before.published or EPOCH, before.id))]
            self.counts.subtract((name, before.kind) for name in rule.shelves(before))
        if after.is_public:
            insort(self.public, (after.published or EPOCH, after.id))
            self.counts.update((name, after.kind) for name in rule.shelves(after))
        for name in rule.shelves(before) - rule.shelves(after):
            self._touch(name, at)
        for name in rule.shelves(after):
            self._touch(name, after.updated or EPOCH)
        for name in sorted(rule.shelves(before) | rule.shelves(after)):
            self._list_shelf(name, at)

    def _list_shelf(self, name: str, at: datetime) -> None:
        kind = rule.shelf_kind(name)
        if not kind:
            return
        if name not in self.places:
            self.places[name] = Place(kind=kind, month="", sequence=self.take_sequence(kind, ""))
        self._list(self.places[name], rule.shelf_fragment(name, *self.counted(name)), at)

    def _touch(self, shelf: str, at: datetime) -> None:
        self.updated[shelf] = max(self.updated.get(shelf, at), at)

    def _list(self, place: Place, fragment: bytes, at: datetime) -> None:
        if self.fragments.get(place, b"") == fragment:
            return
        name = (place.kind, place.month, place.chunk())
        empty = Chunk(kind=name[0], month=name[1], number=name[2], urls=0, changed=at)
        urls = self.chunks.get(name, empty).urls + bool(fragment) - (place in self.fragments)
        self.chunks[name] = rule.replace(empty, urls=urls)
        self.fragments.pop(place, None)
        if fragment:
            self.fragments[place] = fragment

    # What a store reads

    def select(self, selection: Selection, limit: int | None, offset: int = 0) -> list[Article]:
        """Public articles of a selection in its order, as stored."""
        public: Iterable[Article] = (self.articles[id] for _, id in reversed(self.public))
        if selection.sort is not Sort.NEWEST:
            public = sorted(public, key=lambda each: rule.order(each, selection.sort), reverse=True)
        found: list[Article] = []
        for article in public:
            if limit is not None and len(found) >= offset + limit:
                break
            if rule.matches(article, selection):
                found.append(article)
        return found[offset:]

    def articles_in(self, section: str) -> int:
        return self.counted(key.section(section))[0]

    def counted(self, shelf: str) -> tuple[int, datetime | None]:
        """Articles on a shelf, and when it last changed."""
        return self.counts[shelf, Kind.ARTICLE], self.updated.get(shelf)
