"""Which Host a request may name, and whether it came by the site's own address.

`Host` never builds a URL or a cache key: the configured base does. It is only checked.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from publisher.setting import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def name_of(host: str) -> str:
    """A Host field without its port, lower case."""
    head, colon, port = host.lower().rpartition(":")
    is_port = colon and not port.strip("0123456789")
    return head if is_port and (not head.startswith("[") or head.endswith("]")) else host.lower()


def is_loopback(name: str) -> bool:
    """Whether a host name is this machine's own."""
    if name in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


class Hosts:
    """The names that this site answers to."""

    def __init__(self, settings: Settings, base: str) -> None:
        self.own = (urlsplit(base).hostname or "").lower()
        self._allowed = {self.own, *(each.lower() for each in settings.allowed_hosts)}
        if is_loopback(self.own) or is_loopback(settings.host):
            self._allowed |= LOOPBACK

    def allows(self, host: str) -> bool:
        """Whether a Host field names this site."""
        return name_of(host) in self._allowed or (is_loopback(self.own) and is_loopback(name_of(host)))

    def is_alias(self, host: str) -> bool:
        """Whether it is the site's name with or without `www.`, to be redirected."""
        name = name_of(host)
        return name not in self._allowed and name.removeprefix("www.") == self.own.removeprefix("www.")
