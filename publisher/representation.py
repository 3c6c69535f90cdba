"""Document -> what goes on the wire: status, header block and body for each coding.

Every header of a document is written here, once, for the handler, the door and the static build.
A coded variant's tag is weak and derived from the identity's, so that a better compressor changes
no validator (RFC 9110 8.8.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from publisher import coding
from publisher.date import rfc822
from publisher.model import Document

Headers = tuple[tuple[str, str], ...]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

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


@dataclass(frozen=True, slots=True)
class Variant:
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
    """A document with all its variants; `common` are the headers that a 304 repeats too."""

    document: Document
    variants: Mapping[str, Variant]
    common: Headers

    @classmethod
    def bare(cls, document: Document) -> Representation:
        """A document in its identity form only."""
        common = _common(document)
        identity = _variant(document, common, coding.IDENTITY, document.body)
        return cls(document, {coding.IDENTITY: identity}, common)

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, roughly."""
        return sum(len(each.body) + len(each.head) + len(each.head_304) for each in self.variants.values()) + 2_000

    def headers(self, variant: Variant) -> Headers:
        """The headers of a 200 with this variant, but Date and Server."""
        return _headers(self.document, self.common, variant.coding, variant.etag, variant.body)

    def headers_304(self, variant: Variant) -> Headers:
        """The headers of a 304 (RFC 9110 15.4.5): what a 200 would say, but of the entity."""
        return (("ETag", variant.etag), *self.common)


def represent(document: Document) -> Representation:
    """Make every variant of a document; costs milliseconds, so it belongs in a thread."""
    bare = Representation.bare(document)
    variants = dict(bare.variants)
    if coding.is_compressible(document.media_type) and len(document.body) >= coding.SMALLEST:
        for name in coding.CODINGS:
            body = coding.encode(document.body, name)
            if len(body) < len(document.body):
                variants[name] = _variant(document, bare.common, name, body)
    return Representation(document, variants, bare.common)


def _variant(document: Document, common: Headers, name: str, body: bytes) -> Variant:
    etag = f'"{document.etag}"' if name == coding.IDENTITY else f'W/"{document.etag}-{name}"'
    head = header_block(_headers(document, common, name, etag, body))
    return Variant(name, etag, body, head, header_block((("ETag", etag), *common)))


def _headers(document: Document, common: Headers, name: str, etag: str, body: bytes) -> Headers:
    coded: Headers = (("Content-Encoding", name),) if name != coding.IDENTITY else ()
    entity = ("Content-Type", document.media_type)
    return (("ETag", etag), *common, entity, *coded, ("Content-Length", str(len(body))))


def header_block(rows: Headers) -> bytes:
    """Header lines as they go on the wire, with the empty line; raises ValueError for a control character."""
    block = "".join(f"{name}: {value}\r\n" for name, value in rows)
    if _CONTROL.search(block.replace("\r\n", "")) or block.count("\n") != len(rows):
        raise ValueError(f"control character in the header of a document: {rows!r}")
    return block.encode() + b"\r\n"


def cache_control(document: Document) -> str:
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
    return f"public, max-age={document.max_age}, stale-while-revalidate={stale}, stale-if-error={STALE_IF_ERROR}"


def _common(document: Document) -> Headers:
    rows = [("Cache-Control", cache_control(document)), ("Vary", _vary(document))]
    if document.updated:
        rows.append(("Last-Modified", rfc822(document.updated)))
    rows += [("Link", link) for link in document.links]
    if document.robots:
        rows.append(("X-Robots-Tag", document.robots))
    if document.cors:
        rows.append(("Access-Control-Allow-Origin", "*"))
    policy = POLICIES.get(document.policy, document.policy)
    rows += [("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff")]
    rows.append(("Referrer-Policy", "strict-origin-when-cross-origin"))
    rows += list(document.headers.items())
    return tuple(row for row in rows if row[1])


def _vary(document: Document) -> str:
    names = []
    if document.varies_by_reader:
        names += ["A-IM", "Sec-Fetch-Dest"]
    if coding.is_compressible(document.media_type):
        names.insert(0, "Accept-Encoding")
    return ", ".join(names)
