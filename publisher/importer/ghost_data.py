"""The tables of a Ghost export, joined: whatever its version, a post with its tags and authors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from publisher.error import InvalidExport
from publisher.importer.tolerant import mapping, sequence, string

Row = dict[str, Any]

_BODIES = ("html", "lexical", "mobiledoc", "markdown")


@dataclass(slots=True)
class Ghost:
    """An export's rows and what joins them."""

    posts: list[Any]
    users: list[Row] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    home: str = ""
    _tags: dict[str, list[Row]] = field(default_factory=dict)
    _authors: dict[str, list[Row]] = field(default_factory=dict)
    _by_id: dict[str, Row] = field(default_factory=dict)
    _meta: dict[str, Row] = field(default_factory=dict)

    def tags_of(self, post: Row) -> list[Row]:
        """A post's tags in their order."""
        return self._tags.get(string(post.get("id")), []) or [_flat(each) for each in sequence(post.get("tags"))]

    def authors_of(self, post: Row) -> list[Row]:
        """A post's authors in their order."""
        joined = self._authors.get(string(post.get("id")), [])
        listed = [_flat(each) for each in sequence(post.get("authors"))] or [_flat(post.get("author"))]
        single = self._by_id.get(string(post.get("author_id")) or string(post.get("author")))
        return joined or ([single] if single else [each for each in listed if each])

    def meta_of(self, post: Row) -> Callable[[str], str]:
        """What reads a column that moved to a table of its own in Ghost 3."""
        row = self._meta.get(string(post.get("id")), {})
        return lambda name: string(post.get(name)) or string(row.get(name))

    def body(self, post: Row) -> tuple[str, str]:
        """A post's text and its form: HTML when it is there, else what it was written in."""
        found = ((string(post.get(form)), form) for form in _BODIES)
        return next(((source, form) for source, form in found if source.strip()), ("", "html"))

    def has_body(self, post: Row) -> bool:
        """Whether a post has any text."""
        return bool(self.body(post)[0])


def _flat(value: object) -> Row:
    """A row as it is, or out of the migration tools' envelope: `{"url": ..., "data": {...}}`."""
    row = mapping(value)
    return mapping(row.get("data")) if isinstance(row.get("data"), dict) else row


def read_ghost(document: object, what: str) -> Ghost:
    """The tables of an export; raises InvalidExport when there are none."""
    found = mapping(document)
    rows = sequence(found.get("db"))
    inner = mapping(rows[0]) if rows else found
    tables = mapping(inner.get("data")) or inner
    if not isinstance(tables.get("posts"), list):
        raise InvalidExport(f"{what}: not a Ghost export (it has no posts)")
    posts = [_enveloped(each) for each in tables["posts"]]
    ghost = Ghost(posts=posts, users=_rows(tables, "users"), settings=_settings(tables), home=_home(posts))
    ghost._by_id = {string(user.get("id")): user for user in ghost.users}
    ghost._tags = _joined(tables, "posts_tags", "tag_id", _rows(tables, "tags"))
    ghost._authors = _joined(tables, "posts_authors", "author_id", ghost.users)
    ghost._meta = {string(row.get("post_id")): row for row in _rows(tables, "posts_meta")}
    for post in posts:
        for name in ("feature_image_alt", "feature_image_caption"):
            post.setdefault(name, ghost.meta_of(post)(name))
    return ghost


def _enveloped(value: object) -> Row:
    row = mapping(value)
    return {"url": row.get("url")} | _flat(row) if isinstance(row.get("data"), dict) else dict(row)


def _rows(tables: Row, name: str) -> list[Row]:
    return [row for each in sequence(tables.get(name)) if (row := _flat(each))]


def _joined(tables: Row, name: str, key: str, targets: list[Row]) -> dict[str, list[Row]]:
    """The rows that a table joins to each post, in their sort order."""
    by_id = {string(row.get("id")): row for row in targets}
    found: dict[str, list[tuple[float, Row]]] = defaultdict(list)
    for row in _rows(tables, name):
        order, target = row.get("sort_order"), by_id.get(string(row.get(key)))
        if target is not None:
            found[string(row.get("post_id"))].append((order if isinstance(order, int | float) else 0, target))
    return {post: [row for _, row in sorted(rows, key=lambda pair: pair[0])] for post, rows in found.items()}


def _settings(tables: Row) -> dict[str, str]:
    rows = _rows(tables, "settings")
    return {string(row.get("key")): string(row.get("value")) for row in rows if row.get("key")}


def _home(posts: list[Row]) -> str:
    """The site's address, where posts say their own."""
    address = next((string(post.get("url")) for post in posts if string(post.get("url")).startswith("http")), "")
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc and "medium.com" not in parts.netloc else ""
