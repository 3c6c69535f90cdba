"""Pages that say what went wrong, kept and purged like every other document."""

from __future__ import annotations

import re

from msgspec.structs import replace

from publisher import key
from publisher.catalogue.base import Call, Context, DocumentKind, document
from publisher.catalogue.reader import error_page
from publisher.model import Answer

HTML = "text/html; charset=utf-8"
MAX_AGE = 10


async def build(context: Context, call: Call) -> Answer:
    """The page of one status."""
    status = int(call.groups["status"])
    made = document(
        call.path,
        await error_page(context, status),
        HTML,
        keys=frozenset({key.LATEST}),
        max_age=MAX_AGE,
        robots="noindex",
    )
    return replace(made, status=status)


KINDS = (DocumentKind("error page", re.compile(r"/_/error/(?P<status>[45]\d\d)"), build),)
