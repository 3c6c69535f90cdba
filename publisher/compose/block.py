"""An article's body as a list of blocks: what a story can quote from and show.

Reads sanitised HTML; what isn't prose (tables, code, captions of pictures) is left out.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec

from publisher.model import Picture
from publisher.story import Track, Video, video_type


class Shape(enum.StrEnum):
    """What a block is."""

    PROSE = "prose"
    HEADING = "heading"
    QUOTE = "quote"
    ITEM = "item"
    PICTURE = "picture"
    VIDEO = "video"


TEXTS = (Shape.PROSE, Shape.QUOTE, Shape.ITEM)
"""Shapes that sentences are taken from."""


class Block(msgspec.Struct, frozen=True):
    """One piece of a body, in source order; `picture` and `video` stand in blocks of that shape only."""

    shape: Shape
    text: str = ""
    picture: Picture | None = None
    video: Video | None = None


_SHAPES = {"blockquote": Shape.QUOTE, "li": Shape.ITEM, **{f"h{n}": Shape.HEADING for n in range(1, 7)}}
_BREAKS = {"p", "div", "section", "article", "ul", "ol", "figure", "header", "footer", "hr", "dl", "dt", "dd"}
_SKIPPED = {"script", "style", "table", "pre", "nav", "form", "figcaption", "iframe", "sup", "cite", "svg", "video"}


class _Reader(HTMLParser):
    """Collects blocks while it walks; a block ends where any block element begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[Shape] = []
        self._text: list[str] = []
        self._skipping = ""
        self._depth = 0
        self._video: Video | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "video" or self._video:
            self._roll(tag, {name: value or "" for name, value in attrs})
        if self._skipping:
            self._depth += tag == self._skipping
        elif tag in _SKIPPED:
            self._skipping, self._depth = tag, 1
        elif tag == "img":
            self._show(dict(attrs))
        elif tag == "br":
            self._text.append("\n")
        elif tag in _SHAPES or tag in _BREAKS:
            self._flush()
            if tag in _SHAPES:
                self._open.append(_SHAPES[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag == "video" and self._video:
            if self._video.src:
                self.blocks.append(Block(Shape.VIDEO, video=self._video))
            self._video = None
        if self._skipping:
            self._depth -= tag == self._skipping
            self._skipping = self._skipping if self._depth else ""
        elif tag in _SHAPES or tag in _BREAKS:
            self._flush()
            if tag in _SHAPES and self._open:
                self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._text.append(data.replace("\n", " "))

    def close(self) -> None:
        super().close()
        self._flush()

    def taken(self) -> list[Block]:
        """The blocks read since the last call."""
        found, self.blocks = self.blocks, []
        return found

    def _flush(self) -> None:
        shape = self._open[-1] if self._open else Shape.PROSE
        for paragraph in _paragraphs("".join(self._text)):
            if text := " ".join(paragraph.split()):
                self.blocks.append(Block(shape, text))
        self._text.clear()

    def _roll(self, tag: str, values: dict[str, str]) -> None:
        """Read a video's own tag, the first file a story can play, and its captions."""
        if tag == "video":
            self._flush()
            width, height = (_number(values.get(name)) for name in ("width", "height"))
            poster, title = values.get("poster", ""), values.get("title", "")
            is_silent = "muted" in values
            self._video = Video(src="", poster=poster, title=title, width=width, height=height, is_silent=is_silent)
        assert self._video
        src, video = values.get("src", ""), self._video
        if tag in ("video", "source") and not video.src and video_type(src):
            self._video = msgspec.structs.replace(video, src=src)
        if tag == "track" and src and values.get("kind", "subtitles") in ("captions", "subtitles"):
            track = Track(src, values.get("srclang", ""), values.get("label", ""))
            self._video = msgspec.structs.replace(video, tracks=(*video.tracks, track))

    def _show(self, attributes: dict[str, str | None]) -> None:
        if src := attributes.get("src"):
            alt = attributes.get("alt") or ""
            width, height = (_number(attributes.get(name)) for name in ("width", "height"))
            picture = Picture(src=src, alt=alt, width=width, height=height)
            self.blocks.append(Block(Shape.PICTURE, "", picture))


def _paragraphs(text: str) -> list[str]:
    """What empty lines part; every line end in it is a `br`."""
    return _EMPTY_LINE.split(text) if text.count("\n") > 1 else [text]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def blocks(html: str) -> tuple[Block, ...]:
    """The blocks of a sanitised body, in source order."""
    return tuple(first_blocks(html))


_PIECE = re.compile(r"(?=<(?:p|img)\b)")


def first_blocks(html: str) -> Iterator[Block]:
    """The blocks of a sanitised body, in source order; the body is read no further than they are asked for."""
    reader = _Reader()
    for piece in _PIECE.split(html):
        reader.feed(piece)
        yield from reader.taken()
    reader.close()
    yield from reader.taken()


_EMPTY_LINE = re.compile(r"\n\s*\n")
_ENDED = re.compile(r"[.!?…:。！？।؟۔][\"'”’»)\]」』]*\s*$")
WHOLE_LINES = 0.8
"""Share of lines that end a sentence from which each line of a text without empty lines is a paragraph."""


def blocks_of_text(text: str) -> tuple[Block, ...]:
    """The paragraphs of a plain text as blocks: divided by empty lines, else by line ends where lines are whole."""
    lines = text.strip().split("\n")
    whole = sum(bool(_ENDED.search(each)) for each in lines)
    by_line = not _EMPTY_LINE.search(text) and whole >= WHOLE_LINES * len(lines)
    parts = (" ".join(part.split()) for part in (lines if by_line else _EMPTY_LINE.split(text)))
    return tuple(Block(Shape.PROSE, part) for part in parts if part)
