"""E-mail addresses: what counts as one, in which form it is kept. Knows nothing of sending.

Stricter than RFC 5321: what a sign-up form takes goes into SMTP commands and headers, so nothing passes
that could be syntax there - no line break, no space, no quoted local part, no address literal,
no encoded word (RFC 2047).
"""

from __future__ import annotations

import re

import msgspec

from publisher import url
from publisher.error import Invalid

MAX_LENGTH = 254
"""RFC 5321 4.5.3.1.3, without the angle brackets."""
MAX_LOCAL = 64

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NAMED = re.compile(r"([^<>\r\n]*)<([^<>\r\n]*)>")


class Sender(msgspec.Struct, frozen=True):
    """Who a mail is from: a name for people (may be empty) and an address."""

    name: str
    address: str

    @property
    def host(self) -> str:
        """The address's domain."""
        return self.address.rpartition("@")[2]


def mailbox(text: str) -> str:
    """An address with its domain in lower-case ASCII; raises Invalid for what is none."""
    local, at, domain = text.strip(" ").rpartition("@")
    try:
        host = url.ascii_host(domain) if at else ""
    except ValueError:
        host = ""
    labels = host.split(".")
    is_host = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    is_local = len(local) <= MAX_LOCAL and _LOCAL.fullmatch(local) is not None and "=?" not in local
    if not (is_host and is_local and len(local) + 1 + len(host) <= MAX_LENGTH):
        raise Invalid("that is not an e-mail address such as name@example.org")
    return f"{local}@{host}"


def sender(text: str) -> Sender:
    """`Name <name@example.org>` or a bare address; raises Invalid."""
    named = _NAMED.fullmatch(text.strip(" "))
    if named is None:
        return Sender("", mailbox(text))
    return Sender(named[1].strip(' "'), mailbox(named[2]))
