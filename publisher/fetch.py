"""The one guarded outbound client: whatever the service fetches by URL goes through here.

The address is checked where the socket is made, so a name that resolves to a private address, a
redirect to one, or a name that changes its mind between look-up and connect (rebinding) never gets
a connection. Size, time, type and the number of redirects are bounded.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import aiohttp
import msgspec

from publisher.error import FetchFailed, NotThere, Refused
from publisher.url import normalise
from publisher.version import VERSION

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

USER_AGENT = f"publisher/{VERSION}"
MAX_BYTES = 50_000_000
TOTAL_SECONDS = 60.0
MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")
_COMPATIBLE = ipaddress.ip_network("::/96")


class Fetched(msgspec.Struct, frozen=True):
    """What came back: the URL after redirects, the status, selected headers, the body."""

    url: str
    status: int
    media_type: str
    etag: str
    last_modified: str
    body: bytes


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet, also when one is wrapped in another."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address in _NAT64_LOCAL or address in _SITE_LOCAL:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, NAT64, 6to4 or Teredo one."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


class Fetcher:
    """Fetches http(s) URLs of public addresses; an async context manager that owns its connections."""

    def __init__(self, allows: Callable[[Address], bool] = is_public) -> None:
        self._allows = allows
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        connector = aiohttp.TCPConnector(limit=20, limit_per_host=4, socket_factory=self._socket, ttl_dns_cache=60)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=10, sock_read=20),
            headers={"User-Agent": USER_AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, place = info
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not self._allows(address):
            raise PermissionError(f"{address} is not a public address")
        return socket.socket(family, kind, protocol)

    async def get(
        self,
        url: str,
        *,
        max_bytes: int = MAX_BYTES,
        types: Collection[str] = (),
        etag: str = "",
        last_modified: str = "",
    ) -> Fetched:
        """Fetch a URL, following redirects. Raises Refused for an address or type that isn't allowed, FetchFailed."""
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        sent = {name: value for name, value in headers.items() if value}
        for _ in range(MAX_REDIRECTS + 1):
            found = await self._once(_checked(url), sent, max_bytes, types)
            if isinstance(found, Fetched):
                return found
            url = urljoin(url, found)
        raise FetchFailed(f"{url}: more than {MAX_REDIRECTS} redirects")

    async def _once(self, url: str, headers: dict[str, str], max_bytes: int, types: Collection[str]) -> Fetched | str:
        assert self._session is not None, "use the Fetcher as a context manager"
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status in REDIRECTS and "Location" in response.headers:
                    return response.headers["Location"]
                return await _read(url, response, max_bytes, types)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(url, error) from error


def _checked(url: str) -> str:
    try:
        return normalise(url)
    except ValueError as error:
        raise Refused(f"{url[:200]}: only http and https addresses are fetched") from error


async def _read(url: str, response: aiohttp.ClientResponse, max_bytes: int, types: Collection[str]) -> Fetched:
    media_type = response.content_type.lower()
    if response.status == 304:
        return Fetched(url, 304, media_type, response.headers.get("ETag", ""), "", b"")
    if response.status >= 400:
        failed = NotThere if response.status in (404, 410) else FetchFailed
        raise failed(f"{url}: the server answered {response.status}")
    if types and media_type not in types:
        raise Refused(f"{url}: is {media_type}, not one of {', '.join(sorted(types))}")
    body = bytearray()
    async for piece in response.content.iter_chunked(65_536):
        body += piece
        if len(body) > max_bytes:
            raise Refused(f"{url}: larger than {max_bytes:,} bytes")
    headers = response.headers
    return Fetched(
        url, response.status, media_type, headers.get("ETag", ""), headers.get("Last-Modified", ""), bytes(body)
    )


def _translated(url: str, error: Exception) -> Refused | FetchFailed:
    """Our error for one of aiohttp's: a refused address is found at the root of its causes."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, PermissionError) and "public address" in str(cause):
            return Refused(f"{url}: {cause}")
        cause = cause.__cause__ or cause.__context__
    return FetchFailed(f"{url}: {_said(error)}")


def _said(error: Exception) -> str:
    """What happened, for whoever reads the report of an import."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"there is no host {error.host}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{error.host} can't be reached ({os.strerror(error.errno) if error.errno else error.os_error})"
    if isinstance(error, TimeoutError):
        return "the server took too long"
    return f"{type(error).__name__}: {error}".rstrip(": ")
