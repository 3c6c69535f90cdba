"""Stored values as WordPress's REST API shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from publisher import url
from publisher.date import EPOCH, parse_iso
from publisher.desk.token import Scope, Token
from publisher.html import absolute
from publisher.model import Article, Author, Kind, Media, Section, Status, Tag, Visibility
from publisher.web.wordpress import meta, term

PENDING, DELETED = "pending", "deleted"
STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        "publish": Status.PUBLISHED,
        "future": Status.SCHEDULED,
        "draft": Status.DRAFT,
        PENDING: Status.DRAFT,
        "auto-draft": Status.DRAFT,
        "private": Status.PRIVATE,
        "trash": Status.TRASH,
    }
)
"""WordPress's word -> ours."""
SHOWN: Mapping[Status, str] = MappingProxyType({status: word for word, status in reversed(tuple(STATUSES.items()))})
TYPES: Mapping[str, Kind] = MappingProxyType({"posts": Kind.ARTICLE, "pages": Kind.PAGE})
NAMESPACE = "wp/v2"
ROOT = f"/wp-json/{NAMESPACE}"
OWN = "wordpress"
"""Name in an article's `extra` under which stands what WordPress tells apart and we don't."""
_MADE = re.compile(r"tag:[^,]*,(\d{4}-\d\d-\d\d):")
_MEDIA = re.compile(r"/media/([0-9a-f]{64})/")


def status(found: Article) -> str:
    """WordPress's word for an article's status: a pending draft and a deleted post are marked in its `extra`."""
    mark = orjson.loads(found.extra or "{}").get(OWN, {})
    word = mark.get("status", "") if isinstance(mark, dict) else ""
    is_so = (word, found.status) in ((PENDING, Status.DRAFT), (DELETED, Status.TRASH))
    return str(word) if is_so else SHOWN[found.status]


def post(base: str, zone: ZoneInfo, found: Article) -> dict[str, Any]:
    """An article as a post or page."""
    name = "pages" if found.kind is Kind.PAGE else "posts"
    address = url.absolute(base, found.path)
    raw = _raw(found)
    dated = found.published or found.updated or _made(found)
    shown: dict[str, Any] = {
        "id": found.id,
        "date": _local(dated, zone),
        "date_gmt": _gmt(dated),
        "guid": _text(found.guid, escape(found.guid)),
        "modified": _local(found.lastmod or dated, zone),
        "modified_gmt": _gmt(found.lastmod or dated),
        "slug": found.slug,
        "status": status(found),
        "type": name[:-1],
        "link": address,
        "title": _text(found.title, escape(found.title, quote=False)),
        "content": _text(raw, absolute(found.body.html, address))
        | {"protected": found.visibility is Visibility.PASSWORD, "block_version": int("<!-- wp:" in raw)},
        "excerpt": _text(found.excerpt, f"<p>{escape(found.summary, quote=False)}</p>") | {"protected": False},
        "author": term.number(found.authors[0].slug) if found.authors else 0,
        "featured_media": featured(found),
        "comment_status": "closed",
        "ping_status": "closed",
        "template": "",
        "meta": meta.shown(found),
        "password": "",
        "generated_slug": found.slug,
        "_links": _links(f"{base}{ROOT}", f"{name}/{found.id}", name),
    }
    if found.kind is Kind.PAGE:
        return shown | {"parent": 0, "menu_order": 0}
    return shown | {
        "sticky": found.pinned,
        "format": "standard",
        "categories": [term.number(found.section.slug)] if found.section else [],
        "tags": [term.number(each.slug) for each in found.tags],
    }


def _made(found: Article) -> datetime:
    """The day on which a draft that has no date got its guid: clients that WordPress's schema made want a date."""
    day = _MADE.match(found.guid)
    return parse_iso(day[1]) or EPOCH if day else EPOCH


def _raw(found: Article) -> str:
    """The body for an editor, who sends it back: as it sent it, no Markdown, nothing only importers read."""
    is_ours = found.source is None and found.body.format == "html"
    return found.body.source or found.body.html if is_ours else found.body.html


def _links(root: str, own: str, collection: str) -> dict[str, list[dict[str, Any]]]:
    return {"self": [{"href": f"{root}/{own}"}], "collection": [{"href": f"{root}/{collection}"}]}


def _text(raw: str, rendered: str) -> dict[str, Any]:
    return {"raw": raw, "rendered": rendered}


def featured(found: Article) -> int:
    """The number of an article's picture, 0 for none that is stored here."""
    match = _MEDIA.match(found.hero.src) if found.hero else None
    return term.file_number(match[1]) if match else 0


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def _gmt(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def category(base: str, found: Section) -> dict[str, Any]:
    """A section as a category."""
    return _term(base, "category", found.slug, found.name, found.articles, found.description, url.section(found.slug))


def tag(base: str, found: Tag) -> dict[str, Any]:
    """A tag as WordPress shows one."""
    return _term(base, "post_tag", found.slug, found.name, found.articles, "", url.tag(found.slug))


def _term(base: str, taxonomy: str, slug: str, name: str, count: int, description: str, path: str) -> dict[str, Any]:
    id, collection = term.number(slug), "categories" if taxonomy == "category" else "tags"
    shown = {
        "id": id,
        "count": count,
        "description": description,
        "link": url.absolute(base, path),
        "name": escape(name, quote=False),
        "slug": slug,
        "taxonomy": taxonomy,
        "meta": {},
        "_links": _links(f"{base}{ROOT}", f"{collection}/{id}", collection),
    }
    return shown | ({"parent": 0} if taxonomy == "category" else {})


def media(base: str, found: Media) -> dict[str, Any]:
    """A stored picture as an attachment."""
    address, id = url.absolute(base, found.path), term.file_number(found.sha256)
    name = found.path.rpartition("/")[2]
    size = {"file": name, "width": found.width, "height": found.height, "mime_type": found.media_type}
    full = size | {"source_url": address}
    details = {"width": found.width, "height": found.height, "file": name, "filesize": found.bytes}
    return {
        "id": id,
        "slug": found.sha256[:12],
        "status": "inherit",
        "type": "attachment",
        "link": address,
        "guid": _text(address, address),
        "title": _text(found.name, escape(found.name, quote=False)),
        "author": 0,
        "caption": _text(found.caption, escape(found.caption, quote=False)),
        "description": _text("", ""),
        "alt_text": found.alt,
        "media_type": "image",
        "mime_type": found.media_type,
        "media_details": details | {"sizes": {"full": full}, "image_meta": {}},
        "source_url": address,
        "post": None,
        "meta": {},
        "_links": _links(f"{base}{ROOT}", f"media/{id}", "media"),
    }


def token_user(base: str, token: Token) -> dict[str, Any]:
    """A token as a user: its scopes are what the user may do."""
    able = {
        "edit_posts": Scope.WRITE,
        "publish_posts": Scope.WRITE,
        "delete_posts": Scope.WRITE,
        "edit_pages": Scope.WRITE,
        "upload_files": Scope.MEDIA,
        "manage_categories": Scope.WRITE,
        "manage_options": Scope.ADMIN,
    }
    shown = _user(base, token.id, token.name, base + "/", "", "")
    role = "administrator" if token.allows(Scope.ADMIN) else "editor"
    capabilities = {name: token.allows(scope) for name, scope in able.items()}
    return shown | {"username": token.name, "roles": [role], "capabilities": capabilities}


def author_user(base: str, found: Author) -> dict[str, Any]:
    """An author as a user."""
    link = url.absolute(base, url.author(found.slug))
    avatar = url.absolute(base, found.avatar) if found.avatar else ""
    return _user(base, found.slug, found.name, link, found.bio, avatar)


def _user(base: str, slug: str, name: str, link: str, description: str, avatar: str) -> dict[str, Any]:
    id = term.number(slug)
    return {
        "id": id,
        "name": name,
        "url": "",
        "description": description,
        "link": link,
        "slug": slug,
        "avatar_urls": dict.fromkeys(("24", "48", "96"), avatar) if avatar else {},
        "meta": {},
        "_links": _links(f"{base}{ROOT}", f"users/{id}", "users"),
    }


def types(base: str) -> dict[str, Any]:
    """The kinds of posts."""
    rows = {"post": ("posts", "Posts"), "page": ("pages", "Pages"), "attachment": ("media", "Media")}
    return {
        slug: {"slug": slug, "name": name, "description": "", "rest_base": rest, "rest_namespace": NAMESPACE,
               "hierarchical": slug == "page", "viewable": True,
               "supports": {"title": True, "editor": True, "excerpt": slug == "post", "thumbnail": True},
               "taxonomies": ["category", "post_tag"] if slug == "post" else [],
               "_links": {"collection": [{"href": f"{base}{ROOT}/types"}],
                          "wp:items": [{"href": f"{base}{ROOT}/{rest}"}]}}
        for slug, (rest, name) in rows.items()
    }  # fmt: skip


def statuses() -> dict[str, Any]:
    """The statuses that a post can have."""
    return {
        slug: {"slug": slug, "name": slug.capitalize(), "public": slug == "publish", "queryable": slug == "publish",
               "private": slug == "private", "protected": slug in ("future", "draft", PENDING), "date_floating": False,
               "show_in_list": slug != "trash"}
        for slug in ("publish", "future", "draft", PENDING, "private", "trash")
    }  # fmt: skip


def taxonomies(base: str) -> dict[str, Any]:
    """The kinds of terms."""
    rows = {"category": ("categories", "Categories"), "post_tag": ("tags", "Tags")}
    return {
        slug: {"slug": slug, "name": name, "description": "", "rest_base": rest, "rest_namespace": NAMESPACE,
               "types": ["post"], "hierarchical": slug == "category",
               "_links": {"wp:items": [{"href": f"{base}{ROOT}/{rest}"}]}}
        for slug, (rest, name) in rows.items()
    }  # fmt: skip
