"""Keys: the names by which a change purges documents (a CDN's surrogate keys).

A document carries the keys of everything it shows; a change carries the keys of everything it
touched; the two meet in the cache. Keys are short, ASCII-safe in headers, and made only here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.model import Article, Kind, Place

SITE = "site"
"""Settings, menu, theme, definitions: every page carries it."""
LATEST = "latest"
"""Any list over all articles."""
INDEX = "sitemap"
"""The sitemap index and the lists of sections, authors and tags."""
NEWS = "news"
PAGES = "pages"
"""The static pages: what their sitemap lists, as `SITE` moves with any name of a section or author."""


def article(id: int) -> str:
    """Key of one article's own documents: page, story, player."""
    return f"a{id}"


def edit(id: int) -> str:
    """Key of an edit after which every list has the articles that it had, in their order. No document carries it."""
    return f"e{id}"


def article_ids(keys: Iterable[str]) -> Iterator[int]:
    """The articles whose own keys stand among some."""
    return (int(each[1:]) for each in keys if each[0] == "a" and each[1:].isdecimal())


def section(slug: str) -> str:
    """Key of every list that a section's articles stand in."""
    return f"s/{slug}"


def tag(slug: str) -> str:
    """Key of every list that a tag's articles stand in."""
    return f"t/{slug}"


def author(slug: str) -> str:
    """Key of every list that an author's articles stand in."""
    return f"w/{slug}"


def month(month: str) -> str:
    """Key of a month's archive (`YYYY-MM`)."""
    return f"m/{month}"


def chunk(place: Place) -> str:
    """Key of the urlset file that an entry stands in."""
    return f"c/{place.kind}/{place.month}/{place.chunk()}"


def versions(group: str) -> str:
    """Key of the versions of one piece in several languages: each names the others to search engines."""
    return f"g/{group}"


def path(path: str) -> str:
    """Key of whatever answers at a path: also of its 404, 301 and 410."""
    return f"p{path}"


def memberships(article_: Article) -> frozenset[str]:
    """Keys of every list that a public article stands in, none for one that isn't public."""
    if not article_.is_public:
        return frozenset()
    keys = {LATEST} if article_.kind is not Kind.PAGE else {SITE, PAGES}
    if article_.section:
        keys.add(section(article_.section.slug))
    keys.update(tag(each.slug) for each in article_.tags)
    keys.update(author(each.slug) for each in article_.authors)
    if article_.translation_group:
        keys.add(versions(article_.translation_group))
    if article_.first_published and article_.kind is not Kind.PAGE:
        keys.add(month(f"{article_.first_published:%Y-%m}"))
    return frozenset(keys)


def own(article_: Article) -> frozenset[str]:
    """Keys of an article's own documents that name its other versions."""
    group = article_.translation_group
    return frozenset({article(article_.id), *([versions(group)] if group else ())})


def touched(before: Article | None, after: Article) -> frozenset[str]:
    """Keys of every document that shows the article before or after a write."""
    keys = memberships(after) | {article(after.id), path(after.path)}
    if after.is_public or (before and before.is_public):
        keys |= {INDEX, NEWS}
        keys |= {chunk(place) for each in (before, after) if each and (place := each.place)}
    if after.story_slug:
        keys |= {path(f"/web-stories/{after.story_slug}/")}
    if before:
        keys |= memberships(before) | {path(before.path)}
    return frozenset(keys)
