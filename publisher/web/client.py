"""Who asks: the address of the client, as far as the proxies in between are trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Clients:
    """Believes `X-Forwarded-For` from trusted networks only, hop by hop from the nearest."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted: tuple[Network, ...] = tuple(ipaddress.ip_network(each, strict=False) for each in trusted)

    def address(self, request: web.Request) -> str:
        """The nearest address that isn't one of our proxies."""
        return self.behind(request.remote or "", request.headers.getall("X-Forwarded-For", []))

    def behind(self, peer: str, forwarded: Sequence[str]) -> str:
        """The same of a connection's other end and the X-Forwarded-For fields that it sent, in their order."""
        hops = [each.strip() for each in ",".join(forwarded).split(",")]
        nearest = peer
        for hop in reversed([*filter(None, hops)]):
            if not self._is_trusted(nearest):
                break
            nearest = hop
        return nearest

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)
