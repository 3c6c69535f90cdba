"""What SEO plugins keep beside a post, written as they write it: `meta: {"_yoast_wpseo_metadesc": "..."}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from publisher.importer.seo_key import CANONICALS, DESCRIPTIONS, TITLES
from publisher.model import Article, Seo

HIDDEN = "_yoast_wpseo_meta-robots-noindex"
ROBOTS = "rank_math_robots"


def fields(meta: Mapping[str, Any], before: Article | None) -> dict[str, Any]:
    """The fields of an article that the values set; others are left out, as WordPress does with unregistered ones."""
    seo: dict[str, Any] = {}
    for field, names in (("title", TITLES), ("description", DESCRIPTIONS)):
        seo |= {field: _first(meta, names)} if _has(meta, names) else {}
    if HIDDEN in meta or ROBOTS in meta:
        seo["noindex"] = str(meta.get(HIDDEN)) == "1" or "noindex" in str(meta.get(ROBOTS))
    given = {"seo": asdict(before.seo if before else Seo()) | seo} if seo else {}
    return given | ({"canonical_url": _first(meta, CANONICALS)} if _has(meta, CANONICALS) else {})


def _has(meta: Mapping[str, Any], names: Sequence[str]) -> bool:
    return any(name in meta for name in names)


def _first(meta: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((meta[name] for name in names if meta.get(name)), "")


def shown(found: Article) -> dict[str, str]:
    """What was set of it, under the most usual names, so that a client may send it back."""
    values = {TITLES[0]: found.seo.title, DESCRIPTIONS[0]: found.seo.description, CANONICALS[0]: found.canonical_url}
    values[HIDDEN] = "1" if found.seo.noindex else ""
    return {name: value for name, value in values.items() if value}
