"""The tree of errors -> HTTP status: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Mapping
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

STATUS: Mapping[type[PublisherError], int] = MappingProxyType(
    {
        NotFound: 404,
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
