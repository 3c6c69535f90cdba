"""Stored values -> what the API shows of them."""

from __future__ import annotations

from typing import Any

import orjson

from publisher import url
from publisher.model import Article, Author, Media, Picture, Section, Tag
from publisher.web.api import record, schema

OWN_SOURCE = "api"
"""Kind of the source of articles that a CMS keeps in step by ids of its own."""
BY_KEY = "request"
"""Kind of the source of articles made with an Idempotency-Key: (token, key) is unique in the store itself."""


def article(base: str, found: Article, *, with_html: bool = True) -> schema.ArticleView:
    """An article as the API shows it."""
    seo = found.seo
    plain: dict[str, Any] = {name: getattr(found, name) for name in _SAME}
    source = found.source if found.source and found.source.kind == OWN_SOURCE else None
    return schema.ArticleView(
        **plain,
        url=url.absolute(base, found.path),
        html=found.body.html if with_html else None,
        markdown=_markdown(found) if with_html else None,
        format=found.body.format,
        section=schema.Named(slug=found.section.slug, name=found.section.name) if found.section else None,
        tags=[schema.Named(slug=each.slug, name=each.name) for each in found.tags],
        authors=[_writer(each) for each in found.authors],
        hero=_picture(found.hero) if found.hero else None,
        seo=schema.SeoView(title=seo.title, description=seo.description, noindex=seo.noindex, image=seo.image),
        source=schema.SourceRef(site=source.site, id=source.id) if source else None,
        story_url=url.absolute(base, url.story(found.story_slug)) if found.story_slug else None,
        extra=orjson.loads(found.extra or "{}"),
    )


def _markdown(found: Article) -> str | None:
    """What was written here: an importer's Markdown has tags and files that only it can read."""
    is_ours = found.source is None or found.source.kind in (OWN_SOURCE, BY_KEY)
    return found.body.source if is_ours and found.body.format == "markdown" else None


_SAME = (
    "id revision guid path slug kind status visibility title dek excerpt summary words minutes language "
    "translation_group first_published published updated expires canonical_url source_url source_name featured "
    "pinned is_news correction comment_count"
).split()


def _writer(found: Author) -> schema.Writer:
    return schema.Writer(slug=found.slug, name=found.name, bio=found.bio, url=found.url, avatar=found.avatar)


def _picture(found: Picture) -> schema.PictureView:
    same = {name: getattr(found, name) for name in schema.PictureView.__struct_fields__}
    return schema.PictureView(**same | {"focal": list(found.focal) if found.focal else None})


def media(base: str, found: Media) -> record.MediaView:
    """A stored file as the API shows it."""
    names = [name for name in record.MediaView.__struct_fields__ if name not in ("url", "path")]
    same: dict[str, Any] = {name: getattr(found, name) for name in names}
    same |= {"focal": list(found.focal) if found.focal else None}
    return record.MediaView(**same, path=found.path, url=url.absolute(base, found.path))


def section(base: str, found: Section) -> record.SectionView:
    """A section as the API shows it."""
    names = [name for name in record.SectionView.__struct_fields__ if name != "url"]
    same: dict[str, Any] = {name: getattr(found, name) for name in names}
    return record.SectionView(**same, url=url.absolute(base, url.section(found.slug)))


def tag(base: str, found: Tag) -> record.TagView:
    """A tag as the API shows it."""
    return record.TagView(
        slug=found.slug,
        name=found.name,
        articles=found.articles,
        updated=found.updated,
        url=url.absolute(base, url.tag(found.slug)),
    )


def author(found: Author) -> record.AuthorView:
    """An author as the API shows them."""
    return record.AuthorView(**{name: getattr(found, name) for name in record.AuthorView.__struct_fields__})
