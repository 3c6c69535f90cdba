"""The tree of errors -> HTTP status: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from publisher.error import (
    Conflict,
    FetchFailed,
    Gone,
    Invalid,
    NotFound,
    PublisherError,
    Refused,
    StoreFull,
    StoreUnavailable,
)


class Malformed(Invalid):
    """The body isn't what its media type says."""


class Unauthorized(Refused):
    """No token, or one that opens nothing."""


class WrongMethod(Refused):
    """The resource knows other methods only; `allowed` names them."""

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        super().__init__(f"{method} is not possible here; {', '.join(allowed)} {'is' if len(allowed) == 1 else 'are'}")


class WrongHost(Refused):
    """The request names a host that this site doesn't answer for."""


class Outdated(Conflict):
    """The client's If-Match or If-None-Match doesn't hold any more."""


class Unconditional(Refused):
    """A write that could undo another's must say which revision it changes."""


class TooLarge(Refused):
    """A body over the limit."""


class UnknownType(Refused):
    """A body of a media type that isn't taken here."""


CODINGS = ("identity", "gzip", "deflate", "br", "zstd")
"""In which a request's body may come (RFC 9110 8.4)."""


class UnknownCoding(UnknownType):
    """A body in a coding that isn't taken here."""


class TooMany(Refused):
    """Too many failures from one address; `seconds` until the next attempt is heard."""

    def __init__(self, message: str, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(message)


STATUS: Mapping[type[PublisherError], int] = MappingProxyType(
    {
        Malformed: 400,
        Unauthorized: 401,
        NotFound: 404,
        WrongMethod: 405,
        Outdated: 412,
        TooLarge: 413,
        UnknownType: 415,
        WrongHost: 421,
        Unconditional: 428,
        TooMany: 429,
        Gone: 410,
        Invalid: 422,
        Conflict: 409,
        Refused: 403,
        FetchFailed: 502,
        StoreFull: 507,
        StoreUnavailable: 503,
        PublisherError: 500,
    }
)

RETRY_AFTER_SECONDS = 5


def status_of(error: Exception) -> int:
    """The status that an error answers; 500 for one that isn't of the tree."""
    for each in type(error).__mro__:
        if each in STATUS:
            return STATUS[each]
    return 500


def told(error: Exception) -> str:
    """What a reader is told of an error: of the server's own, which may name files, only what kind it is."""
    status = HTTPStatus(status_of(error))
    return status.phrase if status >= HTTPStatus.INTERNAL_SERVER_ERROR else str(error)
