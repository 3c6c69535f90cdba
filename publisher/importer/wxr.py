"""One `<item>` of a WordPress export as a value, whatever state its XML is in.

Well-formed XML goes through lxml. What isn't is repaired (entities, stray ampersands, control
characters, undeclared prefixes); what can't be is read tag by tag, as WordPress's own importer does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from publisher.error import InvalidExport
from publisher.importer.scan import sections

_PREFIXES = {
    b"excerpt": b"http://wordpress.org/export/1.2/excerpt/",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"wfw": b"http://wellformedweb.org/CommentAPI/",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"wp": b"http://wordpress.org/export/1.2/",
}
_NAMESPACE = re.compile(r"https?://wordpress\.org/export/1\.\d(?:\.\d)?/(excerpt/)?")
_OTHERS = {"http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:"}
_DECLARED = re.compile(rb"""xmlns:([\w.-]+)\s*=\s*("[^"<>]*"|'[^'<>]*')""")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_TAG_PREFIX = re.compile(rb"</?([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,30});)?")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_STRAY = re.compile("[\udc80-\udcff]+")
_RAW_TAG = re.compile(r"<((?:[a-z0-9]+:)?[a-zA-Z_]+)((?:\s[^<>]*)?)>")
_RAW_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z])([a-zA-Z]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')""")


class Term(NamedTuple):
    """A `<category>` of an item."""

    domain: str
    slug: str
    name: str


@dataclass(slots=True)
class Entry:
    """An item's fields as they stand; `comments` counts the approved ones, nothing else of them is read."""

    fields: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    meta: list[tuple[str, str]] = field(default_factory=list)
    comments: int = 0
    _first: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field's text, empty when it is absent."""
        return self.fields.get(name, "")

    def first_meta(self, *keys: str) -> str:
        """The first value that isn't empty among these keys, in their order."""
        if not self._first:
            self._first = {key: value for key, value in reversed(self.meta) if value}
        for key in keys:
            if key in self._first:
                return self._first[key]
        return ""


@dataclass(slots=True)
class Head:
    """What stands before the items: the site, its authors and terms."""

    fields: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    terms: dict[int, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    wrapper: bytes = b""
    encoding: str = "utf-8"


def refuse_entities(head: bytes) -> None:
    """Raise InvalidExport when a document declares entities of its own: exports don't, attacks do."""
    found = re.search(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY", head[:200_000])
    if found:
        raise InvalidExport("the XML declares entities (a DTD of its own): it is not read")


_STRICT = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def _parser(recover: bool = False, encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=recover, encoding=encoding
    )


def read_head(data: bytes) -> Head:
    """The head of an export; raises InvalidExport when it is no RSS at all."""
    refuse_entities(data)
    head = Head(encoding=_encoding(data), wrapper=_wrapper(data))
    root = etree.fromstring(data + b"</channel></rss>", _parser(recover=True)) if data.strip() else None
    channel = None if root is None else root.find("channel")
    if channel is None:
        return head
    for child in channel:
        name = _name(child.tag)
        if name == "wp:author":
            _author(child, head)
        elif name in ("wp:category", "wp:tag", "wp:term"):
            _term(child, head)
        elif name and not len(child):
            head.fields.setdefault(name, (child.text or "").strip())
    return head


def _author(element: etree._Element, head: Head) -> None:
    fields = {_name(child.tag): (child.text or "").strip() for child in element}
    login, name = fields.get("wp:author_login", ""), fields.get("wp:author_display_name", "")
    full = f"{fields.get('wp:author_first_name', '')} {fields.get('wp:author_last_name', '')}".strip()
    shown = next((each for each in (name, full, login) if each and "@" not in each), login.partition("@")[0])
    if login:
        head.authors[login] = shown


def _term(element: etree._Element, head: Head) -> None:
    fields = {_name(child.tag): (child.text or "").strip() for child in element}
    slug = fields.get("wp:category_nicename") or fields.get("wp:tag_slug") or fields.get("wp:term_slug", "")
    name = fields.get("wp:cat_name") or fields.get("wp:tag_name") or fields.get("wp:term_name", "")
    number = fields.get("wp:term_id", "")
    if slug and number.isdecimal():
        head.terms[int(number)] = (slug, name)
    if slug and fields.get("wp:term_taxonomy", "category") == "category" and "wp:tag_slug" not in fields:
        description = fields.get("wp:category_description") or fields.get("wp:term_description", "")
        head.names.setdefault(slug, description)


def _encoding(data: bytes) -> str:
    found = _ENCODING.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")[:400])
    name = found[1].decode().lower() if found else "utf-8"
    return "utf-8" if name.startswith("utf") else name


def _wrapper(data: bytes) -> bytes:
    """A start tag that declares every prefix that the export's own root declares."""
    declared = dict(_PREFIXES)
    declared |= {prefix: value[1:-1] for prefix, value in _DECLARED.findall(data[:65536])}
    pairs = b"".join(b' xmlns:%b="%b"' % (prefix, value) for prefix, value in declared.items())
    return b"<rss%b>" % pairs


_NAMES: dict[str, str] = {}


def _name(tag: object) -> str:
    """`wp:post_id` for the name in any version's namespace; empty for comments and foreign names."""
    if not isinstance(tag, str):
        return ""
    if (found := _NAMES.get(tag)) is None:
        found = _short(tag)
        if len(_NAMES) < 5000:
            _NAMES[tag] = found
    return found


def _short(tag: str) -> str:
    if not tag.startswith("{"):
        return tag
    namespace, _, local = tag[1:].partition("}")
    if match := _NAMESPACE.fullmatch(namespace):
        return f"excerpt:{local}" if match[1] else f"wp:{local}"
    return _OTHERS[namespace] + local if namespace in _OTHERS else ""


def read_entry(data: bytes, head: Head) -> tuple[Entry, bool]:
    """The item, and whether its XML was well-formed."""
    try:
        return _entry(etree.fromstring(_wrapped(data, head.wrapper, head.encoding), _STRICT)[0]), True
    except (etree.XMLSyntaxError, IndexError, ValueError, LookupError):
        pass
    try:
        mended = _mended(data, head)
        return _entry(etree.fromstring(mended, _parser())[0]), False
    except (etree.XMLSyntaxError, IndexError, ValueError, LookupError):
        return _raw_entry(_decoded(data, head.encoding)), False


def _wrapped(data: bytes, wrapper: bytes, encoding: str) -> bytes:
    declared = b"" if encoding == "utf-8" else b'<?xml version="1.0" encoding="%b"?>' % encoding.encode()
    return declared + wrapper + data + b"</rss>"


def _mended(data: bytes, head: Head) -> bytes:
    """The item in UTF-8 with its entities, ampersands, characters and prefixes put right."""
    text = _CONTROL.sub(b"", _decoded(data, head.encoding).encode("utf-8", "ignore"))
    parts, at = [], 0
    for start, end in sections(text):
        parts += [_ENTITY.sub(_character, text[at:start]), text[start:end]]
        at = end
    text = b"".join((*parts, _ENTITY.sub(_character, text[at:])))
    known = set(_PREFIXES) | {prefix for prefix, _ in _DECLARED.findall(head.wrapper)}
    strange = sorted(set(_TAG_PREFIX.findall(text)) - known)[:200]
    pairs = b"".join(b' xmlns:%b="urn:x:%b"' % (prefix, prefix) for prefix in strange)
    return head.wrapper[:-1] + pairs + b">" + text + b"</rss>"


def _character(match: re.Match[bytes]) -> bytes:
    name = match[1]
    found = html5.get(name.decode() + ";") if name else None
    return found.encode() if found else b"&amp;" + match[0][1:]


def _decoded(data: bytes, encoding: str) -> str:
    """The text; where a byte is none of UTF-8's, that byte alone is taken for Windows-1252."""
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return _STRAY.sub(_windows, data.decode("utf-8", "surrogateescape"))


def _windows(stray: re.Match[str]) -> str:
    return stray[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _entry(item: etree._Element) -> Entry:
    entry = Entry()
    fields = entry.fields
    for child in item:
        name = _name(child.tag)
        if name == "category":
            entry.terms.append(Term(child.get("domain") or "", child.get("nicename") or "", (child.text or "").strip()))
        elif name == "wp:postmeta":
            _read_meta(child, entry)
        elif name == "wp:comment":
            entry.comments += _is_counted(child)
        elif name and name not in fields:
            fields[name] = child.text or "" if not len(child) else "".join(str(part) for part in child.itertext())
    return entry


def _read_meta(element: etree._Element, entry: Entry) -> None:
    key = value = ""
    for child in element:
        name = _name(child.tag)
        if name == "wp:meta_key":
            key = child.text or ""
        elif name == "wp:meta_value":
            value = child.text or ""
    if key:
        entry.meta.append((key, value))


def _is_counted(comment: etree._Element) -> bool:
    approved, kind = "", ""
    for child in comment:
        name = _name(child.tag)
        if name == "wp:comment_approved":
            approved = child.text or ""
        elif name == "wp:comment_type":
            kind = child.text or ""
    return approved.strip() == "1" and kind.strip() in ("", "comment")


def _raw_entry(text: str) -> Entry:
    """The item read tag by tag: every field that ends, whatever stands inside it."""
    entry, at, unclosed = Entry(), 5, set[str]()
    while found := _RAW_TAG.search(text, at):
        name, attributes = found[1], found[2]
        alone = attributes.endswith("/") or name in unclosed
        end = -1 if alone else text.find(f"</{name}>", found.end())
        if end < 0:
            unclosed |= set() if attributes.endswith("/") else {name}
            at = found.end()
            continue
        inner = text[found.end() : end]
        at = end + len(name) + 3
        if name == "wp:postmeta":
            pair = _raw_entry("<item" + inner).fields
            entry.meta.append((pair.get("wp:meta_key", ""), pair.get("wp:meta_value", "")))
        elif name == "category":
            pairs = {key: unescape(a or b) for key, a, b in _RAW_ATTRIBUTE.findall(attributes)}
            entry.terms.append(Term(pairs.get("domain", ""), pairs.get("nicename", ""), _bare(inner)))
        elif name != "wp:comment":
            entry.fields.setdefault(name, _bare(inner))
    return entry


def _bare(text: str) -> str:
    """A field's content without its CDATA mark, or with its entities read."""
    text = text.strip()
    if text.startswith("<![CDATA["):
        return text[9:].removesuffix("]]>").replace("]]]]><![CDATA[>", "]]>")
    return unescape(text)
