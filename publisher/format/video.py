"""The videos of an article's body, as a search engine may be told of them.

It reads sanitised HTML: `<video>` with its sources and poster, and the embeds of players whose
thumbnail has a known address. What lacks a thumbnail, or a file and a player, is left out.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec

_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?(?:youtube(?:-nocookie)?\.com/embed/|youtu\.be/)([\w-]{11})(?:[?#].*)?")


class Video(msgspec.Struct, frozen=True, kw_only=True):
    """One video: `content` is the file, `player` the page that plays it; one of them is there."""

    thumbnail: str
    title: str = ""
    content: str = ""
    player: str = ""


def videos(html: str) -> tuple[Video, ...]:
    """The videos of a body in their order, each once."""
    if "<video" not in html and "<iframe" not in html:
        return ()
    parser = _Videos()
    parser.feed(html)
    parser.close()
    return tuple(dict.fromkeys(parser.found))


class _Videos(HTMLParser):
    """Collects videos; a `<video>` is complete at its first source."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Video] = []
        self._open: Video | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "video":
            self._open = Video(thumbnail=values.get("poster", ""), title=values.get("title", ""))
            self._keep(values.get("src", ""))
        elif tag == "source":
            self._keep(values.get("src", ""))
        elif tag == "iframe":
            self._embed(values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "video":
            self._open = None

    def _keep(self, src: str) -> None:
        if self._open and self._open.thumbnail and src:
            self.found.append(msgspec.structs.replace(self._open, content=src))
            self._open = None

    def _embed(self, values: dict[str, str]) -> None:
        if match := _YOUTUBE.fullmatch(values.get("src", "")):
            self.found.append(
                Video(
                    thumbnail=f"https://i.ytimg.com/vi/{match[1]}/hqdefault.jpg",
                    title=values.get("title", ""),
                    player=f"https://www.youtube.com/embed/{match[1]}",
                )
            )
