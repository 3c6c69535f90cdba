"""Who may: every writing request passes here. Failures are counted by address, in bounded memory."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from publisher.desk.token import Scope, Token, Tokens
from publisher.error import Refused
from publisher.web.client import Clients
from publisher.web.error import TooMany, Unauthorized, WrongHost
from publisher.web.host import Hosts

FAILURES = 20
WINDOW_SECONDS = 60
ADDRESSES = 10_000
SAFE = ("GET", "HEAD")


class Failures:
    """How often each address failed lately; the addresses that failed longest ago are forgotten first."""

    def __init__(
        self, tick: Callable[[], float] = time.monotonic, limit: int = FAILURES, seconds: float = WINDOW_SECONDS
    ) -> None:
        self._tick = tick
        self._limit = limit
        self._seconds = seconds
        self._seen: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until an address is heard again, 0 when it is."""
        count, since = self._seen.get(address, (0, 0.0))
        left = since + self._seconds - self._tick()
        return max(1, int(left)) if count >= self._limit and left > 0 else 0

    def add(self, address: str) -> None:
        """Enter one failure."""
        now = self._tick()
        count, since = self._seen.pop(address, (0, now))
        fresh = now - since < self._seconds
        self._seen[address] = (count + 1, since) if fresh else (1, now)
        if len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)


class Guard:
    """Lets a request through, with its token, or raises what is wrong with it."""

    def __init__(self, tokens: Tokens, clients: Clients, hosts: Hosts, failures: Failures | None = None) -> None:
        self.tokens = tokens
        self.clients = clients
        self.hosts = hosts
        self.failures = failures or Failures()

    def check_host(self, request: web.Request) -> None:
        """Raises WrongHost for a host that isn't this site's."""
        if not self.hosts.allows(request.headers.get("Host", "")):
            raise WrongHost("this server does not answer for that host")

    async def admit(self, request: web.Request, scope: Scope, secret: str | None = None) -> Token:
        """The token of a request that may do what the scope names. Raises Unauthorized, Refused, TooMany.

        A browser that another site sends here is refused whatever it carries.
        """
        address = network(self.clients.address(request))
        if seconds := self.failures.wait(address):
            raise TooMany(f"too many failures; try again in {seconds} seconds", seconds)
        if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise Refused("another site's page can't write here")
        secret = secret or secret_of(request)
        if not secret:
            raise Unauthorized("a token is needed: Authorization: Bearer <token>, or as the password of any user")
        token = await self.tokens.of(secret)
        if token is None:
            self.failures.add(address)
            raise Unauthorized("the token is wrong, revoked or expired")
        if not token.allows(scope):
            raise Refused(f"the token has no scope {str(scope)!r}, only {', '.join(token.scopes)}")
        return token


def secret_of(request: web.Request) -> str:
    """The secret that a request carries: a bearer token, or the password of Basic; "" for none."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[2].replace(" ", "")


def network(address: str) -> str:
    """What counts as one client: an IPv4 address, an IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
