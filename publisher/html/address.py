"""Where a URL in a body points: refused, made absolute, or turned into a path of this site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from publisher import url

_INVISIBLE = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_RASTER = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=]+")
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(?:\s+(\d+(?:\.\d+)?[wx]))?\s*(?:,|$)")
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|mp4|m4v|webm|mov|mp3|m4a|ogg|oga|ogv|wav|pdf|zip|docx?|xlsx?|pptx?)",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"(?:mailto:[^\s<>\"]{1,320}|tel:[+\d().;=\w-]{1,60})", re.IGNORECASE)

MAX_URL = 4096
MAX_URLS = 60_000
"""Addresses in a body: so many take a second to read."""
MAX_DATA_URL = 200_000
HERE = ("/media/", "/static/")
"""Where this site's own files are; what an own host serves elsewhere is a file of the old site."""


NO_FILES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Frame:
    """What a body's URLs are read against.

    `base` is the address of the page that the body comes from (empty: this site). Links to
    `hosts` become paths. `files` says where a file now is, by the URL as written or as resolved.
    """

    base: str = ""
    hosts: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=lambda: NO_FILES)
    read: list[None] = field(default_factory=list)
    """Grows by one with each URL that is read."""

    @property
    def is_full(self) -> bool:
        """Whether more URLs were read than a body may have."""
        return len(self.read) > MAX_URLS

    def link(self, value: str) -> str | None:
        """A hyperlink's target, None when it may not be published."""
        if found := self.files.get(value.strip()):
            return found
        if self._is_one_more_too_many():
            return None
        value = _visible(value)
        if _CONTACT.fullmatch(value):
            return value
        resolved = self._resolved(value)
        return self._own_path(resolved) if resolved else None

    def media(self, value: str) -> str | None:
        """The address of a picture, sound or film, None when it may not be published."""
        if found := self.files.get(value.strip()):
            return found
        if self._is_one_more_too_many():
            return None
        if value.lstrip()[:5].lower() == "data:":
            value = "".join(value.split())
            return value if len(value) <= MAX_DATA_URL and _RASTER.fullmatch(value) else None
        resolved = self._resolved(_visible(value))
        if not resolved or resolved.startswith("#"):
            return None
        path = self._own_path(resolved)
        return self.files.get(resolved) or (path if path.startswith(HERE) else resolved)

    def srcset(self, value: str) -> str | None:
        """A srcset with every candidate resolved; None when none is left."""
        kept = []
        for match in _CANDIDATE.finditer(value[:20_000]):
            if not match[1].lower().startswith("data:") and (address := self.media(match[1])):
                kept.append(f"{address.replace(',', '%2C')} {match[2] or ''}".strip())
        return ", ".join(kept) or None

    def _is_one_more_too_many(self) -> bool:
        self.read.append(None)
        return self.is_full

    def _resolved(self, value: str) -> str:
        """An absolute http URL, a path or a `#fragment`; empty when it is none of them."""
        if not value or len(value) > MAX_URL:
            return ""
        if value.startswith("#"):
            return "#" + _quoted_path("/" + value).partition("#")[2] if len(value) > 1 else "#"
        scheme = _SCHEME.match(value)
        if scheme and scheme[1].lower() not in ("http", "https"):
            return ""
        try:
            value = value.replace("\\", "/")
            joined = value if scheme and value[len(scheme[0]) :].startswith("//") else urljoin(self.base or "/", value)
            if joined.startswith("//"):
                joined = "https:" + joined
            return _quoted_path(joined) if joined.startswith("/") else url.normalise(joined)
        except ValueError:
            return ""

    def _own_path(self, address: str) -> str:
        if address[:1] in "/#" or not self.hosts:
            return address
        parts = urlsplit(address)
        if _plain_host(parts.netloc) not in self.hosts or _is_old_file(parts.path):
            return address
        rest = ("?" + parts.query if parts.query else "") + ("#" + parts.fragment if parts.fragment else "")
        return "/" + parts.path.lstrip("/") + rest


def media_address(value: str, base: str = "", files: Mapping[str, str] = NO_FILES) -> str:
    """Where a picture named by `value` is: stored, absolute or a path; empty when it may not be published."""
    return Frame(base, frozenset(), files).media(value) or ""


def web_address(value: str) -> str:
    """An absolute http URL in its one form; empty for anything else."""
    try:
        return url.normalise(value) if value else ""
    except ValueError:
        return ""


def hosts(names: Iterable[str]) -> frozenset[str]:
    """Host names (with a port when it isn't the scheme's own), with and without `www.` being one."""
    return frozenset(_plain_host(name) for name in names if name)


def _plain_host(netloc: str) -> str:
    return netloc.lower().rpartition("@")[2].removeprefix("www.")


def _is_old_file(path: str) -> bool:
    return not path.startswith(HERE) and _FILE.fullmatch(path[path.rfind(".") :]) is not None if "." in path else False


def _visible(value: str) -> str:
    """The URL as a browser reads it: no tabs, line ends or invisible characters at its edges or inside."""
    if value.isascii() and value.isprintable() and not value.endswith(" ") and not value.startswith(" "):
        return value
    stripped = re.sub("[\t\n\r]", "", value)
    start = _INVISIBLE.match(stripped)
    stripped = stripped[start.end() :] if start else stripped
    return stripped.rstrip(" \x00\xa0\u200b\ufeff").replace("\x00", "")


def _quoted_path(path: str) -> str:
    """A path (with query and fragment) in the form that is stored."""
    return url.normalise("http://h/" + path.lstrip("/"))[len("http://h") :]
