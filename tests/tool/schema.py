"""One check for each kind of document, against its schema and the rules its schema can't say.

Every check takes a document's bytes and returns what is wrong with it, one line for each; a good document gives [].
"""

from functools import cache
from typing import Any

from lxml import etree

from tests.tool.atom import rules_of_atom
from tests.tool.jsonfeed import check_jsonfeed
from tests.tool.lint import opens_with
from tests.tool.rss import check_rss
from tests.tool.shared import shared

__all__ = ["check_atom", "check_jsonfeed", "check_rss", "check_sitemapindex", "check_urlset"]

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


def check_urlset(document: bytes) -> list[str]:
    """A sitemap's urlset with its image, news, video and hreflang extensions, by their XSDs."""
    return _check(document, f"{SITEMAP}urlset", _xsd("all.xsd"))


def check_sitemapindex(document: bytes) -> list[str]:
    """A sitemap index by its XSD."""
    return _check(document, f"{SITEMAP}sitemapindex", _xsd("siteindex.xsd"))


def check_atom(document: bytes) -> list[str]:
    """An Atom feed by RFC 4287's RELAX NG, then by the clauses that it leaves out."""
    problems = _check(document, f"{ATOM}feed", _atom())
    return problems or list(rules_of_atom(_parse(document)))


def _check(document: bytes, root: str, schema: Any) -> list[str]:
    try:
        tree = _parse(document)
    except etree.XMLSyntaxError as error:
        return [f"not XML: {error}"]
    if tree.tag != root:
        return [f"the root is {tree.tag}, not {root}"]
    schema.validate(tree)
    return opens_with(document, b"<") + [f"line {error.line}: {error.message}" for error in schema.error_log]


def _parse(document: bytes) -> Any:
    return etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


@cache
def _xsd(name: str) -> Any:
    return etree.XMLSchema(etree.parse(shared("schemas", name)))


@cache
def _atom() -> Any:
    return etree.RelaxNG(etree.parse(shared("schemas", "atom.rng")))
