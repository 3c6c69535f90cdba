"""OPML 2.0: the list of all feeds, as readers import it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from lxml import etree

from publisher.format.feedgen_bridge import Tree, add


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """One feed of the list: absolute URLs; `group` is the heading that it stands under."""

    group: str
    title: str
    feed_url: str
    page_url: str
    description: str = ""
    language: str = ""


def write(title: str, home_url: str, outlines: Sequence[Outline]) -> bytes:
    """The document: groups in the order of their first outline."""
    root = etree.Element("opml", version="2.0")
    head = add(root, "head")
    add(head, "title", title)
    add(head, "ownerId", home_url)
    add(head, "docs", "http://opml.org/spec2.opml")
    body = add(root, "body")
    for group in dict.fromkeys(each.group for each in outlines):
        heading = etree.SubElement(body, "outline", text=group, title=group)
        for outline in outlines:
            if outline.group == group:
                _add(heading, outline)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _add(heading: Tree, outline: Outline) -> None:
    values = {
        "type": "rss",
        "text": outline.title,
        "title": outline.title,
        "xmlUrl": outline.feed_url,
        "htmlUrl": outline.page_url,
        "description": outline.description,
        "language": outline.language,
    }
    etree.SubElement(heading, "outline", {name: value for name, value in values.items() if value})
