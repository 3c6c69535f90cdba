"""Language tags as search engines want them, and the versions of one piece in several languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

Versions = tuple[tuple[str, str], ...]
"""(hreflang, path or URL) of every version of a piece, its own included, by language."""

_HREFLANG = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|[0-9]{3}))?")


@lru_cache(maxsize=256)
def hreflang(language: str) -> str:
    """A BCP 47 tag in canonical case (`zh-Hant-TW`), "" for one that search engines don't read."""
    tags = language.replace("_", "-").split("-")
    cased = [tags[0].lower(), *(tag.title() if len(tag) == 4 else tag.upper() for tag in tags[1:])]
    joined = "-".join(cased)
    return joined if _HREFLANG.fullmatch(joined) else ""


def versions(own: tuple[str, str], others: Iterable[tuple[str, str]]) -> Versions:
    """Every (language, address) of a piece, so that each page names all and itself; none for a single one."""
    found = {hreflang(language): address for language, address in (*others, own)}
    found.pop("", None)
    return tuple(sorted(found.items())) if len(found) > 1 else ()


def news_language(language: str) -> str:
    """The language of a news sitemap: `zh-cn` and `zh-tw` for Chinese, else the bare language."""
    tags = language.replace("_", "-").lower().split("-")
    if tags[0] == "zh":
        return "zh-tw" if {"hant", "tw", "hk", "mo"} & set(tags[1:]) else "zh-cn"
    return tags[0] if re.fullmatch(r"[a-z]{2,3}", tags[0]) else "en"
