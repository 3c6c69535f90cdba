"""What the writing API takes and gives: the OpenAPI document is made of these.

Fields that a request leaves out are UNSET: kept by PATCH, their default for POST and PUT.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from publisher.model import Kind, Sort, Status, Visibility

PATH = r"^/[^?#\\\x00-\x20]*$"
LANGUAGE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,5}$"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
GUID = r"^\S+$"
MEANT: Mapping[str, str] = MappingProxyType(
    {
        PATH: "must be a path of this site, like /reviews/a-lamp/",
        LANGUAGE: "is no language of BCP 47, like en or pt-BR",
        MOMENT: "needs a time with its offset, like 2026-11-23T18:30:00+01:00 or 2026-11-23T17:30:00Z",
        GUID: "must have a character, and no space",
    }
)
"""Pattern -> what a person is told who missed it."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Line = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=5000)]
Address = Annotated[str, Meta(max_length=2000)]
Path = Annotated[
    str,
    Meta(pattern=PATH, max_length=1000, description="A path of this site, encoded or not"),
]
Language = Annotated[str, Meta(pattern=LANGUAGE, max_length=60)]
Instant = Annotated[datetime, Meta(tz=True)]
Moment = Annotated[str, Meta(pattern=MOMENT, max_length=40)]
Share = Annotated[float, Meta(ge=0, le=1)]
Point = Annotated[list[Share], Meta(min_length=2, max_length=2)]


class SectionRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section by its slug; the name is used when there is none of that slug yet."""

    slug: Name
    name: Line = ""


class TagRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tag by its name; without a slug its own is made of the name."""

    name: Name
    slug: Line = ""


class AuthorRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An author by name; without a slug their own is made of the name."""

    name: Name
    slug: Line = ""
    bio: Text = ""
    url: Address = ""
    avatar: Address = ""


class PictureRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture: a path that an upload gave, or an absolute URL; `focal` as fractions from the top left."""

    src: Annotated[str, Meta(min_length=1, max_length=2000)]
    alt: Text = ""
    caption: Text = ""
    credit: Line = ""
    focal: Point | None = None


class SeoFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to search engines; empty: taken from the article."""

    title: Line = ""
    description: Text = ""
    noindex: bool = False
    image: Address = ""


class ArticleFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article as it is written: `html` or `markdown` is its body, sanitised before it is published."""

    title: Line | UnsetType = UNSET
    html: str | UnsetType = UNSET
    markdown: str | UnsetType = UNSET
    slug: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    path: Path | UnsetType = UNSET
    guid: Annotated[str, Meta(pattern=GUID, max_length=500)] | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    published: Instant | UnsetType | None = UNSET
    updated: Instant | UnsetType | None = UNSET
    expires: Instant | UnsetType | None = UNSET
    dek: Text | UnsetType = UNSET
    excerpt: Text | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    translation_group: Line | UnsetType = UNSET
    section: SectionRef | Name | UnsetType | None = UNSET
    tags: Annotated[list[TagRef | Name], Meta(max_length=1000)] | UnsetType = UNSET
    authors: Annotated[list[AuthorRef | Name], Meta(max_length=100)] | UnsetType = UNSET
    hero: PictureRef | UnsetType | None = UNSET
    canonical_url: Address | UnsetType = UNSET
    source_url: Address | UnsetType = UNSET
    source_name: Line | UnsetType = UNSET
    seo: SeoFields | UnsetType = UNSET
    featured: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    is_news: bool | UnsetType = UNSET
    correction: Text | UnsetType = UNSET
    comment_count: Annotated[int, Meta(ge=0, le=2**31)] | UnsetType = UNSET
    extra: dict[str, Any] | UnsetType = UNSET
    aliases: Annotated[list[Path], Meta(max_length=100)] | UnsetType = UNSET


class SourceRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an article is kept outside: the name of a system and its id there."""

    site: Name
    id: Name


class BulkLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a bulk request; with a `source` the same line again updates instead of making another."""

    article: ArticleFields
    source: SourceRef | None = None


class BulkAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one line; the last line of an answer has the counts instead."""

    line: int
    outcome: Literal["created", "updated", "unchanged", "failed"]
    id: int = 0
    path: str = ""
    revision: int = 0
    problem: Any = None


class BulkTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger: everything seen is in one of the others."""

    seen: int
    created: int
    updated: int
    unchanged: int
    failed: int


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A tag or section of an article."""

    slug: str
    name: str


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """An author of an article."""

    slug: str
    name: str
    bio: str
    url: str
    avatar: str


class PictureView(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it is stored; width and height in pixels, 0 while unknown."""

    src: str
    alt: str
    caption: str
    credit: str
    width: int
    height: int
    media_type: str
    bytes: int
    focal: Point | None


class SeoView(msgspec.Struct, frozen=True, kw_only=True):
    """What is said to search engines."""

    title: str
    description: str
    noindex: bool
    image: str


class ArticleView(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it is stored; `html` is what is published, null in lists.

    `markdown` is what was written so, null in lists and for imported articles.
    """

    id: int
    revision: int
    guid: str
    url: str
    path: str
    slug: str
    kind: Kind
    status: Status
    visibility: Visibility
    title: str
    dek: str
    excerpt: str
    summary: str
    html: str | None
    markdown: str | None
    format: str
    words: int
    minutes: int
    language: str
    translation_group: str
    first_published: datetime | None
    published: datetime | None
    updated: datetime | None
    expires: datetime | None
    section: Named | None
    tags: list[Named]
    authors: list[Writer]
    hero: PictureView | None
    canonical_url: str
    source_url: str
    source_name: str
    seo: SeoView
    featured: bool
    pinned: bool
    is_news: bool
    correction: str
    comment_count: int
    source: SourceRef | None
    story_url: str | None
    extra: dict[str, Any]


class ArticleList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of articles; `next` is the cursor of the following page, null at the end."""

    articles: list[ArticleView]
    next: str | None


class StatusFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which articles, in which order. Other filters than status go with published articles only."""

    status: Literal["published", "draft", "scheduled", "private", "trash", "any"] = "published"
    kind: Kind | UnsetType = UNSET
    section: Line | UnsetType = UNSET
    tag: Line | UnsetType = UNSET
    author: Line | UnsetType = UNSET
    language: Line | UnsetType = UNSET
    since: Moment | UnsetType = UNSET
    until: Moment | UnsetType = UNSET
    sort: Sort = Sort.NEWEST
    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Annotated[str, Meta(max_length=200)] = ""


class WriteQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`dry_run=1`: everything is checked and the article shown as it would be; nothing is stored."""

    dry_run: bool = False


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A resource without arguments."""


class PreviewView(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses at which an unpublished article can be read until they expire."""

    url: str
    story_url: str
    expires: datetime
