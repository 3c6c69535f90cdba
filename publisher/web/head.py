"""What a request's header block asks for, read once: strict, linear, and doubtful about everything odd.

Whatever it can't vouch for it calls unreadable; then aiohttp's own parser decides. It never says
that a request is fine which aiohttp would refuse or understand otherwise (RFC 9112 5).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from publisher.web.conditional import UNCONDITIONAL, Condition, condition
from publisher.web.document import liked

MAX_BLOCK = 8_000
"""Bytes; aiohttp takes 8,190 for a line, so no line of a block this short is too long for it."""
MAX_FIELDS = 100
"""aiohttp takes 128."""

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_BLOCK = re.compile(rb"\r\n(?:" + _TOKEN + rb":[\t\x20-\x7e]*\r\n)+")
_REQUEST_LINE = re.compile(rb"(?:GET|HEAD) /[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]* HTTP/1\.1")
_HOST = re.compile(rb"[0-9A-Za-z.:\[\]-]+")


def _any_case(name: str) -> str:
    """A pattern of a name in any case; several times quicker here than the flag."""
    return "".join(f"[{each.upper()}{each}]" if each.isalpha() else re.escape(each) for each in name)


_PLAIN = frozenset(
    b"host user-agent accept-encoding if-none-match if-modified-since sec-fetch-dest connection cache-control "
    b"pragma keep-alive max-forwards".split()
)
"""Fields with which a hit may be answered; each at most once."""
_WHOLE = _PLAIN | frozenset(b"authorization range if-range if-match if-unmodified-since a-im".split())
"""Fields of a request that has no body and leaves the connection as it was."""
_REFUSED = frozenset(
    b"te trailer transfer-encoding upgrade expect proxy-connection http2-settings etag server content-length "
    b"content-type content-encoding content-range content-location".split()
)
"""Fields that are aiohttp's to judge: of bodies, of upgrades, and those it takes once only."""
_FIELD = re.compile(
    "\n({}):([^\r]*)".format("|".join(_any_case(each.decode()) for each in sorted(_WHOLE | _REFUSED))).encode()
)

_TELLS = re.compile(rb"\d (?:subscriber|reader)", re.IGNORECASE)
"""An aggregator that tells for how many it fetches: the handler counts them, the door doesn't."""


class Asked(msgspec.Struct, frozen=True):
    """What a header block asks for, as far as the answer depends on it.

    `is_answerable`: a hit may be answered. `is_whole`: the request ends with its head and the
    connection lives on. `closes`: it ends with the answer. `opens`: a browser navigates.
    `agent` is the User-Agent.
    """

    is_answerable: bool
    is_whole: bool
    closes: bool = False
    likes: tuple[str, ...] = ()
    condition: Condition = UNCONDITIONAL
    opens: bool = False
    agent: bytes = b""


UNREADABLE = Asked(is_answerable=False, is_whole=False)
NOT_MINE = Asked(is_answerable=False, is_whole=True)

IsAllowed = Callable[[bytes], bool]
"""Whether a Host field names this site."""


def is_request_line(line: bytes) -> bool:
    """Whether it is a GET or HEAD of a path, in the one plain form."""
    return _REQUEST_LINE.fullmatch(line) is not None


def read(block: bytes, is_allowed: IsAllowed) -> Asked:
    """Read a header block: from the CRLF behind the request line to the CRLF of its last field."""
    if len(block) > MAX_BLOCK or not _BLOCK.fullmatch(block) or block.count(b"\n") > MAX_FIELDS:
        return UNREADABLE
    return _read_fields(tuple(_FIELD.findall(block)), is_allowed)


@lru_cache(maxsize=1024)
def _read_fields(pairs: tuple[tuple[bytes, bytes], ...], is_allowed: IsAllowed) -> Asked:
    """The same fields are read once, whatever stands between them."""
    fields = {name.lower(): value.strip(b" \t") for name, value in pairs}
    host, connection = fields.get(b"host", b""), fields.get(b"connection", b"keep-alive").lower()
    if len(fields) != len(pairs) or not fields.keys() <= _WHOLE or not _HOST.fullmatch(host):
        return UNREADABLE
    if connection not in (b"keep-alive", b"close"):
        return UNREADABLE
    closes = connection == b"close"
    if not fields.keys() <= _PLAIN or not is_allowed(host) or _TELLS.search(fields.get(b"user-agent", b"")):
        return UNREADABLE if closes else NOT_MINE
    return Asked(
        is_answerable=True,
        is_whole=not closes,
        closes=closes,
        likes=liked(_text(fields.get(b"accept-encoding")) or ""),
        condition=condition(_text(fields.get(b"if-none-match")), _text(fields.get(b"if-modified-since"))),
        opens=fields.get(b"sec-fetch-dest") == b"document",
        agent=fields.get(b"user-agent", b""),
    )


def _text(field: bytes | None) -> str | None:
    return field.decode("ascii") if field is not None else None
