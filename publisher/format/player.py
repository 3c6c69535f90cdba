"""The light player of a story, and its reading view: one request each, no third party.

Styles and script stand in the document and are named by their hashes in its Content-Security-Policy,
so that nothing else can run or style (E1, E5).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from publisher import rendition, url
from publisher.format.head import head_of_story
from publisher.format.story import Sheet, poster_pictures, sheets_of
from publisher.format.story_word import story_words
from publisher.format.template import Templates
from publisher.model import Site
from publisher.palette import palette
from publisher.story import Story


class Rendered(msgspec.Struct, frozen=True):
    """A finished document and the policy that its inline parts need."""

    body: bytes
    policy: str


def player(site: Site, story: Story, templates: Templates) -> Rendered:
    """The player's document; `rel=canonical` leads to the AMP story (F1)."""
    return _player(site, story, templates, sheets_of(site, story), close=story.outlink or "/web-stories/")


def _player(site: Site, story: Story, templates: Templates, sheets: Sequence[Sheet], close: str) -> Rendered:
    words = story_words(story.language)
    has_film, has_more = any(sheet.film for sheet in sheets), any(sheet.more for sheet in sheets)
    css = _styled(templates, "player/player.css", story, has_more=has_more)
    script = templates.render("player/player.js", has_film=has_film).decode().strip()
    body = templates.render(
        "player/player.html",
        site=site,
        story=story,
        head=head_of_story(site, story.article, images=poster_pictures(site, story)),
        words=words,
        sheets=sheets,
        labels=[words.page.format(sheet.number, len(sheets)) for sheet in sheets],
        close=close,
        has_film=has_film,
        css=css,
        script=script,
    )
    return Rendered(body, policy(css, script))


class Bundle(msgspec.Struct, frozen=True):
    """A story that opens offline: its pages by file name, and which rendition each picture's file is."""

    pages: Mapping[str, bytes]
    pictures: Mapping[str, tuple[str, str]]


def bundle(site: Site, story: Story, templates: Templates) -> Bundle:
    """The player and the reading view with pictures beside them (F3); foreign pictures stay where they are."""
    sheets, pictures = _unbound(sheets_of(site, story), story)
    link = url.absolute(site.base, story.outlink) if story.outlink else ""
    home = url.absolute(site.base, "/")
    played = _player(site, story, templates, sheets, close=link or home)
    read = _reading(site, story, templates, sheets, home=home, player="index.html", link=link)
    return Bundle({"index.html": played.body, "read.html": read.body}, pictures)


def _unbound(sheets: Sequence[Sheet], story: Story) -> tuple[tuple[Sheet, ...], dict[str, tuple[str, str]]]:
    """The pages with pictures from a folder beside them, and what that folder holds."""
    pictures: dict[str, tuple[str, str]] = {}
    local = []
    for sheet, page in zip(sheets, story.pages, strict=True):
        sha256 = rendition.stored(page.picture) if page.picture else ""
        if not sha256 or not sheet.shot or not sheet.whole:
            local.append(sheet)
            continue
        upright, whole = f"media/{sheet.number}.jpg", f"media/{sheet.number}-whole.jpg"
        pictures |= {upright: (sha256, "tall1080"), whole: (sha256, "w1200")}
        shot = msgspec.structs.replace(sheet.shot, src=upright, srcset="")
        uncut = msgspec.structs.replace(sheet.whole, src=whole, srcset="")
        local.append(msgspec.structs.replace(sheet, shot=shot, whole=uncut))
    return tuple(local), pictures


def reading(site: Site, story: Story, templates: Templates) -> Rendered:
    """The story as a plain page to be read, printed or listened to."""
    player = url.player(story.slug)
    return _reading(site, story, templates, sheets_of(site, story), home="/", player=player, link=story.outlink)


def _reading(
    site: Site, story: Story, templates: Templates, sheets: Sequence[Sheet], *, home: str, player: str, link: str
) -> Rendered:
    css = _styled(templates, "player/read.css", story)
    body = templates.render(
        "player/read.html",
        site=site,
        story=story,
        head=head_of_story(site, story.article, images=poster_pictures(site, story)),
        words=story_words(story.language),
        sheets=sheets,
        home=home,
        player=player,
        link=link,
        css=css,
    )
    return Rendered(body, policy(css))


def _styled(templates: Templates, name: str, story: Story, **parts: bool) -> str:
    section = story.article.section
    colours = palette(section.slug if section else "")
    return templates.render(name, story=story, colours=colours, **parts).decode().strip()


def policy(css: str, script: str = "") -> str:
    """A Content-Security-Policy that lets exactly these inline parts run (CSP 3, hashes)."""
    scripts = _hash(script) if script else "'none'"
    return (
        f"default-src 'none'; img-src 'self' https: data:; media-src 'self' https:; style-src {_hash(css)}; "
        f"script-src {scripts}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
