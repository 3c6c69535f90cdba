"""Stored values as WordPress's REST API shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from publisher import url
from publisher.model import Article, Kind, Media, Section, Status, Tag, Visibility
from publisher.web.wordpress import term

STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        "publish": Status.PUBLISHED,
        "future": Status.SCHEDULED,
        "draft": Status.DRAFT,
        "pending": Status.DRAFT,
        "auto-draft": Status.DRAFT,
        "private": Status.PRIVATE,
        "trash": Status.TRASH,
    }
)
"""WordPress's word -> ours."""
SHOWN: Mapping[Status, str] = MappingProxyType({status: word for word, status in reversed(tuple(STATUSES.items()))})
TYPES: Mapping[str, Kind] = MappingProxyType({"posts": Kind.ARTICLE, "pages": Kind.PAGE})
ROOT = "/wp-json/wp/v2"
_MEDIA = re.compile(r"/media/([0-9a-f]{64})/")


def post(base: str, zone: ZoneInfo, found: Article) -> dict[str, Any]:
    """An article as a post or page."""
    name = "pages" if found.kind is Kind.PAGE else "posts"
    shown: dict[str, Any] = {
        "id": found.id,
        "date": _local(found.published or found.updated, zone),
        "date_gmt": _gmt(found.published or found.updated),
        "guid": {"rendered": found.guid, "raw": found.guid},
        "modified": _local(found.lastmod, zone),
        "modified_gmt": _gmt(found.lastmod),
        "slug": found.slug,
        "status": SHOWN[found.status],
        "type": name[:-1],
        "link": url.absolute(base, found.path),
        "title": _text(found.title, found.title),
        "content": _text(found.body.source or found.body.html, found.body.html)
        | {"protected": found.visibility is Visibility.PASSWORD, "block_version": 0},
        "excerpt": _text(found.excerpt, f"<p>{_escaped(found.summary)}</p>") | {"protected": False},
        "author": term.number(found.authors[0].slug) if found.authors else 0,
        "featured_media": _featured(found),
        "comment_status": "closed",
        "ping_status": "closed",
        "template": "",
        "meta": [],
        "_links": {"self": [{"href": f"{base}{ROOT}/{name}/{found.id}"}]},
    }
    if found.kind is Kind.PAGE:
        return shown | {"parent": 0, "menu_order": 0}
    return shown | {
        "sticky": found.pinned,
        "format": "standard",
        "categories": [term.number(found.section.slug)] if found.section else [],
        "tags": [term.number(each.slug) for each in found.tags],
    }


def _text(raw: str, rendered: str) -> dict[str, Any]:
    return {"raw": raw, "rendered": rendered}


def _escaped(plain: str) -> str:
    return plain.replace("&", "&amp;").replace("<", "&lt;")


def _featured(found: Article) -> int:
    match = _MEDIA.match(found.hero.src) if found.hero else None
    return term.file_number(match[1]) if match else 0


def _local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") if instant else None


def _gmt(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if instant else None


def category(base: str, found: Section) -> dict[str, Any]:
    """A section as a category."""
    return _term(base, "category", found.slug, found.name, found.articles, found.description, url.section(found.slug))


def tag(base: str, found: Tag) -> dict[str, Any]:
    """A tag as WordPress shows one."""
    return _term(base, "post_tag", found.slug, found.name, found.articles, "", url.tag(found.slug))


def _term(base: str, taxonomy: str, slug: str, name: str, count: int, description: str, path: str) -> dict[str, Any]:
    return {
        "id": term.number(slug),
        "count": count,
        "description": description,
        "link": url.absolute(base, path),
        "name": name,
        "slug": slug,
        "taxonomy": taxonomy,
        "parent": 0,
        "meta": [],
    }


def media(base: str, found: Media) -> dict[str, Any]:
    """A stored picture as an attachment."""
    address = url.absolute(base, found.path)
    return {
        "id": term.file_number(found.sha256),
        "slug": found.sha256[:12],
        "status": "inherit",
        "type": "attachment",
        "link": address,
        "title": _text(found.name, found.name),
        "author": 0,
        "caption": _text(found.caption, _escaped(found.caption)),
        "alt_text": found.alt,
        "media_type": "image",
        "mime_type": found.media_type,
        "media_details": {"width": found.width, "height": found.height, "filesize": found.bytes, "sizes": {}},
        "source_url": address,
        "meta": [],
    }


def types() -> dict[str, Any]:
    """The kinds of posts."""
    rows = {"post": ("posts", "Posts"), "page": ("pages", "Pages"), "attachment": ("media", "Media")}
    return {
        slug: {"slug": slug, "name": name, "rest_base": base, "rest_namespace": "wp/v2", "hierarchical": slug == "page",
               "taxonomies": ["category", "post_tag"] if slug == "post" else []}
        for slug, (base, name) in rows.items()
    }  # fmt: skip


def statuses() -> dict[str, Any]:
    """The statuses that a post can have."""
    return {
        slug: {"slug": slug, "name": slug.capitalize(), "public": slug == "publish", "queryable": slug == "publish"}
        for slug in ("publish", "future", "draft", "private", "trash")
    }


def taxonomies() -> dict[str, Any]:
    """The kinds of terms."""
    rows = {"category": ("categories", "Categories"), "post_tag": ("tags", "Tags")}
    return {
        slug: {"slug": slug, "name": name, "rest_base": base, "types": ["post"], "hierarchical": slug == "category"}
        for slug, (base, name) in rows.items()
    }
