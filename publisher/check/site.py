"""Every document of a site, built and judged: what can't be made, what is malformed, what leads nowhere."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import MappingProxyType

import orjson
from lxml import etree

from publisher import url
from publisher.catalogue import Catalogue
from publisher.catalogue.base import Context
from publisher.check.definition import unknown_names
from publisher.check.feed import lint_feed
from publisher.check.finding import Finding, Level
from publisher.check.sitemap import lint_sitemap
from publisher.check.story import lint_story
from publisher.error import NotFound, PublisherError
from publisher.model import Document, Redirect

Lint = Callable[[Context, Document], Iterator[Finding]]

_LINK = re.compile(r"""\s(?:href|src|poster)="(/(?!/)[^"#?]*)""")


def lint_xml(context: Context, document: Document) -> Iterator[Finding]:
    """Well-formed, read strictly and without the net; a sitemap by its own rules too."""
    try:
        etree.fromstring(document.body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        yield Finding(document.path, Level.ERROR, f"not well-formed: {error}")
        return
    if document.path.startswith("/sitemap"):
        for problem in lint_sitemap(document.body, context.site, context.clock()):
            yield Finding(document.path, Level.ERROR, problem)


def lint_as_feed(context: Context, document: Document) -> Iterator[Finding]:
    """What a feed reader finds wrong, in any of the three formats."""
    address = url.absolute(context.site.base, document.path)
    for problem in lint_feed(document.body, address, context.clock()):
        yield Finding(document.path, Level.ERROR, problem)


def lint_json(_: Context, document: Document) -> Iterator[Finding]:
    """Readable JSON."""
    try:
        orjson.loads(document.body)
    except orjson.JSONDecodeError as error:
        yield Finding(document.path, Level.ERROR, f"not JSON: {error}")


def lint_html(context: Context, document: Document) -> Iterator[Finding]:
    """One title, one canonical, a language; a story by its own rules; the validator's work is left to validators."""
    body = document.body.decode()
    if "<html amp" in body[:100]:
        for fault in lint_story(document.body, context.site, document.path):
            yield Finding(document.path, Level(fault.level), fault.message)
    for name, pattern in _EXPECTED.items():
        if document.status == 200 and not re.search(pattern, body):
            yield Finding(document.path, Level.WARNING, f"has no {name}")


_EXPECTED: Mapping[str, str] = MappingProxyType(
    {"title": r"<title>[^<]*\S[^<]*</title>", "language": r"<html[^>]*\slang=", "canonical link": r'rel="?canonical'}
)
LINTS: Mapping[str, Lint] = MappingProxyType(
    {
        "application/rss+xml": lint_as_feed,
        "application/atom+xml": lint_as_feed,
        "application/xml": lint_xml,
        "text/x-opml": lint_xml,
        "application/feed+json": lint_as_feed,
        "application/manifest+json": lint_json,
        "text/html": lint_html,
    }
)
"""Media type -> what judges such a document."""


class SiteCheck:
    """One walk over everything that a site publishes."""

    def __init__(self, context: Context, catalogue: Catalogue) -> None:
        self.context = context
        self.catalogue = catalogue
        self.documents = 0
        self._answers: dict[str, bool] = {}
        self._links: dict[str, str] = {}

    async def run(self) -> AsyncIterator[Finding]:
        """Every finding: definitions, documents in the order of the catalogue, then the links that lead nowhere."""
        async for finding in unknown_names(self.context):
            yield finding
        async for _, path in self.catalogue.paths(self.context):
            async for finding in self._one(path):
                yield finding
        for link, path in self._links.items():
            if not await self._answers_at(link):
                yield Finding(path, Level.WARNING, f"links to {link}, where nothing is")

    async def _one(self, path: str) -> AsyncIterator[Finding]:
        self.documents += 1
        try:
            answer = await self.catalogue.build(self.context, self.catalogue.target(path, {}))
        except PublisherError as error:
            yield Finding(path, Level.ERROR, f"can't be made: {error}")
            return
        self._answers[path] = True
        if not isinstance(answer, Document):
            yield Finding(path, Level.ERROR, f"is listed, but answers {type(answer).__name__.lower()}")
            return
        for finding in self._judge(answer):
            yield finding

    def _judge(self, document: Document) -> Iterator[Finding]:
        media_type = document.media_type.partition(";")[0]
        if media_type == "text/html":
            for link in _LINK.findall(document.body.decode()):
                self._links.setdefault(html.unescape(link), document.path)
        lint = LINTS.get(media_type)
        if lint is not None:
            yield from lint(self.context, document)

    async def _answers_at(self, path: str) -> bool:
        if path.startswith("/media/"):
            return True
        if path not in self._answers:
            self._answers[path] = await self._is_there(path)
        return self._answers[path]

    async def _is_there(self, path: str) -> bool:
        try:
            answer = await self.catalogue.build(self.context, self.catalogue.target(path, {}))
        except NotFound:
            return False
        return isinstance(answer, Document | Redirect)
