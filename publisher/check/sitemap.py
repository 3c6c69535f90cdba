"""What is wrong with sitemaps beyond what their XSDs can tell (sitemaps.org 0.9, Google's extensions).

It knows nothing of how they are made: it reads bytes as a crawler does, and names every fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from publisher.model import Site

MAX_URLS = 1000
MAX_IMAGES = 1000
MAX_LOC = 2048
MAX_BYTES = 50 * 1024 * 1024
"""Size of a file uncompressed (sitemaps.org); entries a file and images an entry are narrower by choice."""

NEWS = "/sitemap-news"

_CORE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
_VIDEO = "{http://www.google.com/schemas/sitemap-video/1.1}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
_LINK = "{http://www.w3.org/1999/xhtml}link"

_DEAD = {
    f"{_CORE}priority",
    f"{_CORE}changefreq",
    *(f"{_IMAGE}{name}" for name in ("caption", "title", "geo_location", "license")),
    *(f"{_NEWS}{name}" for name in ("genres", "keywords", "stock_tickers", "access")),
}
_PERCENT = re.compile(r"%(?![0-9A-F]{2})")
_TWICE = re.compile(r"%25[0-9A-F]{2}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")

Rule = Callable[[Any, Site, datetime], Iterator[str]]


def lint_sitemap(body: bytes, site: Site, now: datetime) -> list[str]:
    """The faults of one sitemap or sitemap index of a site, read at an instant; [] for a good one."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return [f"not XML: {error}"]
    rules = {f"{_CORE}urlset": URLSET_RULES, f"{_CORE}sitemapindex": INDEX_RULES}.get(root.tag)
    if rules is None:
        return [f"the root is {root.tag}: neither urlset nor sitemapindex of sitemaps.org"]
    large = [f"{len(body)} bytes: at most {MAX_BYTES}"] if len(body) > MAX_BYTES else []
    return large + [problem for rule in rules for problem in rule(root, site, now)]


def lint_sitemaps(files: Mapping[str, bytes], site: Site, now: datetime) -> list[str]:
    """The faults of a whole set, by path: those of each file, files that the index forgets or makes up, repeats."""
    found = [f"{path}: {problem}" for path, body in files.items() for problem in lint_sitemap(body, site, now)]
    if found:
        return found
    urlsets = {path: locations(body) for path, body in files.items() if path != "/sitemap.xml"}
    lasting = [location for path, each in urlsets.items() if not path.startswith(NEWS) for location in each]
    return [*_index_faults(files, urlsets, site), *_repeated(lasting)]


def locations(body: bytes) -> list[str]:
    """Every `<loc>` of a sitemap or index, in order."""
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    return [each.text or "" for each in root.iterfind(f"*/{_CORE}loc")]


def _index_faults(files: Mapping[str, bytes], urlsets: Iterable[str], site: Site) -> Iterator[str]:
    if "/sitemap.xml" not in files:
        yield "there is no /sitemap.xml"
        return
    listed = {location.removeprefix(site.base) for location in locations(files["/sitemap.xml"])}
    yield from (f"{path}: is not in the index" for path in urlsets if path not in listed and NEWS not in path)
    yield from (f"{path}: is in the index and doesn't exist" for path in sorted(listed - set(urlsets)))


def _addresses(root: Any, site: Site, _: datetime) -> Iterator[str]:
    """Locations: absolute, percent-encoded once, on the site's host, short enough."""
    for location in root.iterfind(f"*/{_CORE}loc"):
        yield from _address_faults(location.text or "", site)


def _address_faults(location: str, site: Site) -> Iterator[str]:
    yield from _encoding_faults(location)
    own, parts = urlsplit(site.base), urlsplit(location)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        yield f"{location[:200]!r}: not an absolute URL"
    elif (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        yield f"{location[:200]!r}: not on {site.base}"


def _encoding_faults(location: str) -> Iterator[str]:
    shown = repr(location[:200])
    if not location.isascii():
        yield f"{shown}: raw UTF-8; percent-encode it"
    if re.search(r"\s", location):
        yield f"{shown}: white space in it or around it"
    if _PERCENT.search(location):
        yield f"{shown}: a percent sign without two upper-case hex digits"
    if _TWICE.search(location):
        yield f"{shown}: encoded twice"
    if len(location) > MAX_LOC:
        yield f"{shown}: {len(location)} characters; at most {MAX_LOC}"


def _instants(root: Any, _: Site, now: datetime) -> Iterator[str]:
    """Dates: with seconds and a zone, never in the future."""
    for tag in (f"{_CORE}lastmod", f"{_NEWS}publication_date"):
        for element in root.iter(tag):
            instant = (element.text or "").strip()
            if not _INSTANT.fullmatch(instant):
                yield f"{instant!r}: not a date with seconds and a zone"
            elif datetime.fromisoformat(instant) > now:
                yield f"{instant!r}: in the future"


def _count(root: Any, _: Site, __: datetime) -> Iterator[str]:
    if len(root) == 0:
        yield "empty: at least one entry"
    if root.tag == f"{_CORE}urlset" and len(root) > MAX_URLS:
        yield f"{len(root)} URLs: at most {MAX_URLS}"


def _duplicates(root: Any, _: Site, __: datetime) -> Iterator[str]:
    yield from _repeated(each.text or "" for each in root.iterfind(f"*/{_CORE}loc"))


def _repeated(found: Iterable[str]) -> Iterator[str]:
    yield from (f"{each!r}: stands {n} times" for each, n in Counter(found).items() if n > 1)


def _dead_elements(root: Any, _: Site, __: datetime) -> Iterator[str]:
    found = Counter(etree.QName(each).localname for each in root.iter(*_DEAD))
    yield from (f"<{name}>: nobody reads it any more ({n} times)" for name, n in found.items())


def _images(root: Any, _: Site, __: datetime) -> Iterator[str]:
    for entry in root.iterfind(f"{_CORE}url"):
        found = [each.text or "" for each in entry.iterfind(f"{_IMAGE}image/{_IMAGE}loc")]
        if len(found) > MAX_IMAGES:
            yield f"{_location(entry)}: {len(found)} images; at most {MAX_IMAGES}"
        yield from (f"{_location(entry)}: {fault}" for each in found for fault in _foreign_faults(each))


def _videos(root: Any, _: Site, __: datetime) -> Iterator[str]:
    for each in root.iter(f"{_VIDEO}video"):
        addresses = [each.findtext(f"{_VIDEO}{name}") or "" for name in ("thumbnail_loc", "content_loc", "player_loc")]
        if not addresses[0] or not any(addresses[1:]):
            yield f"{_location(each.getparent())}: a video without thumbnail, or without file and player"
        yield from (fault for address in addresses if address for fault in _foreign_faults(address))


def _foreign_faults(address: str) -> Iterator[str]:
    """Pictures and players may stand on other hosts."""
    yield from _encoding_faults(address)
    if not urlsplit(address).netloc:
        yield f"{address[:200]!r}: not an absolute URL"


def _languages(root: Any, site: Site, _: datetime) -> Iterator[str]:
    for entry in root.iterfind(f"{_CORE}url"):
        links = [each.get("href", "") for each in entry.iterfind(_LINK)]
        if links and _location(entry) not in links:
            yield f"{_location(entry)}: its translations don't name itself"
        yield from (fault for each in links for fault in _encoding_faults(each))


def _news_titles(root: Any, site: Site, _: datetime) -> Iterator[str]:
    for title in root.iter(f"{_NEWS}title"):
        if site.title and (title.text or "").endswith((f"- {site.title}", f"| {site.title}")):
            yield f"{title.text!r}: a news title without the site's name"


def _at_root(root: Any, site: Site, _: datetime) -> Iterator[str]:
    for location in root.iterfind(f"*/{_CORE}loc"):
        path = urlsplit(location.text or "").path
        if not re.fullmatch(r"/[\w.-]+\.xml", path) or path == "/sitemap.xml":
            yield f"{location.text!r}: not a urlset at the root"


def _location(entry: Any) -> str:
    return entry.findtext(f"{_CORE}loc") or ""


INDEX_RULES: tuple[Rule, ...] = (_addresses, _instants, _count, _duplicates, _at_root)
URLSET_RULES: tuple[Rule, ...] = (
    _addresses,
    _instants,
    _count,
    _duplicates,
    _dead_elements,
    _images,
    _videos,
    _languages,
    _news_titles,
)
