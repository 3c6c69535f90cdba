"""Every URL is joined here: percent-encoded paths, absolute URLs, the addresses of each kind.

A path is what a browser sends: it begins with `/`, is percent-encoded UTF-8 with upper-case
hex, and is what the store keeps. The base (scheme, host, port) is joined at the last moment.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import idna

_SAFE = "!$&'()*+,;=:@-._~"
_CHARACTERS = r"[\w!$&'()*+,;=:@.~/-]"
_PORT = r"(?::(?!(?:80|443)/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?"
_NORMAL = re.compile(
    rf"https?://[a-z0-9][a-z0-9.-]*{_PORT}/{_CHARACTERS}*(?:\?{_CHARACTERS}+)?(?:#{_CHARACTERS}+)?", re.ASCII
)
"""Most URLs are in their one form already: nothing in them needs quoting, nothing may be left out."""
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_PLAIN_PATH = re.compile(r"/(?!/)[A-Za-z0-9/._~-]*")

RESERVED = frozenset(
    "feeds tag author search media static api wp-json micropub web-stories newsletter page healthz readyz "
    "metrics feed rss atom wp-admin wp-content wp-login.php wp-sitemap.xml xmlrpc.php ghost category _".split()
)
"""First segments that belong to the service: no article and no section may take one."""

_RESERVED_SHAPE = re.compile(r"\d{4}|sitemap.*\.xml|.*\.(?:xml|txt|rss|atom|opml)|favicon\.ico|\.well-known")


def is_reserved(path: str) -> bool:
    """Whether the path's first segment belongs to the service (DESIGN: Addresses).

    A dated permalink such as `/2026/11/05/slug/` is an article's own; `/2026/` and `/2026/11/` aren't.
    """
    segments = [each for each in path.split("/") if each]
    if not segments:
        return True
    first = segments[0].lower()
    if re.fullmatch(r"\d{4}", first):
        return len(segments) < 2 or (len(segments) == 2 and segments[1].isdigit())
    return first in RESERVED or _RESERVED_SHAPE.fullmatch(first) is not None


@lru_cache(maxsize=4096)
def segment(text: str) -> str:
    """One path segment, percent-encoded."""
    return quote(text, safe=_SAFE)


def encode_path(path: str) -> str:
    """A path in the one form that is stored: encoded once, whatever mixture came in."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    parts = (segment(unquote(part, errors="replace")) for part in path.split("/"))
    return "/" + "/".join(parts).lstrip("/")


def unquoted(segment: str) -> str:
    """A path segment as people read it; bytes that are no UTF-8 become replacement characters."""
    return unquote(segment, errors="replace")


def absolute(base: str, path: str) -> str:
    """The absolute URL of a path of this site; an absolute URL stays as it is."""
    if path.startswith(("http://", "https://")):
        return path
    return base.rstrip("/") + path


def normalise(url: str) -> str:
    """An absolute http URL in one form: punycode host, encoded path, default port dropped.

    Raises ValueError for what is not an http(s) URL with a host.
    """
    if _NORMAL.fullmatch(url):
        return url
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an http URL: {url[:200]!r}")
    host = ascii_host(parts.hostname)
    if parts.port and parts.port != _DEFAULT_PORTS[scheme]:
        host += f":{parts.port}"
    path = _requoted(parts.path or "/", _SAFE + "/")
    return urlunsplit(
        (scheme, host, path, _requoted(parts.query, _SAFE + "/?"), _requoted(parts.fragment, _SAFE + "/?"))
    )


_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", re.IGNORECASE)


def origin(address: str) -> str:
    """A site's address in one form: scheme, punycode host and port alone; raises ValueError for more or less."""
    parts = urlsplit(normalise(address))
    if not _HOST.fullmatch(parts.netloc.removesuffix(f":{parts.port}")):
        raise ValueError(f"not a host name: {parts.netloc[:100]!r}")
    if "@" in urlsplit(address).netloc or (parts.path, parts.query, parts.fragment) != ("/", "", ""):
        raise ValueError(f"scheme, host and port alone make an address of a site, not {address[:200]!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _requoted(text: str, safe: str) -> str:
    return _ENCODED.sub(lambda match: match[0].upper(), quote(text, safe=safe + "%")).replace("%%", "%25%")


def ascii_host(host: str) -> str:
    """A host name in ASCII (IDNA 2008 with UTS 46), an IPv6 address in brackets."""
    if ":" in host:
        return f"[{host}]"
    try:
        return host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(f"not a host name: {host[:100]!r}") from error


def section(slug: str) -> str:
    """Address of a section's page."""
    return f"/{segment(slug)}/"


def tag(slug: str) -> str:
    """Address of a tag's page."""
    return f"/tag/{segment(slug)}/"


def author(slug: str) -> str:
    """Address of an author's page."""
    return f"/author/{segment(slug)}/"


def month(month: str) -> str:
    """Address of a month's archive, from `YYYY-MM`."""
    return f"/{month[:4]}/{month[5:7]}/"


def page(path: str, number: int) -> str:
    """Address of page `number` (from 1) of a list that begins at `path`."""
    return path if number == 1 else f"{path}page/{number}/"


def article(section_slug: str, slug: str) -> str:
    """Default address of an article at its first publication."""
    return f"/{segment(section_slug)}/{segment(slug)}/" if section_slug else f"/{segment(slug)}/"


def story(slug: str) -> str:
    """Address of an AMP story."""
    return f"/web-stories/{segment(slug)}/"


def player(slug: str) -> str:
    """Address of a story's light player."""
    return f"/web-stories/{segment(slug)}/play/"


def reading(slug: str) -> str:
    """Address of a story's plain reading view."""
    return f"/web-stories/{segment(slug)}/read/"


SITEMAP_INDEX = "/sitemap.xml"


def sitemap(kind: str, month: str = "", number: int = 1) -> str:
    """Address of a urlset file; file 1 has no number."""
    name = f"sitemap-{kind}" + (f"-{month}" if month else "") + (f"-{number}" if number > 1 else "")
    return f"/{name}.xml"


def rendition(sha256: str, name: str, extension: str) -> str:
    """Address of a picture's rendition."""
    return f"/media/{sha256}/{name}.{extension}"
