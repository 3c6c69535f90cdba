"""What Blogger's backups say in an Atom feed: which entries are posts, pages or neither, and in what state."""

from __future__ import annotations

from typing import Any

from publisher.importer.tolerant import string
from publisher.model import Status

ARTICLES = frozenset({"", "post", "page"})
_KIND = "http://schemas.google.com/g/2005#kind"
_STATUS = {"draft": Status.DRAFT, "scheduled": Status.DRAFT, "soft_trashed": Status.TRASH}


def kind_of(entry: Any) -> str:
    """post, page, comment, template or settings; empty in any other feed."""
    kinds = (string(tag.get("term")).rpartition("#")[2] for tag in entry.get("tags", ()) if is_kind(tag))
    return string(entry.get("blogger_type")).lower() or next(kinds, "")


def is_kind(tag: Any) -> bool:
    """Whether a category says what an entry is and not what it is about."""
    return string(tag.get("scheme")) == _KIND


def status_of(entry: Any) -> Status:
    """Published, unless it says otherwise (RFC 5023 13.1.1, and Blogger's own)."""
    if string(entry.get("app_draft")).strip().lower() == "yes":
        return Status.DRAFT
    return _STATUS.get(string(entry.get("blogger_status")).lower(), Status.PUBLISHED)


def hosts_of(id: str) -> tuple[str, ...]:
    """Where the further pages are of a feed with such an entry: with Blogger, whatever the blog's own host."""
    return ("www.blogger.com",) if id.startswith("tag:blogger.com,") else ()


def path_of(entry: Any) -> str:
    """The path that a backup names where it has no link; empty for none."""
    path = string(entry.get("blogger_filename")).strip()
    return path if path.startswith("/") and not path.startswith("//") else ""
