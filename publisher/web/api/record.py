"""What the writing API takes and gives beside articles: stories, files, sections, authors, tags, redirects."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from publisher.model import Status
from publisher.story import Design, Overrides, Role
from publisher.web.api.schema import Address, ArticleFields, Line, Name, Path, Point, Text


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a list."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: Annotated[str, Meta(max_length=2000)] = ""


class MediaQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an uploaded picture is described."""

    name: Line = ""
    alt: Text = ""
    caption: Text = ""
    credit: Line = ""
    licence: Line = ""


class MediaFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a stored file; `focal` is the point that a crop keeps, as fractions from the top left."""

    name: Line | UnsetType = UNSET
    alt: Text | UnsetType = UNSET
    caption: Text | UnsetType = UNSET
    credit: Line | UnsetType = UNSET
    licence: Line | UnsetType = UNSET
    focal: Point | UnsetType | None = UNSET


class MediaView(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file; `path` is what an article's body and hero refer to."""

    sha256: str
    path: str
    url: str
    media_type: str
    bytes: int
    name: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    licence: str
    focal: Point | None


class MediaList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of stored files, the one stored last first."""

    media: list[MediaView]
    next: str | None


class SectionFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section's name and description, and its place in the menu."""

    name: Name
    description: Text = ""
    position: Annotated[int, Meta(ge=0, le=10_000)] = 0


class SectionChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a section; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    position: Annotated[int, Meta(ge=0, le=10_000)] | UnsetType = UNSET


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A section, with how many public articles it has."""

    slug: str
    name: str
    description: str
    position: int
    articles: int
    updated: datetime | None
    url: str


class SectionList(msgspec.Struct, frozen=True, kw_only=True):
    """All sections in menu order."""

    sections: list[SectionView]


class AuthorFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An author's name, a few words about them, their own page and portrait."""

    name: Name
    bio: Text = ""
    url: Address = ""
    avatar: Address = ""


class AuthorChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of an author; what is left out stays."""

    name: Name | UnsetType = UNSET
    bio: Text | UnsetType = UNSET
    url: Address | UnsetType = UNSET
    avatar: Address | UnsetType = UNSET


class AuthorView(msgspec.Struct, frozen=True, kw_only=True):
    """An author, with how many public articles they have."""

    slug: str
    name: str
    bio: str
    url: str
    avatar: str
    articles: int
    updated: datetime | None


class AuthorList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the authors who have public articles."""

    authors: list[AuthorView]
    next: str | None


class TagChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tag's new name, its new slug, or both; the slug of another tag makes one of the two."""

    name: Name | UnsetType = UNSET
    slug: Name | UnsetType = UNSET


class TagView(msgspec.Struct, frozen=True, kw_only=True):
    """A tag, with how many public articles it has."""

    slug: str
    name: str
    articles: int
    updated: datetime | None
    url: str


class TagList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the tags that have public articles."""

    tags: list[TagView]
    next: str | None


class RedirectFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An old path and where it leads (301)."""

    path: Path
    target: Path


class RedirectQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of redirects, or the one at a path."""

    path: Path | UnsetType = UNSET


class RedirectChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which redirect: the one at `path`."""

    path: Path


class RedirectList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of redirects by path."""

    redirects: list[RedirectFields]
    next: str | None


class StoryFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A story written from scratch: `story.pages` are its pages, the first is the cover."""

    article: ArticleFields
    story: Overrides


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """One screen of a story as it is shown; `id` is what `edits` and `order` of its overrides refer to."""

    id: str
    role: Role
    seconds: float
    text: str
    picture: str | None
    alt: str


class StoryView(msgspec.Struct, frozen=True, kw_only=True):
    """An article's story: its pages as they are composed now, what an editor changed, or why there is none.

    `id` and `revision` are the article's. Addresses are null until the article is public.
    """

    id: int
    revision: int
    title: str
    status: Status
    design: Design | None
    pages: list[StoryPage]
    missing: str | None
    overrides: Overrides
    url: str | None
    player_url: str | None
    reading_url: str | None


class StoryList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the stories of published articles, newest first; `next` may come after few or none."""

    stories: list[StoryView]
    next: str | None


class StoryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of stories."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Annotated[str, Meta(max_length=200)] = ""
