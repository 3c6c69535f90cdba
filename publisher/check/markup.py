"""HTML as a small tree, with what a parser would forgive: stray end tags, a bare `<` in text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
RAW = frozenset(("script", "style"))


class Node:
    """An element: its name, attributes, children, and the text right inside it."""

    __slots__ = ("attributes", "children", "parent", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None = None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node] = []
        self.text = ""

    def get(self, name: str) -> str:
        """An attribute's value, "" when it is absent."""
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> Iterator[Node]:
        """Every element of these names below it, in document order."""
        for child in self.children:
            if child.tag in tags:
                yield child
            yield from child.all(*tags)

    def first(self, tag: str) -> Node | None:
        """The first element of that name below it."""
        return next(self.all(tag), None)

    def words(self) -> str:
        """The text that a reader sees in it, in one line."""
        if self.tag in (*RAW, "noscript"):
            return ""
        parts = [self.text, *(child.words() for child in self.children)]
        return " ".join(" ".join(parts).split())


class Markup(HTMLParser):
    """Reads a document; `root` holds the tree, `faults` what is not well-formed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.root = self._at = Node("#root", {})
        self.faults: list[str] = []
        self.is_html = False
        self.feed(html)
        self.close()

    def handle_decl(self, decl: str) -> None:
        self.is_html = decl.lower() == "doctype html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._at.tag == tag and self._at.parent:
            self._at = self._at.parent
            return
        self.faults.append(f"stray </{tag}> on line {self.getpos()[0]}")
        self._leave(tag)

    def _leave(self, tag: str) -> None:
        node: Node | None = self._at
        while node and node.tag != tag:
            node = node.parent
        if node and node.parent:
            self._at = node.parent

    def handle_data(self, data: str) -> None:
        if "<" in data and self._at.tag not in RAW:
            self.faults.append(f"a bare < in text on line {self.getpos()[0]}")
        self._at.text += data

    def handle_entityref(self, name: str) -> None:
        self._at.text += {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": " "}.get(name, "?")

    def handle_charref(self, name: str) -> None:
        self._at.text += chr(int(name[1:], 16) if name[:1] in "xX" else int(name))
