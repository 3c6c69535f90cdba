"""Document -> what goes on the wire: status, header block and body for each coding.

Every header of a document is written here, once, for the handler, the door and the static build.
A coded variant's tag is weak and derived from the identity's, so that a better compressor changes
no validator (RFC 9110 8.8.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import msgspec

from publisher import coding
from publisher.date import rfc822
from publisher.model import Document

Headers = tuple[tuple[str, str], ...]

MAX_KEYS_BYTES = 1_500
"""Of the field that carries keys: proxies take as little as 4 kB for a whole head."""
MANY = "many"
"""Stands for the keys that have no room: whoever purges by keys purges this one each time."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

SURROGATE_KEY = "Surrogate-Key"
CACHE_TAG = "Cache-Tag"

STALE_IF_ERROR = 86_400
IMMUTABLE_SECONDS = 31_536_000
IM_USED = 226

PAGE_POLICY = (
    "default-src 'none'; img-src 'self' https: data:; media-src 'self' https:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; font-src 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'"
AMP_POLICY = (
    "default-src * data: blob:; script-src blob: https://cdn.ampproject.org/v0.js https://cdn.ampproject.org/v0/ "
    "https://cdn.ampproject.org/viewer/ https://cdn.ampproject.org/rtv/; object-src 'none'; "
    "style-src 'unsafe-inline' https://cdn.ampproject.org/rtv/; base-uri 'none'"
)
POLICIES: Mapping[str, str] = {"page": PAGE_POLICY, "closed": CLOSED_POLICY, "amp": AMP_POLICY}
"""Content-Security-Policy by name; a Document may carry a whole policy instead of a name."""

SAFE: Headers = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "strict-origin-when-cross-origin"))
"""What every answer says."""
GUARDED: Headers = (("Content-Security-Policy", CLOSED_POLICY), *SAFE)
"""What an answer says that is no document: errors, redirects, the API's."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What a cache in front is told: the field that carries a document's keys ("" for none), how long it keeps it."""

    field: str = ""
    max_age: int = 0

    def rows(self, keys: Iterable[str]) -> Headers:
        """The field with the keys that purge an answer; none when no field is set or no key is known."""
        names = sorted(quote(each, safe="/:") for each in keys) if self.field else []
        if not names:
            return ()
        text = (", " if self.field == CACHE_TAG else " ").join(names)
        return ((self.field, text if len(text) <= MAX_KEYS_BYTES else MANY),)

    def directive(self, document: Document) -> str:
        """`s-maxage` (RFC 9111 5.2.2.10) for what only a purge makes old, "" for what time does."""
        is_lasting = self.max_age and document.status == 200 and document.expires_at is None
        return f", s-maxage={self.max_age}" if is_lasting else ""


NO_EDGE = Edge()


class Variant(msgspec.Struct, frozen=True, gc=False):
    """One coding of a document, ready for the wire.

    `head` and `head_304` are the header lines of a 200 and of a 304 behind Date and Server, as bytes,
    with the empty line that ends them.
    """

    coding: str
    etag: str
    body: bytes
    head: bytes
    head_304: bytes


@dataclass(frozen=True, slots=True)
class Representation:
    """A document with its variants; `common` are the headers that a 304 repeats too.

    `is_done`: no better variant is to come.
    """

    document: Document
    variants: Mapping[str, Variant]
    common: Headers
    is_done: bool = True

    @classmethod
    def bare(cls, document: Document, edge: Edge = NO_EDGE) -> Representation:
        """A document in its identity form only."""
        common = _common(document, edge)
        identity = _variant(document, _lines(common), coding.IDENTITY, document.body)
        return cls(document, {coding.IDENTITY: identity}, common)

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, roughly."""
        return sum(len(each.body) + len(each.head) + len(each.head_304) for each in self.variants.values()) + 2_000

    def headers(self, variant: Variant) -> Headers:
        """The headers of a 200 with this variant, but Date and Server."""
        return (*self.headers_304(variant), *_entity(self.document, variant.coding, variant.body))

    def headers_304(self, variant: Variant) -> Headers:
        """The headers of a 304 (RFC 9110 15.4.5): what a 200 would say, but of the entity."""
        return (("ETag", variant.etag), *self.common)


def represent(document: Document, edge: Edge = NO_EDGE) -> Representation:
    """Make every variant of a document; costs milliseconds, so it belongs in a thread."""
    return _represent(document, edge, coding.CODINGS)


def represent_soon(document: Document, edge: Edge = NO_EDGE) -> Representation:
    """Make the variants that a reader need not wait for; `polished` adds the rest. A long one belongs in a thread."""
    return _represent(document, edge, coding.SOON)


def polished(made: Representation, body: bytes) -> Representation:
    """The same with its best brotli, which changes no validator."""
    if len(body) >= len(made.document.body):
        return replace(made, is_done=True)
    better = _variant(made.document, _lines(made.common), coding.BROTLI, body)
    return replace(made, variants={**made.variants, coding.BROTLI: better}, is_done=True)


def _represent(document: Document, edge: Edge, codings: Iterable[str]) -> Representation:
    common = _common(document, edge)
    made = {coding.IDENTITY: document.body, **coding.coded(document.body, document.media_type, codings)}
    lines = _lines(common)
    variants = {name: _variant(document, lines, name, body) for name, body in made.items()}
    is_done = not coding.is_compressible(document.media_type) or len(document.body) < coding.SMALLEST
    return Representation(document, variants, common, is_done)


def _variant(document: Document, common: bytes, name: str, body: bytes) -> Variant:
    """One coding, behind the header lines that all have in common."""
    etag = f'"{document.etag}"' if name == coding.IDENTITY else f'W/"{document.etag}-{name}"'
    tag, entity = _lines((("ETag", etag),)), _lines(_entity(document, name, body))
    return Variant(name, etag, body, b"".join((tag, common, entity, b"\r\n")), b"".join((tag, common, b"\r\n")))


def _entity(document: Document, name: str, body: bytes) -> Headers:
    coded: Headers = (("Content-Encoding", name),) if name != coding.IDENTITY else ()
    return (("Content-Type", document.media_type), *coded, ("Content-Length", str(len(body))))


def header_block(rows: Headers) -> bytes:
    """Header lines as they go on the wire, with the empty line; raises ValueError for a control character."""
    return _lines(rows) + b"\r\n"


def _lines(rows: Headers) -> bytes:
    block = "".join(f"{name}: {value}\r\n" for name, value in rows)
    if _CONTROL.search(block.replace("\r\n", "")) or block.count("\n") != len(rows):
        raise ValueError(f"control character in the header of a document: {rows!r}")
    return block.encode()


def cache_control(document: Document, edge: Edge = NO_EDGE) -> str:
    """Cache-Control of a document (RFC 9111 5.2.2, RFC 5861, RFC 8246).

    A delta must not be kept as the whole (RFC 3229 10.8); what is wrong after its end is never served stale.
    """
    if document.status == IM_USED:
        return "no-store, im"
    if document.immutable:
        return f"public, max-age={IMMUTABLE_SECONDS}, immutable"
    if document.max_age == 0:
        return "no-cache"
    if document.expires_at and not document.stale_seconds:
        return f"public, max-age={document.max_age}, must-revalidate"
    stale = max(document.stale_seconds, document.max_age)
    age = f"public, max-age={document.max_age}{edge.directive(document)}"
    return f"{age}, stale-while-revalidate={stale}, stale-if-error={STALE_IF_ERROR}"


def _common(document: Document, edge: Edge) -> Headers:
    rows = [("Cache-Control", cache_control(document, edge)), ("Vary", _vary(document))]
    if document.updated:
        rows.append(("Last-Modified", rfc822(document.updated)))
    rows += [("Link", link) for link in document.links]
    if document.robots:
        rows.append(("X-Robots-Tag", document.robots))
    if document.cors:
        rows.append(("Access-Control-Allow-Origin", "*"))
    policy = POLICIES.get(document.policy, document.policy)
    rows += [("Content-Security-Policy", policy), *SAFE]
    rows += [*document.headers.items(), *edge.rows(document.keys)]
    return tuple(row for row in rows if row[1])


def _vary(document: Document) -> str:
    names = []
    if document.varies_by_reader:
        names += ["A-IM", "Sec-Fetch-Dest"]
    if coding.is_compressible(document.media_type):
        names.insert(0, "Accept-Encoding")
    return ", ".join(names)
