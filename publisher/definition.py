"""Feed definitions: what each file of `feeds/` says."""

from __future__ import annotations

import msgspec

from publisher.model import Selection


class FeedDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """One feed, or a family of feeds (`per` = "section", "tag" or "author")."""

    name: str
    title: str = ""
    description: str = ""
    selection: Selection = Selection()
    formats: tuple[str, ...] = ("rss", "atom", "json")
    per: str = ""
    full_text: bool = True
    enabled: bool = True
