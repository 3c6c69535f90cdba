"""What surrounds every page of a site, made of the site's settings, its sections and its theme."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from publisher import text, url
from publisher.format import language as tongue
from publisher.format.view import Chrome, Item, Shelf
from publisher.model import Section, Site

HUES = 8
STORIES_PATH = "/web-stories/"


class Frame(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """What all pages of a site have in common.

    `pages` are static pages (title, path); `menu` is the owner's, empty: the sections and Web Stories.
    """

    site: Site
    shelf: Shelf
    sections: tuple[Section, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    menu: tuple[tuple[str, str], ...] = ()
    newsletter: str = ""
    has_stories: bool = False


def chrome(frame: Frame, path: str, language: str = "", section: str = "") -> Chrome:
    """Masthead, menu and footer of the page at a path, in a language, below a section."""
    spoken, place = language or frame.site.language, url.section(section) if section else path
    return _chrome(frame, spoken, place, section, is_home=path == "/")


@lru_cache(maxsize=256)
def _chrome(frame: Frame, spoken: str, place: str, section: str, *, is_home: bool) -> Chrome:
    """Kept, for all pages of a section in a language have the same."""
    site = frame.site
    return Chrome(
        title=site.title,
        tagline=site.tagline,
        language=spoken,
        direction=text.direction(spoken),
        words=tongue.words(spoken),
        shelf=frame.shelf,
        menu=_menu(frame, spoken, place),
        footer=tuple(Item(title=title, url=target) for title, target in site.footer or frame.pages),
        social=tuple(Item(title=title, url=target) for title, target in site.social),
        copyright=site.copyright,
        version=site.version,
        newsletter=frame.newsletter,
        is_home=is_home,
        hue=hue(frame, section),
    )


def hue(frame: Frame, section: str) -> str:
    """Class of a section's colour, by its place among the sections; empty for none."""
    slugs = [each.slug for each in frame.sections]
    return f"hue-{slugs.index(section) % HUES}" if section in slugs else ""


def label(frame: Frame, section: Section | None) -> Item | None:
    """A section as a card names it."""
    if section is None:
        return None
    return Item(title=section.name, url=url.section(section.slug), hue=hue(frame, section.slug))


def _menu(frame: Frame, language: str, path: str) -> tuple[Item, ...]:
    hues = {url.section(each.slug): hue(frame, each.slug) for each in frame.sections}
    links = frame.menu or _own_menu(frame, language)
    return tuple(
        Item(
            title=title,
            url=target,
            hue=hues.get(urlsplit(target).path, ""),
            is_current=target != "/" and path.startswith(target),
        )
        for title, target in links
    )


def _own_menu(frame: Frame, language: str) -> tuple[tuple[str, str], ...]:
    sections = tuple((each.name, url.section(each.slug)) for each in frame.sections if each.articles)
    stories = ((tongue.words(language).stories, STORIES_PATH),) if frame.has_stories else ()
    return sections + stories
