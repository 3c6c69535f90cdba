"""WordPress exports (WXR 1.0-1.2): articles and pages out of a stream of items of any size.

Two passes: the first collects what other items refer to (media, reusable blocks, guest authors), the
second yields an item for every `<item>`. No personal data is read into a value: no e-mail address, no
IP address, no comment, no password.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from publisher import text
from publisher.error import InvalidExport
from publisher.importer import wordpress_article
from publisher.importer.library import Attachment
from publisher.importer.port import Failed, Item, Progress, Skipped, Stored, placed
from publisher.importer.scan import Scanner, Slice, open_bytes, reader
from publisher.importer.wordpress_article import Site
from publisher.importer.wxr import Entry, read_entry, read_head
from publisher.model import Author, Redirect, Section

_KEPT_TYPES = ("post", "page", "")
_NEVER = {
    "attachment": "a media file is no article",
    "nav_menu_item": "a menu entry is no article",
    "revision": "a revision is no article of its own",
    "wp_block": "a reusable block is no article",
    "guest-author": "an author's profile is no article",
    "feedback": "a form entry is private",
    "flamingo_inbound": "a form entry is private",
    "flamingo_contact": "a form entry is private",
    "user_request": "a privacy request is private",
    "shop_order": "an order is private",
}
_MACHINERY = re.compile(
    r"wp_\w+|_\w+|acf[-_].*|custom_css|customize_changeset|oembed_cache|wpcf7.*|wpforms.*|ninja_form.*|nf_sub|elementor_\w+"
    r"|et_\w+|jp_\w+|amp_validated_url|shop_\w+|product_variation|scheduled-action|tribe_.*|mailpoet.*|mc4wp.*|feedzy.*"
    r"|tablepress_table|ml-slider|ml-slide|popup.*|cookielawinfo|rank_math_schema|safecss|bp-email|vc_\w+|fl-.*|ct_template"
)
_LOOKED_UP = (b"attachment", b"wp_block", b"guest-author", b"tablepress_table")


_CLOCK_ITEMS = 50
_CLOCK_BYTES = 100_000
"""Items before the offset, of at most so many bytes, that are asked for the site's clock: nearly every one shows it."""


class WordPressExport:
    """An opened WXR file. `offset` is where an earlier reading stopped (`Item.offset`)."""

    kind = "wordpress"
    media: tuple[Stored, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path, self._offset = path, offset
        self._size = path.stat().st_size if path.exists() else 0
        with open_bytes(path) as file:
            head = Scanner(reader(file, self._size)).head()
        self._head = read_head(head)
        if b"<channel" not in head:
            raise InvalidExport(f"{path}: not a WordPress export (it has no <channel>)")
        fields = self._head.fields
        address = fields.get("wp:base_blog_url") or fields.get("link") or fields.get("wp:base_site_url", "")
        parts = urlsplit(address)
        self.site = (parts.netloc.lower() + parts.path.rstrip("/")) or path.stem
        self.title = text.line(fields.get("title", ""))
        self.language = fields.get("language", "").replace("_", "-")
        self.hosts = frozenset(
            host for each in (address, fields.get("link", "")) if (host := urlsplit(each).netloc.lower())
        )
        self.sections = tuple(
            Section(slug=wordpress_article.section_slug(slug), name=name, description=text.line(self._head.names[slug]))
            for slug, name in self._head.terms.values()
            if name and slug in self._head.names
        )
        self.authors = tuple(
            Author(slug=wordpress_article.author_slug(login, name), name=text.line(name))
            for login, name in self._head.authors.items()
            if name
        )
        self._read_bytes = 0

    @property
    def progress(self) -> Progress:
        """How far the second pass is, in the file's bytes (a packed file's are unpacked)."""
        return Progress(self._read_bytes, self._size)

    def __iter__(self) -> Iterator[Item]:
        site = self._looked_up()
        with open_bytes(self._path) as file:
            scanner = Scanner(reader(file, self._size))
            head = scanner.head()
            scanner.seek(self._offset)
            for piece in scanner:
                self._read_bytes = piece.end
                yield self._item(piece, site)
            if b"</rss>" not in (scanner.tail() or head[-4096:]):
                yield Failed(
                    what="the rest of the file",
                    reason="the file ends before its end tag: it is incomplete",
                    offset=scanner.position,
                )
        self._read_bytes = self._size

    def _looked_up(self) -> Site:
        """First pass: what items refer to."""
        site = Site(head=self._head, name=self.site, hosts=self.hosts, language=self.language or "en")
        with open_bytes(self._path) as file:
            scanner = Scanner(reader(file, self._size))
            scanner.head()
            before: deque[bytes] = deque(maxlen=_CLOCK_ITEMS)
            for piece in scanner:
                if any(mark in piece.data for mark in _LOOKED_UP):
                    _remember(read_entry(piece.data, self._head)[0], site)
                if piece.end <= self._offset and len(piece.data) <= _CLOCK_BYTES:
                    before.append(piece.data)
        for data in before:
            wordpress_article.set_clock(read_entry(data, self._head)[0], site)
        return site

    def _item(self, piece: Slice, site: Site) -> Item:
        if piece.problem:
            return Failed(what=f"the item at byte {piece.start:,}", reason=piece.problem, offset=piece.end)
        entry, well_formed = read_entry(piece.data, self._head)
        what = text.cut(entry.get("title"), 100) or entry.get("link") or f"the item at byte {piece.start:,}"
        if reason := _no_article(entry):
            return Skipped(what=what, reason=reason, offset=piece.end)
        if not well_formed and not any(entry.get(name).strip() for name in ("title", "content:encoded", "link")):
            return Failed(what=what, reason="its XML is broken: no title and no text was found", offset=piece.end)
        read = wordpress_article.build(entry, site, piece.data)
        notes = () if well_formed else (f"{what}: its XML was broken and has been repaired",)
        return placed(replace(read, notes=(*read.notes, *notes), offset=piece.end))


def _no_article(entry: Entry) -> str:
    """Why an item is no article (I8), empty when it is one."""
    kind, status = entry.get("wp:post_type").strip(), entry.get("wp:status").strip()
    if kind in _NEVER:
        return _NEVER[kind]
    if kind not in _KEPT_TYPES and _MACHINERY.fullmatch(kind):
        return f"{kind} is WordPress's own machinery"
    if status in ("auto-draft", "inherit"):
        return f"{status}: never saved as an article"
    if kind not in _KEPT_TYPES and not entry.get("content:encoded").strip():
        return f"{kind} without a text is no article"
    return ""


def _remember(entry: Entry, site: Site) -> None:
    kind, number = entry.get("wp:post_type").strip(), entry.get("wp:post_id").strip()
    if not number.isdecimal():
        return
    if kind == "attachment" and (address := entry.get("wp:attachment_url").strip() or entry.get("guid").strip()):
        alt = entry.first_meta("_wp_attachment_image_alt")
        parent = entry.get("wp:post_parent").strip()
        site.library[int(number)] = Attachment(
            id=int(number),
            url=address,
            title="" if alt else entry.get("title"),
            alt=alt,
            caption=entry.get("excerpt:encoded").strip(),
            parent=int(parent) if parent.isdecimal() else 0,
        )
    elif kind == "tablepress_table":
        site.tables[entry.first_meta("_tablepress_export_table_id") or number] = entry.get("content:encoded")
    elif kind == "wp_block":
        site.blocks[int(number)] = entry.get("content:encoded")
    elif kind == "guest-author" and (login := entry.first_meta("cap-user_login")):
        site.guests[login] = entry.first_meta("cap-display_name") or entry.get("title")


def is_wxr(head: bytes) -> bool:
    """Whether a file that begins like this is a WordPress export."""
    return b"wordpress.org/export/" in head or b"<wp:wxr_version" in head
