"""Structured data: one JSON-LD graph a page, its nodes linked by `@id` (schema.org).

It says only what the page shows, from the same instants and addresses as the page's head. It
knows no template; `head.py` puts its text beside the rest of the head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import orjson

from publisher import date, text, url
from publisher.format.video import Video, videos
from publisher.model import Article, Author, Kind, Picture, Site, Visibility

Node = dict[str, Any]

MAX_HEADLINE = 110
"""Longest headline that search engines show (Google Search Central, Article)."""

_ESCAPES = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)
_EMAIL = re.compile(r"(?:[<(\[]\s*+)?(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?")
_BYLINE = re.compile(r"^\s*(?:by|von|par|por)\s+", re.IGNORECASE)


class Crumb(msgspec.Struct, frozen=True):
    """One step of a breadcrumb trail: the words shown and the path."""

    title: str
    path: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a graph says of the page that carries it; `canonical` is absolute."""

    canonical: str
    name: str
    description: str = ""
    language: str = "en"
    type: str = "WebPage"
    crumbs: tuple[Crumb, ...] = ()
    images: tuple[Picture, ...] = ()


def dump(nodes: Iterable[Node]) -> str:
    """The graph as text that can stand inside `<script>`: `<`, `>`, `&`, U+2028 escaped."""
    graph = {"@context": "https://schema.org", "@graph": [_filled(node) for node in nodes]}
    raw = orjson.dumps(graph).decode()
    for char, escape in _ESCAPES:
        raw = raw.replace(char, escape)
    return raw


def _filled(node: Mapping[str, Any]) -> Node:
    return {name: value for name, value in node.items() if value not in ("", None, [], ())}


def of_article(site: Site, article: Article, view: View) -> str:
    """Graph of an article's page, story or static page."""
    nodes = [_web_page(site, view, article), *_common(site, view)]
    if article.kind is not Kind.PAGE:
        nodes = [_article(site, article, view), *nodes]
        nodes += [_person(site, author) for author in article.authors if person_name(author)]
    return dump(nodes)


def of_list(site: Site, view: View, author: Author | None = None) -> str:
    """Graph of a list: a section, a tag, a month, or an author (then with the person)."""
    page = _web_page(site, view)
    people = [_person(site, author)] if author and person_name(author) else []
    if people and author:
        page |= {"mainEntity": {"@id": _person_id(site, author)}}
    return dump([page, *_common(site, view), *people])


def _common(site: Site, view: View) -> list[Node]:
    trail = [_breadcrumbs(site, view)] if len(view.crumbs) > 1 else []
    return [*trail, _website(site), _organization(site)]


def _article(site: Site, article: Article, view: View) -> Node:
    page = {"@id": f"{view.canonical}#webpage"}
    return {
        "@type": "NewsArticle" if article.is_news else "Article",
        "@id": f"{view.canonical}#article",
        "headline": text.cut(view.name, MAX_HEADLINE),
        "description": view.description,
        "url": view.canonical,
        "mainEntityOfPage": page,
        "isPartOf": page,
        "inLanguage": article.language,
        **_dates(article),
        "image": [_image(site, picture) for picture in view.images],
        "video": [_video(site, article, view, each) for each in _videos(article)],
        "articleSection": article.section.name if article.section else "",
        "keywords": [each.name for each in article.tags],
        "wordCount": article.words or None,
        "commentCount": article.comment_count or None,
        "author": _authors(site, article.authors),
        "publisher": {"@id": f"{site.base}/#organization"},
        "isBasedOn": article.source_url,
        **_paywall(article),
    }


def _videos(article: Article) -> tuple[Video, ...]:
    return videos(article.body.html) if article.is_open else ()


def _video(site: Site, article: Article, view: View, video: Video) -> Node:
    return {
        "@type": "VideoObject",
        "name": video.title or view.name,
        "description": view.description or view.name,
        "thumbnailUrl": url.absolute(site.base, video.thumbnail),
        "contentUrl": url.absolute(site.base, video.content),
        "uploadDate": published(article),
    }


def _dates(article: Article) -> Node:
    return {"datePublished": published(article), "dateModified": modified(article)}


def published(article: Article) -> str:
    """The shown date with the editor's offset, "" when it has none."""
    shown = article.published or article.first_published
    return date.with_offset(shown, article.offset_minutes) if shown else ""


def modified(article: Article) -> str:
    """The last significant change with the editor's offset: the instant of `<lastmod>`."""
    return date.with_offset(article.lastmod, article.offset_minutes) if article.lastmod else ""


def _paywall(article: Article) -> Node:
    if article.visibility is Visibility.PUBLIC:
        return {}
    part = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paywall"}
    return {"isAccessibleForFree": False, "hasPart": part}


def _web_page(site: Site, view: View, article: Article | None = None) -> Node:
    return {
        "@type": view.type,
        "@id": f"{view.canonical}#webpage",
        "url": view.canonical,
        "name": view.name,
        "description": view.description,
        "inLanguage": view.language,
        **(_dates(article) if article else {}),
        "isPartOf": {"@id": f"{site.base}/#website"},
        "breadcrumb": {"@id": f"{view.canonical}#breadcrumb"} if len(view.crumbs) > 1 else None,
        "primaryImageOfPage": _image(site, view.images[0]) if view.images else None,
    }


def _breadcrumbs(site: Site, view: View) -> Node:
    return {
        "@type": "BreadcrumbList",
        "@id": f"{view.canonical}#breadcrumb",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": crumb.title,
                "item": url.absolute(site.base, crumb.path),
            }
            for position, crumb in enumerate(view.crumbs, 1)
        ],
    }


def _website(site: Site) -> Node:
    return {
        "@type": "WebSite",
        "@id": f"{site.base}/#website",
        "url": f"{site.base}/",
        "name": site.title,
        "description": site.description or site.tagline,
        "inLanguage": site.language,
        "publisher": {"@id": f"{site.base}/#organization"},
    }


def _organization(site: Site) -> Node:
    logo = {"@type": "ImageObject", "url": url.absolute(site.base, site.logo)} if site.logo else None
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{site.base}/#organization",
        "name": site.title,
        "url": f"{site.base}/",
        "logo": logo,
        "sameAs": [target for _, target in site.social if target.startswith(("http://", "https://"))],
    }


def _authors(site: Site, authors: Sequence[Author]) -> list[Node]:
    people = [{"@id": _person_id(site, author)} for author in authors if person_name(author)]
    return people or [{"@id": f"{site.base}/#organization"}]


def _person(site: Site, author: Author) -> Node:
    return {
        "@type": "Person",
        "@id": _person_id(site, author),
        "name": person_name(author),
        "url": url.absolute(site.base, url.author(author.slug)),
        "description": author.bio,
        "image": url.absolute(site.base, author.avatar) if author.avatar else "",
        "sameAs": [author.url] if author.url.startswith(("http://", "https://")) else [],
    }


def _person_id(site: Site, author: Author) -> str:
    return f"{url.absolute(site.base, url.author(author.slug))}#person"


def person_name(author: Author) -> str:
    """The name alone: no "By", no e-mail address; "" when nothing else is left."""
    return _BYLINE.sub("", _EMAIL.sub(" ", author.name)).strip(" ,;|-")


def _image(site: Site, picture: Picture) -> Node:
    return _filled(
        {
            "@type": "ImageObject",
            "url": url.absolute(site.base, picture.src),
            "width": picture.width or None,
            "height": picture.height or None,
            "caption": picture.caption or picture.alt,
            "creditText": picture.credit,
        }
    )
