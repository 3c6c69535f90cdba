"""The videos of an article's body, as a search engine may be told of them.

It reads sanitised HTML, where only `<video>` plays in the page (what other sites' players showed is
a link there). A video without a poster or a file is left out.
"""

from __future__ import annotations

from html.parser import HTMLParser

import msgspec


class Video(msgspec.Struct, frozen=True):
    """One video: the address of its picture and of its file, as they stand in the body."""

    thumbnail: str
    content: str
    title: str = ""


def videos(html: str) -> tuple[Video, ...]:
    """The videos of a body in their order, each once."""
    if "<video" not in html:
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
        self._open: tuple[str, str] = ("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "video":
            self._open = (values.get("poster", ""), values.get("title", ""))
        if tag in ("video", "source"):
            self._keep(values.get("src", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "video":
            self._open = ("", "")

    def _keep(self, source: str) -> None:
        poster, title = self._open
        if poster and source:
            self.found.append(Video(poster, source, title))
            self._open = ("", "")
