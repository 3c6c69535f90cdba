"""The values that everything speaks of: what a site stores and what it publishes.

All are frozen, hold tuples and frozensets, and know no store, no clock and no format.
Datetimes are aware and UTC. Text is XML-safe already: it was cleaned where it entered.
What a store keeps is written without the fields that have their default (a third less to keep and to
read): so the default of a field never changes.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from publisher import text
from publisher.media_type import extension


class Status(enum.StrEnum):
    """Where an article is in its life; only `PUBLISHED` is public."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    PRIVATE = "private"
    TRASH = "trash"


class Visibility(enum.StrEnum):
    """Who may read the whole text of a published article."""

    PUBLIC = "public"
    MEMBERS = "members"
    PAID = "paid"
    PASSWORD = "password"


class Kind(enum.StrEnum):
    """What an article is: a dated piece, a static page, or a story written from scratch."""

    ARTICLE = "article"
    PAGE = "page"
    STORY = "story"


class Sort(enum.StrEnum):
    """Orders a selection can be in; ties break by id, descending."""

    NEWEST = "newest"
    UPDATED = "updated"
    VIEWS = "views"


class Section(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the magazine; `articles` and `updated` are filled when read from a store."""

    slug: str
    name: str
    description: str = ""
    position: int = 0
    articles: int = 0
    updated: datetime | None = None


class Tag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A keyword of articles; `articles` and `updated` are filled when read from a store."""

    slug: str
    name: str
    articles: int = 0
    updated: datetime | None = None


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wrote an article. An e-mail address is never part of it."""

    slug: str
    name: str
    bio: str = ""
    url: str = ""
    avatar: str = ""
    articles: int = 0
    updated: datetime | None = None


class Picture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture as an article uses it.

    `src` is a path of this site (`/media/...`) or, until it is fetched, an absolute URL.
    `focal` is the point a crop keeps, as fractions of width and height from the top left.
    """

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    width: int = 0
    height: int = 0
    media_type: str = ""
    bytes: int = 0
    focal: tuple[float, float] | None = None


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stored file, named by the hash of its bytes; duration in seconds."""

    sha256: str
    media_type: str
    bytes: int
    name: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0
    alt: str = ""
    caption: str = ""
    credit: str = ""
    licence: str = ""
    url: str = ""
    focal: tuple[float, float] | None = None

    @property
    def path(self) -> str:
        """The address of the original, immutable."""
        return f"/media/{self.sha256}/original.{extension(self.media_type)}"


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an imported article came from; (kind, site, id) is its identity there."""

    kind: str
    site: str
    id: str
    hash: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article's text: as it was written, and as it may be published.

    `html` is sanitised; its own-site URLs are paths. `text` is `html` without its markup.
    """

    source: str = ""
    format: str = "html"
    html: str = ""
    text: str = ""


class Seo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an editor says to search engines; empty means: take it from the article."""

    title: str = ""
    description: str = ""
    noindex: bool = False
    image: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """An entry's permanent place in the sitemaps: given at first publication, never changed.

    `month` is `YYYY-MM` in UTC; `sequence` counts from 0 within (kind, month).
    """

    kind: str
    month: str
    sequence: int

    def chunk(self, size: int = 1000) -> int:
        """Number of the urlset file that holds it, from 1."""
        return self.sequence // size + 1


EMPTY_BODY = Body()


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, cache_hash=True):
    """What an editor stores.

    `id`, `revision`, `place` and `story_slug` are given by the store (0, 0, None, "" before). `guid`
    and `first_published` never change once set. Lists read from a store carry the empty body.
    `published` is the date shown; `updated` the last significant edit. `offset_minutes` is the
    editor's time zone at `published`. `extra` is JSON text, namespaced by who put it there.
    """

    guid: str
    slug: str
    path: str
    title: str
    id: int = 0
    revision: int = 0
    kind: Kind = Kind.ARTICLE
    status: Status = Status.DRAFT
    visibility: Visibility = Visibility.PUBLIC
    first_published: datetime | None = None
    published: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    offset_minutes: int = 0
    dek: str = ""
    excerpt: str = ""
    summary: str = ""
    words: int = 0
    minutes: int = 0
    language: str = "en"
    translation_group: str = ""
    section: Section | None = None
    tags: tuple[Tag, ...] = ()
    authors: tuple[Author, ...] = ()
    hero: Picture | None = None
    pictures: tuple[Picture, ...] = ()
    canonical_url: str = ""
    source_url: str = ""
    source_name: str = ""
    seo: Seo = Seo()
    featured: bool = False
    pinned: bool = False
    is_news: bool = True
    correction: str = ""
    comment_count: int = 0
    views: int = 0
    source: Source | None = None
    place: Place | None = None
    story_slug: str = ""
    extra: str = "{}"
    body: Body = EMPTY_BODY

    @property
    def is_public(self) -> bool:
        """Published now; members' pieces too (formats show their teaser only)."""
        return self.status is Status.PUBLISHED

    @property
    def was_public(self) -> bool:
        """Published now or once: a withdrawn one answers 410, a never published one 404."""
        return self.first_published is not None

    @property
    def is_open(self) -> bool:
        """The whole text may be shown to everyone."""
        return self.is_public and self.visibility is Visibility.PUBLIC

    @property
    def is_indexable(self) -> bool:
        """Search engines may list it: public, not noindex, canonical here."""
        return (
            self.is_public
            and self.visibility is not Visibility.PASSWORD
            and not self.seo.noindex
            and not self.canonical_url
        )

    @property
    def lastmod(self) -> datetime | None:
        """Last significant edit, never before first publication: `<lastmod>`, dateModified, feeds' updated."""
        instants = [each for each in (self.updated, self.first_published or self.published) if each]
        return max(instants, default=None)

    @property
    def direction(self) -> str:
        """Writing direction of its language, `ltr` or `rtl`."""
        return text.direction(self.language)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What every format knows of the site it writes for.

    `base` is scheme, host and port without a final slash. `logo` and `icon` are paths or URLs.
    `menu`, `footer` and `social` hold (title, path or URL) pairs.
    """

    base: str
    title: str
    tagline: str = ""
    description: str = ""
    language: str = "en"
    timezone: str = "UTC"
    copyright: str = ""
    logo: str = ""
    icon: str = ""
    accent: str = "#b3261e"
    hub: str = ""
    version: str = ""
    menu: tuple[tuple[str, str], ...] = ()
    footer: tuple[tuple[str, str], ...] = ()
    social: tuple[tuple[str, str], ...] = ()
    staging: bool = False

    @property
    def host(self) -> str:
        """Host name, with the port when it isn't the scheme's own."""
        return self.base.partition("://")[2]


class Cursor(msgspec.Struct, frozen=True):
    """A position in a newest-first list: entries after it are older."""

    published: datetime
    id: int


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which public articles, in which order, how many.

    Empty sets mean no restriction; several sets must all match, any member of one suffices.
    `month` (`YYYY-MM`, UTC) goes by first publication. `since` is inclusive, `until` exclusive,
    both on `published`. Members', paid and protected articles are included (teasers).
    """

    kinds: frozenset[Kind] = frozenset({Kind.ARTICLE})
    sections: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    exclude_sections: frozenset[str] = frozenset()
    exclude_tags: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    first_since: datetime | None = None
    month: str = ""
    featured: bool | None = None
    pinned: bool | None = None
    noindex: bool | None = None
    is_news: bool | None = None
    translation_group: str = ""
    sort: Sort = Sort.NEWEST
    limit: int = 50
    offset: int = 0
    after: Cursor | None = None


class Redirect(msgspec.Struct, frozen=True):
    """A path that moved for good (301) to another path of this site."""

    path: str
    target: str


class Withdrawn(msgspec.Struct, frozen=True):
    """A path whose document was taken away (410)."""

    path: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the change log: what a committed write touched.

    `at` never goes back from one row to the next, whatever the clock does. `paths` are the
    addresses that the write made, altered or took away.
    """

    seq: int
    at: datetime
    action: str
    article_id: int = 0
    keys: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Finished bytes at a path, with everything a response to it says.

    `updated` becomes Last-Modified (None: not said). `etag` is the strong tag of the identity
    bytes, unquoted. `keys` purge it. `max_age` is what clients are told, in seconds. After
    `expires_at` the bytes are out of date; they may be served `stale_seconds` longer while new
    ones are made (0: never). `links` are Link header values; `robots` is X-Robots-Tag;
    `policy` names a Content-Security-Policy of `representation.py`, or is one. `varies_by_reader`:
    feeds, which answer A-IM and browsers differently. `status` is 200 but for error pages and deltas.
    `shows`: the articles that were looked at for a list, where nothing of others is in it but their
    being in the same list (None: not known). Only a build asks for it. `marks`: of a feed's entries, which
    the press remembers with the tag that it gives out (None: nothing to remember).
    """

    path: str
    body: bytes
    media_type: str
    etag: str
    updated: datetime | None = None
    keys: frozenset[str] = frozenset()
    max_age: int = 300
    expires_at: datetime | None = None
    stale_seconds: int = 0
    links: tuple[str, ...] = ()
    robots: str = ""
    policy: str = "page"
    immutable: bool = False
    cors: bool = False
    varies_by_reader: bool = False
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    shows: tuple[int, ...] | None = None
    marks: bytes | None = None


Answer = Document | Redirect | Withdrawn
"""What a path can answer; a path with no answer raises NotFound."""
