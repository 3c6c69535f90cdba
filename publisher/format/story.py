"""An AMP web story of a `Story` (amp.dev, amp-story 1.0): what search engines index.

Readable without AMP's scripts: `@media (scripting: none)` and `amp-story:not([class])` lay the pages
out as a column that snaps. Nothing may minify or rewrite the output (B5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

import msgspec
import orjson

from publisher import rendition, url
from publisher.format.head import Link, head_of_story
from publisher.format.story_word import story_words
from publisher.format.template import Templates
from publisher.model import Picture, Site
from publisher.palette import palette
from publisher.story import Design, Page, Part, Story, Track, Video, video_type

MIN_POLL_SECONDS = 15
"""AMP's runtime asks for updates of a live story no more often than this."""
SHARES = ("email", "whatsapp", "facebook", "twitter", "linkedin")
LONG_TITLE = 60
"""Characters above which a cover's title is set smaller."""
SHORT_TEXT = 110
"""Characters below which a page without a picture is set larger."""


class StoryOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner can add to every AMP story: analytics, a beacon, ads."""

    gtag: str = ""
    beacon: str = ""
    ad_slot: str = ""


class Line(msgspec.Struct, frozen=True):
    """A text layer ready to print: `name` is its class and decides the element."""

    name: str
    text: str
    motion: str = ""


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """A page's picture ready to print, absolute; `css` is its address inside a CSS string."""

    src: str
    css: str
    srcset: str
    width: int
    height: int
    alt: str
    position: str
    is_zooming: bool = False


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """A page's video ready to print; its addresses are absolute."""

    id: str
    src: str
    media_type: str
    poster: str
    css: str
    title: str
    width: int
    height: int
    is_silent: bool
    tracks: tuple[Track, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A page ready to print; `look` are its classes, `link` the outlink of the last one, `more` what opens on it.

    `shot` is its picture cut upright, `whole` the same one uncut; `film` its video.
    """

    id: str
    number: int
    look: str
    seconds: str
    lines: tuple[Line, ...]
    shot: Shot | None
    whole: Shot | None
    film: Film | None = None
    more: tuple[str, ...] = ()
    link: str = ""


def amp(
    site: Site,
    story: Story,
    templates: Templates,
    options: StoryOptions | None = None,
    translations: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The AMP document of a story; `translations` are (language, path) of the same story."""
    posters = poster_pictures(site, story)
    sheets = sheets_of(site, story)
    return templates.render(
        "story/amp.html",
        site=site,
        story=story,
        head=head_of_story(site, story.article, images=posters, feeds=_feeds(site), translations=translations),
        words=story_words(story.language),
        sheets=sheets,
        posters=[poster.src for poster in posters],
        logo=url.absolute(site.base, site.logo),
        colours=palette(story.article.section.slug if story.article.section else ""),
        extensions=_extensions(options or StoryOptions(), sheets),
        options=options or StoryOptions(),
        shares=_script({"shareProviders": list(SHARES)}),
        analytics=_script(_analytics(site, options)) if options and options.beacon else "",
        ads=_script({"ad-attributes": {"type": "doubleclick", "data-slot": options.ad_slot}})
        if options and options.ad_slot
        else "",
        poll=str(MIN_POLL_SECONDS * 2000),
    )


def poster_pictures(site: Site, story: Story) -> tuple[Picture, ...]:
    """The posters in three ratios as absolute JPEGs: cut from a stored cover, drawn when there is none."""
    return tuple(poster_picture(site, story.slug, story.poster, name) for name in rendition.POSTERS)


def poster_picture(site: Site, slug: str, cover: Picture | None, name: str = rendition.POSTERS[0]) -> Picture:
    """One poster of the story with that slug and cover."""
    row = rendition.RENDITIONS[name]
    drawn = f"{url.story(slug)}{name}.jpg"
    path = rendition.path(cover, name) if cover and rendition.stored(cover) else drawn
    return Picture(
        src=url.absolute(site.base, path),
        width=row.width,
        height=row.height,
        media_type="image/jpeg",
        alt=cover.alt if cover else "",
        credit=cover.credit if cover else "",
    )


def sheets_of(site: Site, story: Story) -> tuple[Sheet, ...]:
    """Every page ready to print, for AMP and the player alike."""
    outlink = url.absolute(site.base, story.outlink) if story.outlink else ""
    return tuple(
        _sheet(site, story, page, number, outlink if number == len(story.pages) else "")
        for number, page in enumerate(story.pages, 1)
    )


def _sheet(site: Site, story: Story, page: Page, number: int, link: str) -> Sheet:
    is_cover = number == 1
    return Sheet(
        id=page.id,
        number=number,
        look=_look(page, number, bool(link)),
        seconds=f"{page.seconds:g}s",
        lines=tuple(Line(line.part.value, line.text, "" if is_cover else "in") for line in page.texts),
        shot=_shot(site, page.picture, page, is_zooming=story.design is Design.TRAVEL and not is_cover)
        if page.picture
        else None,
        whole=_whole(site, page.picture, page) if page.picture else None,
        film=_film(site, story, page, page.video) if page.video else None,
        more=page.more,
        link=link,
    )


def _film(site: Site, story: Story, page: Page, video: Video) -> Film:
    poster = url.absolute(site.base, video.poster) if video.poster else poster_pictures(site, story)[0].src
    return Film(
        id=f"{page.id}-video",
        src=_source(site, video.src),
        media_type=video_type(video.src),
        poster=poster,
        css=_css_string(poster),
        title=video.title or page.text,
        width=video.width or 720,
        height=video.height or 1280,
        is_silent=video.is_silent,
        tracks=tuple(msgspec.structs.replace(each, src=_source(site, each.src)) for each in video.tracks),
    )


def _source(site: Site, address: str) -> str:
    """A media file's address: absolute, without its scheme on a site without TLS, since AMP refuses http sources."""
    return url.absolute(site.base, address).removeprefix("http:")


def _look(page: Page, number: int, has_link: bool) -> str:
    title = next((line.text for line in page.texts if line.part is Part.TITLE), "")
    names = (
        page.role.value,
        "shot" if page.picture or page.video else f"plain v{number % 4}",
        "long" if len(title) > LONG_TITLE else "",
        "short" if not title and len(page.text) < SHORT_TEXT else "",
        "last" if has_link else "",
    )
    return " ".join(name for name in names if name)


def _shot(site: Site, picture: Picture, page: Page, *, is_zooming: bool) -> Shot:
    width, height = rendition.size(picture, "tall720")
    x, y = picture.focal if picture.focal and not rendition.stored(picture) else (0.5, 0.5)
    src = url.absolute(site.base, rendition.path(picture, "tall720"))
    return Shot(
        src=src,
        css=_css_string(src),
        srcset=_absolute(site, rendition.tall_srcset(picture, "webp")),
        width=width or 720,
        height=height or 1280,
        alt=picture.alt or picture.caption or page.text,
        position=f"{x:.0%} {y:.0%}",
        is_zooming=is_zooming,
    )


def _whole(site: Site, picture: Picture, page: Page) -> Shot:
    width, height = rendition.size(picture, "w960")
    src = url.absolute(site.base, rendition.path(picture, "w960"))
    return Shot(
        src=src,
        css=_css_string(src),
        srcset=_absolute(site, rendition.srcset(picture, "webp")),
        width=width,
        height=height,
        alt=picture.alt or picture.caption or page.text,
        position="50% 50%",
    )


_NOT_IN_CSS = re.compile(r"""[\s"'()<>\\{}]""")


def _css_string(address: str) -> str:
    """An address that can't end a quoted CSS string or the style element: its odd characters encoded."""
    return _NOT_IN_CSS.sub(lambda match: quote(match[0], safe=""), address)


def _absolute(site: Site, listed: str) -> str:
    return ", ".join(url.absolute(site.base, entry) for entry in listed.split(", ")) if listed else ""


def _extensions(options: StoryOptions, sheets: Sequence[Sheet]) -> Sequence[str]:
    used = (
        ("amp-story", "1.0", True),
        ("amp-video", "0.1", any(sheet.film for sheet in sheets)),
        ("amp-analytics", "0.1", bool(options.beacon)),
        ("amp-story-auto-analytics", "0.1", bool(options.gtag)),
        ("amp-story-auto-ads", "0.1", bool(options.ad_slot)),
    )
    return [f"{name}-{version}" for name, version, is_used in used if is_used]


def _analytics(site: Site, options: StoryOptions) -> object:
    """An own beacon: one request when a page is seen, one at the last page; no third party."""
    address = url.absolute(site.base, options.beacon)
    hit = f"{address}?e=${{eventType}}&p=${{storyPageIndex}}&n=${{storyPageCount}}&u=${{canonicalUrl}}"
    return {
        "requests": {"hit": hit},
        "triggers": {
            "page": {"on": "story-page-visible", "request": "hit", "vars": {"eventType": "page"}},
            "end": {"on": "story-last-page-visible", "request": "hit", "vars": {"eventType": "end"}},
        },
        "transport": {"beacon": True, "xhrpost": False, "image": True},
    }


def _script(value: object) -> str:
    """JSON that can stand inside `<script>`."""
    return orjson.dumps(value).decode().replace("<", "\\u003c").replace(">", "\\u003e")


def _feeds(site: Site) -> tuple[Link, ...]:
    """Autodiscovery of the stories' feeds (F2)."""
    kinds = (("rss", "application/rss+xml"), ("atom", "application/atom+xml"), ("json", "application/feed+json"))
    return tuple(
        Link("alternate", url.absolute(site.base, f"/feeds/stories.{name}"), type=media_type, title=site.title)
        for name, media_type in kinds
    )
