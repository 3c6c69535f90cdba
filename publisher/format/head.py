"""What stands in the `<head>` of every page and story, made in one place.

A template prints a `Head` field by field: `title`, `description`, `canonical` and `robots`
(nothing when empty), `properties` as `<meta property>`, `names` as `<meta name>`, `links` as
`<link>`, `jsonld` inside `<script type="application/ld+json">` without escaping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from publisher import rendition, text, url
from publisher.format import jsonld
from publisher.format.jsonld import Crumb, View
from publisher.format.translation import Versions, versions
from publisher.model import Article, Author, Kind, Picture, Site, Visibility

Pairs = tuple[tuple[str, str], ...]

MAX_DESCRIPTION = 200
LARGE = 1200
"""Least width of a picture that may be shown large (Google Discover, Open Graph), in pixels."""

SHAPES = ("wide", "classic", "square")
"""Renditions in 16:9, 4:3 and 1:1 (Google Search Central, Article: image)."""

_HANDLE = re.compile(r"https?://(?:www\.)?(?:twitter|x)\.com/@?(\w{1,15})/?")


class Link(msgspec.Struct, frozen=True):
    """A `<link>`; empty attributes are not printed."""

    rel: str
    href: str
    type: str = ""
    title: str = ""
    hreflang: str = ""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A page's head metadata, ready to print; every URL in it is absolute.

    `crumbs` are the visible breadcrumbs (paths): the same that the structured data names.
    """

    title: str
    description: str
    canonical: str
    robots: str
    properties: Pairs = ()
    names: Pairs = ()
    links: tuple[Link, ...] = ()
    jsonld: str = ""
    crumbs: tuple[Crumb, ...] = ()


def head_of_article(
    site: Site,
    article: Article,
    *,
    canonical: str | None = None,
    images: Sequence[Picture] = (),
    feeds: Sequence[Link] = (),
    translations: Sequence[tuple[str, str]] = (),
) -> Head:
    """Head of an article's page, or of a document of it at another `canonical` (path or URL).

    `images` are pictures to show instead of the editor's, best first; `translations` are
    (language, path) of the same piece, its own included or not.
    """
    address = url.absolute(site.base, canonical or article.canonical_url or article.path)
    pictures = tuple(images) or _pictures(article)
    view = View(
        canonical=address,
        name=headline(site, article),
        description=description(article),
        language=article.language,
        crumbs=crumbs(site, article),
        images=pictures,
    )
    return Head(
        title=_titled(article.seo.title or view.name, site),
        description=view.description,
        canonical=address,
        robots=robots(site, noindex=article.seo.noindex or article.visibility is Visibility.PASSWORD),
        properties=(*_open_graph(site, view, _type_of(article)), *_article_properties(site, article)),
        names=_twitter(site, view),
        links=(*feeds, *_alternates(site, versions((article.language, address), translations))),
        jsonld=jsonld.of_article(site, article, view),
        crumbs=view.crumbs,
    )


def head_of_story(
    site: Site,
    article: Article,
    *,
    images: Sequence[Picture] = (),
    feeds: Sequence[Link] = (),
    translations: Sequence[tuple[str, str]] = (),
) -> Head:
    """Head of the article's story; its player and reading view have the same canonical."""
    canonical = url.story(article.story_slug)
    return head_of_article(site, article, canonical=canonical, images=images, feeds=feeds, translations=translations)


def head_of_list(
    site: Site,
    title: str,
    description: str,
    path: str,
    number: int = 1,
    feeds: Sequence[Link] = (),
    noindex: bool = False,
    *,
    language: str = "",
    author: Author | None = None,
    crumbs: tuple[Crumb, ...] = (),
) -> Head:
    """Head of page `number` of the list that begins at `path`; an author's list names the person."""
    view = View(
        canonical=url.absolute(site.base, url.page(path, number)),
        name=title if number == 1 else f"{title} ({number})",
        description=text.cut(description, MAX_DESCRIPTION),
        language=language or site.language,
        type=_list_type(path, author),
        crumbs=crumbs or _list_crumbs(site, title, path),
    )
    return Head(
        title=site.title if path == "/" and number == 1 else _titled(view.name, site),
        description=view.description,
        canonical=view.canonical,
        robots=robots(site, noindex=noindex),
        properties=_open_graph(site, view, "profile" if author else "website"),
        names=_twitter(site, view),
        links=tuple(feeds),
        jsonld=jsonld.of_list(site, view, author),
        crumbs=view.crumbs,
    )


WRITING: Mapping[str, str] = MappingProxyType({"https://api.w.org/": "/wp-json/", "micropub": "/micropub"})
"""Relation -> path of what writing apps look for (WordPress's REST API, Micropub 5.3)."""


def writing_links(site: Site) -> tuple[Link, ...]:
    """Where apps can write."""
    return tuple(Link(rel, url.absolute(site.base, path)) for rel, path in WRITING.items())


def feed_link(title: str, href: str, media_type: str) -> Link:
    """Autodiscovery of a feed (RSS Board, RFC 5005's predecessors; what readers look for)."""
    return Link("alternate", href, type=media_type, title=title)


def headline(site: Site, article: Article) -> str:
    """The title as the page shows it; an untitled piece is called by its first words."""
    return article.title or text.cut(article.dek or article.excerpt, 80) or site.title


def description(article: Article) -> str:
    """The editor's description, standfirst or excerpt, else the body's beginning if all may read that."""
    written = article.seo.description or article.dek or article.excerpt
    return text.cut(written or (article.summary if article.is_open else ""), MAX_DESCRIPTION)


def robots(site: Site, *, noindex: bool) -> str:
    """The robots meta's content: large previews, unless the page or the whole site is kept out."""
    return "noindex" if noindex or site.staging else "max-image-preview:large"


def crumbs(site: Site, article: Article) -> tuple[Crumb, ...]:
    """Home, the section, the piece itself."""
    section = article.section
    middle = (Crumb(section.name, url.section(section.slug)),) if section else ()
    return (Crumb(site.title, "/"), *middle, Crumb(headline(site, article), article.path))


def _list_crumbs(site: Site, title: str, path: str) -> tuple[Crumb, ...]:
    return (Crumb(site.title, "/"),) if path == "/" else (Crumb(site.title, "/"), Crumb(title, path))


def _list_type(path: str, author: Author | None) -> str:
    if author:
        return "ProfilePage"
    return "WebPage" if path == "/" else "CollectionPage"


def _titled(title: str, site: Site) -> str:
    return f"{title} - {site.title}" if site.title and title != site.title else title


def _pictures(article: Article) -> tuple[Picture, ...]:
    """The editor's picture in each shape that search results show, else as it is."""
    if article.seo.image:
        return (Picture(src=article.seo.image),)
    if not article.hero or not rendition.stored(article.hero):
        return (article.hero,) if article.hero else ()
    return tuple(_cropped(article.hero, name) for name in SHAPES)


def _cropped(picture: Picture, name: str) -> Picture:
    width, height = rendition.size(picture, name)
    address = rendition.path(picture, name)
    return replace(picture, src=address, width=width, height=height, media_type="image/jpeg", bytes=0)


def _type_of(article: Article) -> str:
    return "website" if article.kind is Kind.PAGE else "article"


def _open_graph(site: Site, view: View, kind: str) -> Pairs:
    pairs = (
        ("og:site_name", site.title),
        ("og:type", kind),
        ("og:title", view.name),
        ("og:description", view.description),
        ("og:url", view.canonical),
        ("og:locale", _locale(view.language)),
        *(_image(site, picture) if (picture := _shown(view.images)) else ()),
    )
    return _filled(pairs)


def _shown(images: Sequence[Picture]) -> Picture | None:
    """The first picture that is wide and large enough to be shown so, else the first."""
    wide = (each for each in images if each.width >= LARGE and each.width > each.height)
    return next(wide, images[0] if images else None)


def _image(site: Site, picture: Picture) -> Iterable[tuple[str, str]]:
    yield "og:image", url.absolute(site.base, picture.src)
    yield "og:image:type", picture.media_type
    yield "og:image:width", str(picture.width or "")
    yield "og:image:height", str(picture.height or "")
    yield "og:image:alt", picture.alt


def _article_properties(site: Site, article: Article) -> Pairs:
    if article.kind is Kind.PAGE:
        return ()
    pairs = (
        ("article:published_time", jsonld.published(article)),
        ("article:modified_time", jsonld.modified(article)),
        ("article:section", article.section.name if article.section else ""),
        *(("article:author", url.absolute(site.base, url.author(each.slug))) for each in article.authors),
        *(("article:tag", each.name) for each in article.tags),
    )
    return _filled(pairs)


def _twitter(site: Site, view: View) -> Pairs:
    picture = _shown(view.images)
    large = picture is not None and picture.width >= picture.height
    handle = next((match[1] for _, href in site.social if (match := _HANDLE.fullmatch(href))), "")
    pairs = (
        ("twitter:card", "summary_large_image" if large else "summary"),
        ("twitter:site", f"@{handle}" if handle else ""),
    )
    return _filled(pairs)


def _alternates(site: Site, found: Versions) -> tuple[Link, ...]:
    return tuple(Link("alternate", url.absolute(site.base, address), hreflang=language) for language, address in found)


def _locale(language: str) -> str:
    """`pt_BR` of `pt-BR`; "" for a language without a territory (ogp.me: language_TERRITORY)."""
    tags = language.split("-")
    territory = next((tag for tag in tags[1:] if len(tag) == 2 and tag.isalpha()), "")
    return f"{tags[0].lower()}_{territory.upper()}" if territory else ""


def _filled(pairs: Iterable[tuple[str, str]]) -> Pairs:
    return tuple((name, value) for name, value in pairs if value)
