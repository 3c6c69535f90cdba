"""An article made ready to publish: the one step between any way in and the store.

Importers, the API and the command line hand over an article and its HTML; the desk calls this for
all of them, so that what is stored never depends on the way by which it came.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from publisher import html, text
from publisher.model import Article, Author, Body, Picture, Tag

UNTITLED_LIMIT = 60
"""An article without a title is called by its first words; feeds and pages must call it something."""

_BREAK = re.compile(r"<(?:/(?:p|div|li|h[1-6])|br)\b[^<>]{0,100}>", re.IGNORECASE)


def prepare(
    article: Article,
    raw_html: str,
    base: str = "",
    own_hosts: Collection[str] = (),
    files: Mapping[str, str] = html.NO_FILES,
) -> Article:
    """The article with safe text and everything that follows from its body.

    `raw_html` is the body as HTML, unsafe as it came; `body.source` and `body.format` are kept.
    Relative URLs are read against `base`, links to `own_hosts` become paths, and `files` maps a
    file's URL, as written or absolute, to where it is stored now.
    """
    body = html.replace(html.sanitise(raw_html, base=base, own_hosts=own_hosts, files=files), files)
    plain, pictures = html.text_of(body), html.pictures_of(body)
    words, minutes = text.measure(plain)
    excerpt = text.line(html.plain_text(_BREAK.sub(" ", article.excerpt)))
    shown = _cleaned(article, files)
    return replace(
        shown,
        title=shown.title or text.cut(plain, UNTITLED_LIMIT) or article.slug,
        body=Body(source=article.body.source, format=article.body.format, html=body, text=plain),
        words=words,
        minutes=minutes,
        excerpt=excerpt,
        summary=text.cut(excerpt, html.SUMMARY_LIMIT) or html.summary_of(body),
        hero=_hero(article.hero, base, files) or next(iter(pictures), None),
        pictures=pictures,
    )


def is_untitled(article: Article) -> bool:
    """Whether the article, with its body, is called by its first words."""
    return article.title == text.cut(article.body.text, UNTITLED_LIMIT)


def restored(given: Article, prepared: Article) -> Article:
    """A prepared article with the plain fields as a store had them: they have been read once already.

    What entities a title spells out stays spelled out; only what no XML may hold is taken off.
    """
    plain = {name: text.line(getattr(given, name)) for name in ("title", "dek", "excerpt", "summary")}
    return replace(prepared, **{name: value for name, value in plain.items() if value})


def _cleaned(article: Article, files: Mapping[str, str]) -> Article:
    return replace(
        article,
        title=text.line(html.plain_text(article.title)),
        dek=text.line(html.plain_text(article.dek)),
        correction=text.line(article.correction),
        source_name=text.line(article.source_name),
        source_url=html.web_address(article.source_url),
        canonical_url=html.web_address(article.canonical_url),
        tags=_distinct(article.tags),
        authors=tuple(_clean_author(author, files) for author in article.authors if author.name.strip()),
    )


def _distinct(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The tags in their order, none blank, none twice (feeds.md 26)."""
    found = {tag.slug: replace(tag, name=text.line(tag.name)) for tag in reversed(tags) if tag.slug}
    return tuple(tag for tag in reversed(found.values()) if tag.name)


def _clean_author(author: Author, files: Mapping[str, str]) -> Author:
    return replace(
        author,
        name=text.line(author.name),
        bio=text.line(author.bio),
        url=html.web_address(author.url),
        avatar=html.media_address(author.avatar, "", files),
    )


def _hero(hero: Picture | None, base: str, files: Mapping[str, str]) -> Picture | None:
    """The given picture at its published address; None when there is none or its address isn't one."""
    if hero is None or not (address := html.media_address(hero.src, base, files)):
        return None
    return replace(
        hero, src=address, alt=text.line(hero.alt), caption=text.line(hero.caption), credit=text.line(hero.credit)
    )
