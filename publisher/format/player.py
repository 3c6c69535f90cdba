"""The light player of a story, and its reading view: one request each, no third party.

Styles and script stand in the document and are named by their hashes in its Content-Security-Policy,
so that nothing else can run or style (E1, E5).
"""

from __future__ import annotations

import base64
import hashlib

import msgspec

from publisher import url
from publisher.format.head import head_of_story
from publisher.format.story import poster_pictures, sheets_of
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
    sheets = sheets_of(site, story)
    words = story_words(story.language)
    css = _styled(templates, "player/player.css", story)
    script = templates.render("player/player.js").decode().strip()
    body = templates.render(
        "player/player.html",
        site=site,
        story=story,
        head=head_of_story(site, story.article, images=poster_pictures(site, story)),
        words=words,
        sheets=sheets,
        labels=[words.page.format(sheet.number, len(sheets)) for sheet in sheets],
        close=story.outlink or "/web-stories/",
        css=css,
        script=script,
    )
    return Rendered(body, policy(css, script))


def reading(site: Site, story: Story, templates: Templates) -> Rendered:
    """The story as a plain page to be read, printed or listened to."""
    css = _styled(templates, "player/read.css", story)
    body = templates.render(
        "player/read.html",
        site=site,
        story=story,
        head=head_of_story(site, story.article, images=poster_pictures(site, story)),
        words=story_words(story.language),
        sheets=sheets_of(site, story),
        player=url.player(story.slug),
        link=story.outlink,
        css=css,
    )
    return Rendered(body, policy(css))


def _styled(templates: Templates, name: str, story: Story) -> str:
    section = story.article.section
    colours = palette(section.slug if section else "")
    return templates.render(name, story=story, colours=colours).decode().strip()


def policy(css: str, script: str = "") -> str:
    """A Content-Security-Policy that lets exactly these inline parts run (CSP 3, hashes)."""
    scripts = _hash(script) if script else "'none'"
    return (
        f"default-src 'none'; img-src 'self' https: data:; media-src 'self' https:; style-src {_hash(css)}; "
        f"script-src {scripts}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
