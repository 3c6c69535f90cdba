"""What the desk fills in and refuses before anything is stored; the clock is an argument."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from publisher import text, url
from publisher.date import whole
from publisher.error import Invalid
from publisher.model import Article, Author, Kind, Redirect, Status

MAX_TITLE = 500
MAX_TAGS = 10_000
_PROVEN = ("title", "dek", "hero", "section", "tags", "authors", "visibility", "canonical_url", "kind", "seo")


def complete(article: Article, now: datetime, host: str) -> Article:
    """The article with everything that follows from the rest filled in; raises Invalid naming every fault.

    Slug from the title, path from section and slug, guid a new tag: URI (RFC 4151), status from its
    dates, `updated` never before `published` nor in the future.
    """
    article = _dated(article, now)
    article = at_home(_addressed(article), host)
    if not article.guid:
        article = msgspec.structs.replace(article, guid=new_guid(now, host))
    problems = list(faults(article))
    if problems:
        raise Invalid(*problems)
    return article


def _dated(article: Article, now: datetime) -> Article:
    status, published = article.status, article.published
    if status in (Status.PUBLISHED, Status.SCHEDULED):
        published = whole(published or now)
        status = Status.SCHEDULED if published > now else Status.PUBLISHED
    first = article.first_published or (published if status is Status.PUBLISHED else None)
    if first and status is Status.PUBLISHED:
        first = min(first, now)
    updated = article.updated or published
    if updated:
        updated = min(max(updated, published or updated), max(now, published or now))
    return msgspec.structs.replace(
        article,
        status=status,
        published=published and whole(published),
        first_published=first and whole(first),
        updated=updated and whole(updated),
    )


def _addressed(article: Article) -> Article:
    slug = text.slug(article.slug) or text.slug(article.title) or _nameless(article)
    return msgspec.structs.replace(article, slug=slug, path=address(article, slug))


def address(article: Article, slug: str) -> str:
    """Where an article stands: its own path once it has one, else by its section and slug."""
    if article.path:
        return url.encode_path(article.path)
    section = article.section.slug if article.section and article.kind is Kind.ARTICLE else ""
    return url.article(section, slug)


def at_home(article: Article, host: str) -> Article:
    """Without a canonical address that is its own: many programs send that, and it says nothing of another site."""
    parts = urlsplit(article.canonical_url)
    is_own = parts.netloc.removeprefix("www.") == host.removeprefix("www.") and not parts.query
    if not is_own or url.encode_path(parts.path).rstrip("/") != article.path.rstrip("/"):
        return article
    return msgspec.structs.replace(article, canonical_url="")


def readdressed(path: str, slug: str) -> str:
    """A path whose last segment follows a slug edit (DESIGN: a section edit moves nothing)."""
    head = path.rstrip("/").rpartition("/")[0]
    return f"{head}/{url.segment(slug)}" + ("/" if path.endswith("/") else "")


def numbered(article: Article, number: int) -> Article:
    """The same article at the next free-looking address: `-2`, `-3` ... behind its slug."""
    slug = text.numbered(article.slug, number)
    return msgspec.structs.replace(article, slug=slug, path=readdressed(article.path, slug))


def _nameless(article: Article) -> str:
    return "article-" + hashlib.sha256((article.guid + article.body.html).encode()).hexdigest()[:8]


def new_guid(now: datetime, host: str) -> str:
    """A guid that was never given before: no part of it follows from what may be edited later."""
    name = host.partition(":")[0] or "localhost"
    return f"tag:{name},{now:%Y-%m-%d}:{uuid.uuid4()}"


def faults(article: Article) -> Iterator[str]:
    """Every rule that a complete article breaks, as a sentence each."""
    if url.is_reserved(article.path) and article.kind is not Kind.STORY:
        yield f"path: {article.path} is reserved for the site itself; choose another slug or section"
    if not article.title and not article.body.html.strip():
        yield "title: an article needs a title or a body"
    if len(article.title) > MAX_TITLE:
        yield f"title: {len(article.title)} characters, at most {MAX_TITLE} are allowed"
    if len(article.tags) > MAX_TAGS:
        yield f"tags: {len(article.tags)}, at most {MAX_TAGS} are allowed"
    if article.expires and article.published and article.expires <= article.published:
        yield "expires: must be after published"


def revised(before: Article, after: Article, now: datetime) -> Article:
    """The new version with what never changes kept, and `updated` moved when the edit is significant."""
    path = after.path
    if path == before.path and after.slug != before.slug:
        path = readdressed(before.path, text.slug(after.slug) or before.slug)
    updated = after.updated
    if updated == before.updated and is_significant(before, after) and before.was_public:
        updated = now
    return msgspec.structs.replace(
        after,
        id=before.id,
        revision=before.revision,
        guid=before.guid,
        path=path,
        updated=updated,
        first_published=before.first_published or after.first_published,
        place=before.place,
        story_slug=before.story_slug,
    )


def merged(before: str, after: str) -> str:
    """An article's `extra` when its source is read anew: what others stored there (a story's overrides) stays."""
    if before in ("{}", after):
        return after
    kept = msgspec.json.decode(before, type=dict[str, msgspec.Raw])
    return msgspec.json.encode(kept | msgspec.json.decode(after, type=dict[str, msgspec.Raw])).decode()


def is_significant(before: Article, after: Article) -> bool:
    """Whether readers would notice: text, title, picture or where it is listed; not counts or flags."""
    if before.body.html != after.body.html:
        return True
    return any(getattr(before, name) != getattr(after, name) for name in _PROVEN)


def described(author: Author, by: Author) -> Author:
    """The author as another source describes them; of a portrait only an address counts, not a file's name."""
    avatar = by.avatar if by.avatar.startswith(("/", "http")) else author.avatar
    shown = avatar if avatar.startswith(("/", "http")) else ""
    return msgspec.structs.replace(
        author, name=by.name or author.name, bio=by.bio or author.bio, url=by.url or author.url, avatar=shown
    )


def versions(article: Article, translations: Sequence[Article]) -> list[tuple[str, str]]:
    """(language, path) of the other indexable versions of a piece."""
    return [(each.language, each.path) for each in translations if each.id != article.id and each.is_indexable]


def redirect(path: str, target: str) -> Redirect:
    """A redirect between two paths of this site, in the form in which paths are stored; raises Invalid naming both."""
    problems = [
        f"{name}: {value!r} is no path of this site; write it like /reviews/old-name/"
        for name, value in (("path", path), ("target", target))
        if not value.startswith("/") or value.startswith("//")
    ]
    if problems:
        raise Invalid(*problems)
    return Redirect(url.encode_path(path), url.encode_path(target))
