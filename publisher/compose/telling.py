"""What lists show of an article's story: found without composing it where that is certain."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from publisher.compose.block import first_blocks
from publisher.compose.plenty import has_plenty
from publisher.compose.storyboard import compose, cover_picture, is_told, title_of
from publisher.error import Invalid
from publisher.model import Article, Picture
from publisher.story import Overrides, Story, overrides


class Telling(msgspec.Struct, frozen=True):
    """A story's title, and the picture its posters are cut from (None: they are drawn)."""

    title: str
    poster: Picture | None = None


def sure_telling(article: Article) -> Telling | None:
    """Title and poster of the story that `compose` makes, None where only that tells. Raises Invalid as that does."""
    change = overrides(article)
    if not is_told(article, change) or not _is_certain(article, change):
        return None
    return Telling(title_of(article, change), cover_picture(article, change, _pictures(article.body.html)))


def _pictures(html: str) -> Iterator[Picture]:
    """The pictures that a body shows, in their order; it isn't read beyond the last."""
    end = html.find(">", html.rfind("<img")) + 1 if "<img" in html else 0
    return (each.picture for each in first_blocks(html[:end]) if each.picture)


def composed_telling(article: Article) -> Telling | None:
    """The same by composing it, None where it makes none: milliseconds, so it belongs in a thread. Raises Invalid."""
    story = compose(article)
    return Telling(story.title, story.poster) if isinstance(story, Story) else None


def has_story(article: Article) -> bool:
    """Whether `compose` makes a story of it; a text that tells plenty isn't composed to find out."""
    try:
        change = overrides(article)
    except Invalid:
        return False
    return is_told(article, change) and (_is_certain(article, change) or isinstance(compose(article), Story))


def _is_certain(article: Article, change: Overrides) -> bool:
    """Whether it surely has a story whose pages no editor changed."""
    is_changed = change.pages or change.edits or change.length
    return not is_changed and has_plenty(article)
