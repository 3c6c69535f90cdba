"""A web story as values: pages of layers, what it looks like, and what an editor changed.

One story has three renderings (AMP, light player, reading view); none of them is known here.
"""

from __future__ import annotations

import enum

import msgspec

from publisher.error import Invalid
from publisher.model import Article, Picture

MIN_PAGES, MAX_PAGES = 4, 12
"""A story made from an article has this many pages (A1); a hand-written one may have up to 30 (B4)."""
MOST_PAGES = 30
MIN_TEXT, MAX_TEXT, HARD_TEXT = 60, 180, 200
"""Characters of text on a page: least and most when composed, most of all (A3)."""


class Design(enum.StrEnum):
    """How a story looks."""

    NEWS = "news"
    TRAVEL = "travel"
    REVIEW = "review"
    QUOTE = "quote"


class Role(enum.StrEnum):
    """What a page is for."""

    COVER = "cover"
    FACT = "fact"
    QUOTE = "quote"


class Part(enum.StrEnum):
    """What a line of text is; it decides the element and its size."""

    KICKER = "kicker"
    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    QUOTE = "quote"
    BYLINE = "byline"


class TextLayer(msgspec.Struct, frozen=True, tag="text"):
    """One piece of text on a page."""

    part: Part
    text: str


class PictureLayer(msgspec.Struct, frozen=True, tag="picture"):
    """A picture that fills the page behind its text."""

    picture: Picture


class Track(msgspec.Struct, frozen=True):
    """Captions of a video: a WebVTT file, its language and its name."""

    src: str
    language: str
    label: str = ""


class Video(msgspec.Struct, frozen=True, kw_only=True):
    """A video as an article shows it; `poster` is a picture's address, "" when it has none."""

    src: str
    poster: str = ""
    title: str = ""
    width: int = 0
    height: int = 0
    is_silent: bool = False
    tracks: tuple[Track, ...] = ()


VIDEO_TYPES = {"mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm"}
"""What a story can play: file name extension -> media type."""


def video_type(src: str) -> str:
    """Media type of a video by its address, "" for one that a story can't play."""
    return VIDEO_TYPES.get(src.split("?")[0].split("#")[0].rpartition(".")[2].lower(), "")


class VideoLayer(msgspec.Struct, frozen=True, tag="video"):
    """A video that fills the page behind its text."""

    video: Video


Layer = TextLayer | PictureLayer | VideoLayer


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One screen of a story; layers from back to front, `seconds` until it moves on by itself.

    `more` are paragraphs that a reader can open on it.
    """

    id: str
    role: Role
    layers: tuple[Layer, ...] = ()
    seconds: float = 7.0
    more: tuple[str, ...] = ()

    @property
    def picture(self) -> Picture | None:
        """What fills it, None for a designed background."""
        return next((each.picture for each in self.layers if isinstance(each, PictureLayer)), None)

    @property
    def video(self) -> Video | None:
        """What plays on it, None for a page that stands still."""
        return next((each.video for each in self.layers if isinstance(each, VideoLayer)), None)

    @property
    def texts(self) -> tuple[TextLayer, ...]:
        """Its text layers, in reading order."""
        return tuple(each for each in self.layers if isinstance(each, TextLayer))

    @property
    def text(self) -> str:
        """All its text in one line."""
        return " ".join(each.text for each in self.texts)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story of an article; `article` carries no body, `outlink` is where its last page leads.

    A live one (`is_live`) is asked for new pages by those who watch it.
    """

    article: Article
    title: str
    design: Design
    pages: tuple[Page, ...]
    outlink: str = ""
    outlink_label: str = ""
    is_live: bool = False

    @property
    def slug(self) -> str:
        """Its name in addresses, given by the store at first publication."""
        return self.article.story_slug or self.article.slug

    @property
    def language(self) -> str:
        """BCP 47 language of its text."""
        return self.article.language

    @property
    def poster(self) -> Picture | None:
        """The picture its posters are cut from, None: they are drawn."""
        cover = self.pages[0]
        return cover.picture or (Picture(src=cover.video.poster) if cover.video and cover.video.poster else None)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture, in the order of its pages."""
        return tuple(page.picture for page in self.pages if page.picture)


class Thin(msgspec.Struct, frozen=True):
    """Why an article has no story."""

    reason: str


class Edit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An editor's page, or changes to a composed one; empty fields keep what was composed.

    `more` is a text that opens on the page, its paragraphs divided by empty lines; `captions` are the
    video's, as WebVTT in the article's language.
    """

    text: str = ""
    heading: str = ""
    quote: str = ""
    picture: str = ""
    alt: str = ""
    video: str = ""
    captions: str = ""
    more: str = ""
    seconds: float = 0.0
    is_dropped: bool = msgspec.field(default=False, name="drop")


class Overrides(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an editor changed: kept in the article's `extra` under "story", applied at every composing.

    `edits` go by page id; `order` names ids that come first, in that order, after the cover; `pages`
    is a story written from scratch: the cover is its first, and nothing is composed.
    """

    enabled: bool = True
    design: Design | None = None
    title: str = ""
    poster: str = ""
    length: int = 0
    label: str = ""
    outlink: str = ""
    live: bool = False
    edits: dict[str, Edit] = {}
    order: tuple[str, ...] = ()
    added: tuple[Edit, ...] = ()
    pages: tuple[Edit, ...] = ()


class _Extra(msgspec.Struct, frozen=True):
    story: Overrides = Overrides()


def overrides(article: Article) -> Overrides:
    """What an editor changed in an article's story; raises Invalid when it can't be read."""
    try:
        return msgspec.json.decode(article.extra or "{}", type=_Extra).story
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"story of {article.slug!r}: {error}") from error
