"""Every error that Publisher raises on purpose, as one tree.

    PublisherError
    ├── NotFound              nothing stands there, and nothing ever did
    ├── Gone                  something stood there and was withdrawn
    ├── Invalid               input breaks a rule; `problems` names every one of them
    │   ├── InvalidSetting    a settings file, environment variable or flag
    │   ├── InvalidDefinition a feed definition
    │   └── InvalidExport     an import source that can't be read
    ├── Conflict              a write met another: a taken guid or path, a revision that moved on
    ├── Refused               not allowed: an outbound address, a reserved path
    ├── BrokenTemplate        a template of the theme has a fault
    ├── FetchFailed           an outbound request that got no usable answer
    │   └── NotThere          the server that was asked has nothing at that URL
    └── StoreUnavailable      the store can't answer now
        └── StoreFull         no space left for a write

HTTP status codes are not here: `web/error.py` gives each class its status, once.
"""

from __future__ import annotations

from collections.abc import Iterable


class PublisherError(Exception):
    """Anything Publisher refuses or fails to do, with a message for a person."""


class NotFound(PublisherError):
    """Nothing stands at that address or under that name."""


class Gone(PublisherError):
    """It stood there once and was withdrawn."""


class Invalid(PublisherError):
    """Input breaks a rule; every broken rule is a line of `problems`."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems or ("invalid input",)
        super().__init__("; ".join(self.problems))

    @classmethod
    def all(cls, problems: Iterable[str]) -> Invalid:
        """Make one error of many problems."""
        return cls(*problems)


class InvalidSetting(Invalid):
    """A setting is unknown or has a value out of its bounds."""


class InvalidDefinition(Invalid):
    """A feed definition has an unknown key or a wrong value."""


class InvalidExport(Invalid):
    """An import source can't be read as what it claims to be."""


class Conflict(PublisherError):
    """A write met another write: a taken guid or path, or a revision that moved on; `path` is what was taken alone."""

    def __init__(self, message: str, path: str = "") -> None:
        self.path = path
        super().__init__(message)


class Refused(PublisherError):
    """The request is understood and not allowed."""


class BrokenTemplate(PublisherError):
    """A template can't be read, or prints what isn't there; the message names file and line."""


class FetchFailed(PublisherError):
    """An outbound request got no usable answer."""


class NotThere(FetchFailed):
    """The server that was asked has nothing at that URL (404, 410)."""


class StoreUnavailable(PublisherError):
    """The store can't answer now; the same request may succeed later."""


class StoreFull(StoreUnavailable):
    """There is no space left to write to."""
