"""What a check says: where, how bad, what."""

from __future__ import annotations

import enum

import msgspec


class Level(enum.StrEnum):
    """How bad it is: an error breaks a client or a rule, a warning costs something, information is neither."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(msgspec.Struct, frozen=True):
    """One thing that a check noticed about the document at a path."""

    path: str
    level: Level
    message: str
