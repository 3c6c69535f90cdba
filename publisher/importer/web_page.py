"""One page of the web, given by its address, as an export of one article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.error import InvalidExport
from publisher.importer import published
from publisher.importer.extract import Extractor
from publisher.importer.page import read_page
from publisher.importer.port import Failed, Item, Progress, Stored, placed
from publisher.model import Author, Redirect, Section

_HTML = re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE)


class WebPage:
    """An HTML page that was fetched."""

    kind = "page"
    title = ""
    language = ""
    sections: tuple[Section, ...] = ()
    authors: tuple[Author, ...] = ()
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __init__(self, data: bytes, address: str) -> None:
        self._data, self._address = data, address
        self.site = urlsplit(address).netloc.lower()
        self.hosts = frozenset({self.site})
        self._done = False

    @property
    def progress(self) -> Progress:
        """Nothing or all."""
        return Progress(len(self._data) * self._done, len(self._data))

    def __iter__(self) -> Iterator[Item]:
        extractor = Extractor()
        try:
            yield placed(read_page(self._data, self._address, self.site, self._address, extractor.text))
        except InvalidExport as error:
            yield Failed(what=self._address, reason=f"{error}{self._hint()}")
        finally:
            self._done = True
            extractor.close()

    def _hint(self) -> str:
        feeds = published.read_page(self._data, self._address).feeds
        return f"; it announces a feed, which can be imported: {feeds[0]}" if feeds else ""


def is_page(data: bytes) -> bool:
    """Whether what was fetched is an HTML page."""
    return _HTML.search(data[:2048]) is not None
