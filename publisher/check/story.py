"""What is wrong with an AMP story beyond what the official validator sees (Google's story policies and check-list).

It knows nothing of how stories are made: it reads a document as a crawler does, and names every fault.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import msgspec

from publisher.check.contrast import contrast_faults
from publisher.check.markup import Markup, Node
from publisher.model import Site

ERROR, WARNING, INFO = "error", "warning", "info"
MAX_PAGES, MIN_PAGES = 30, 4
MAX_TITLE, ADVISED_TITLE = 90, 70
HARD_TEXT, LONG_TEXT, LITTLE_TEXT = 200, 180, 100
MIN_POLL_MS = 15_000
MAX_LINKS = 3
MIN_LOGO = 96
RATIO_SLACK = 0.001
MAX_VIDEO_SECONDS, MAX_VIDEO_BYTES = 60, 4_000_000
DRAWN_WIDTH = 360
"""Width in CSS pixels that a page is drawn at on a common phone; pictures want twice as many."""
POSTERS = {
    "poster-portrait-src": (640, 853, 3 / 4),
    "poster-square-src": (640, 640, 1.0),
    "poster-landscape-src": (853, 640, 4 / 3),
}
CDN = "https://cdn.ampproject.org/"
DEPRECATED = ("amp-story-bookend", "amp-story-cta-layer")


class Fault(msgspec.Struct, frozen=True):
    """One fault; `level` is `error` (not eligible or broken), `warning` (against advice) or `info`."""

    level: str
    message: str

    def __str__(self) -> str:
        return f"{self.level}: {self.message}"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a media file: pixels, bytes, seconds; 0 where unknown."""

    width: int = 0
    height: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Subject(msgspec.Struct, frozen=True):
    """A story under examination; `path` is where it stands, `facts` tells of its media by URL."""

    markup: Markup
    site: Site
    path: str
    facts: Callable[[str], Facts | None]

    @property
    def root(self) -> Node:
        """The whole document."""
        return self.markup.root

    @property
    def story(self) -> Node:
        """The `<amp-story>`; an empty one when there is none."""
        return self.root.first("amp-story") or Node("amp-story", {})

    @property
    def pages(self) -> list[Node]:
        """Its pages in order."""
        return list(self.root.all("amp-story-page"))


def nothing(_: str) -> Facts | None:
    """What is known of media that can't be looked at."""
    return None


Rule = Callable[[Subject], Iterator[Fault]]


def lint_story(body: bytes, site: Site, path: str = "", facts: Callable[[str], Facts | None] = nothing) -> list[Fault]:
    """The faults of one AMP story of a site; [] for a good one."""
    subject = Subject(Markup(body.decode("utf-8", "replace")), site, path, facts)
    return [fault for rule in RULES for fault in rule(subject)]


def _markup(subject: Subject) -> Iterator[Fault]:
    yield from (Fault(ERROR, fault) for fault in subject.markup.faults)
    html, head = subject.root.first("html"), subject.root.first("head")
    if not html or not html.get("lang"):
        yield Fault(ERROR, "<html> has no lang")
    if not head or not head.children or "charset" not in head.children[0].attributes:
        yield Fault(ERROR, "<meta charset> is not the first element of <head>")
    title = head.first("title") if head else None
    if not title or not title.words():
        yield Fault(ERROR, "<title> is missing or empty")
    body = subject.root.first("body")
    if body and body.text.strip():
        yield Fault(ERROR, f"text outside the story: {body.text.strip()[:40]!r}")


def _links(subject: Subject) -> Iterator[Fault]:
    base = subject.site.base
    found = [node.get("href") for node in subject.root.all("link") if node.get("rel") == "canonical"]
    wanted = base + subject.path if subject.path else ""
    for href in found:
        if not _is_absolute(href):
            yield Fault(ERROR, f"canonical {href!r} is not absolute")
        elif not href.startswith(f"{base}/") or (wanted and href != wanted):
            yield Fault(ERROR, f"canonical {href!r} is not the story's own address {wanted or base!r}")
    for node in subject.root.all("link"):
        if node.get("rel") == "amphtml":
            yield Fault(ERROR, "link rel=amphtml: a story is its own canonical")
        if node.get("rel") == "stylesheet":
            yield Fault(WARNING, f"a style sheet of a third party: {node.get('href')}")


def _is_absolute(href: str) -> bool:
    return urlsplit(href).scheme in ("http", "https")


def _scripts(subject: Subject) -> Iterator[Fault]:
    used = {node.tag for node in _everything(subject.root)}
    for node in subject.root.all("script"):
        name, src = node.get("custom-element"), node.get("src")
        if src and not src.startswith(CDN):
            yield Fault(ERROR, f"script {src!r} is not from AMP's CDN")
        if name and not any(tag == name or tag.startswith(f"{name}-") for tag in used):
            yield Fault(ERROR, f"the script of {name} is not used")
        if node.get("type") == "application/json":
            yield from _json(node.text, f"JSON in <{node.parent.tag if node.parent else ''}>")


def _everything(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _everything(child)


def _json(text: str, what: str) -> Iterator[Fault]:
    try:
        found = json.loads(text)
    except ValueError as error:
        yield Fault(ERROR, f"{what} is broken: {error}")
        return
    if not found or found == {"items": []}:
        yield Fault(ERROR, f"{what} is empty")
    if "http://" in text:
        yield Fault(ERROR, f"{what} asks for an address over plain http")


def _structured(subject: Subject) -> Iterator[Fault]:
    found = [node for node in subject.root.all("script") if node.get("type") == "application/ld+json"]
    if not found:
        yield Fault(ERROR, "JSON-LD is missing")
    for node in found:
        try:
            held = json.loads(node.text)
        except ValueError as error:
            yield Fault(ERROR, f"JSON-LD is broken: {error}")
            continue
        missing = [name for name in ("headline", "image", "datePublished", "publisher") if f'"{name}"' not in node.text]
        if not isinstance(held, dict) or missing:
            yield Fault(ERROR, f"JSON-LD says nothing of {', '.join(missing) or 'an article'}")


def _story(subject: Subject) -> Iterator[Fault]:
    title = subject.story.get("title").strip()
    if not title:
        yield Fault(ERROR, "the story's title is empty")
    if len(title) >= MAX_TITLE:
        yield Fault(ERROR, f"the title has {len(title)} characters, {MAX_TITLE - 1} at most")
    elif len(title) > ADVISED_TITLE:
        yield Fault(INFO, f"the title has {len(title)} characters, {ADVISED_TITLE} are advised")
    if not subject.story.get("publisher").strip():
        yield Fault(ERROR, "the publisher's name is empty")
    poll = subject.story.get("data-poll-interval")
    if poll and not (poll.isdecimal() and int(poll) >= MIN_POLL_MS):
        yield Fault(ERROR, f"poll interval {poll} ms is below {MIN_POLL_MS}")
    for tag in DEPRECATED:
        if subject.root.first(tag):
            yield Fault(ERROR, f"<{tag}> is deprecated")


def _posters(subject: Subject) -> Iterator[Fault]:
    for name, (width, height, ratio) in POSTERS.items():
        address = subject.story.get(name)
        if not address:
            yield Fault(ERROR, f"{name} is missing")
        elif not _is_absolute(address):
            yield Fault(ERROR, f"{name} {address!r} is not absolute")
        elif known := subject.facts(address):
            if known.width < width or known.height < height:
                yield Fault(ERROR, f"{name} has {known.width} x {known.height}, {width} x {height} at least")
            if abs(known.width / (known.height or 1) - ratio) > RATIO_SLACK:
                yield Fault(ERROR, f"{name} has the ratio {known.width / (known.height or 1):.4f}, not {ratio:.4f}")
    logo = subject.story.get("publisher-logo-src")
    known = subject.facts(logo)
    if known and (min(known.width, known.height) < MIN_LOGO or known.width != known.height):
        yield Fault(ERROR, f"the logo has {known.width} x {known.height}: square, at least {MIN_LOGO}")


_ADVANCE = re.compile(r"\d+(?:\.\d+)?m?s")


def _pages(subject: Subject) -> Iterator[Fault]:
    pages = subject.pages
    if not MIN_PAGES <= len(pages) <= MAX_PAGES:
        yield Fault(ERROR, f"{len(pages)} pages: {MIN_PAGES} to {MAX_PAGES}")
    for id, times in Counter(page.get("id") for page in pages).items():
        if times > 1:
            yield Fault(ERROR, f"page id {id!r} stands {times} times")
        if not re.match(r"[A-Za-z]", id):
            yield Fault(ERROR, f"page id {id!r} doesn't begin with a letter")
    ids = {node.get("id") for node in _everything(subject.root) if node.get("id")}
    for number, page in enumerate(pages, 1):
        after = page.get("auto-advance-after")
        if after and not _ADVANCE.fullmatch(after) and after not in ids:
            yield Fault(ERROR, f"page {number}: auto-advance-after {after!r} is no time and no id")
        yield from _page_links(page, number)


def _page_links(page: Node, number: int) -> Iterator[Fault]:
    outlinks = list(page.all("amp-story-page-outlink"))
    if outlinks and number == 1:
        yield Fault(ERROR, "an outlink on page 1")
    for link in (a for outlink in outlinks for a in outlink.all("a")):
        if not _is_absolute(link.get("href")):
            yield Fault(ERROR, f"page {number}: outlink {link.get('href')!r} is not absolute")
    links = sum(1 for _ in page.all("a"))
    if links > MAX_LINKS:
        yield Fault(ERROR, f"page {number}: {links} links, {MAX_LINKS} at most")


def _text(subject: Subject) -> Iterator[Fault]:
    lengths = [_said(page) for page in subject.pages]
    for number, length in enumerate(lengths, 1):
        if length > HARD_TEXT:
            yield Fault(ERROR, f"page {number}: {length} characters of text, {HARD_TEXT} at most")
        elif 0 < length < LITTLE_TEXT:
            yield Fault(INFO, f"page {number}: {length} characters of text, fewer than {LITTLE_TEXT}")
    if sum(length > LONG_TEXT for length in lengths) > len(lengths) / 2:
        yield Fault(ERROR, f"most pages have more than {LONG_TEXT} characters: not eligible")


def _said(page: Node) -> int:
    layers = [child for child in page.children if child.tag == "amp-story-grid-layer"]
    return len(" ".join(layer.words() for layer in layers).strip())


def _pictures(subject: Subject) -> Iterator[Fault]:
    for node in subject.root.all("amp-img", "amp-video", "source", "track", "img", "audio", "video"):
        src = node.get("src")
        if node.tag in ("amp-img", "img") and "alt" not in node.attributes:
            yield Fault(ERROR, f"{node.tag} {src!r} has no alt")
        if node.tag == "track" and not node.get("srclang"):
            yield Fault(ERROR, f"track {src!r} has no srclang")
        if src and not _is_safe(src, subject.site):
            yield Fault(ERROR, f"{node.tag} {src[:80]!r} is not an absolute https address")
        if node.tag == "amp-img" and (known := subject.facts(src)) and 0 < known.width < 2 * DRAWN_WIDTH:
            yield Fault(WARNING, f"picture {src!r} has {known.width} pixels in width, {2 * DRAWN_WIDTH} are wanted")


def _is_safe(src: str, site: Site) -> bool:
    """Absolute and https; http is a matter of course for a site on the loopback."""
    return src.startswith("https://") or (src.startswith(site.base + "/") and is_loopback(site))


def is_loopback(site: Site) -> bool:
    """Whether the site is served to this machine only, without TLS."""
    return urlsplit(site.base).hostname in ("127.0.0.1", "localhost", "::1")


def _videos(subject: Subject) -> Iterator[Fault]:
    for video in subject.root.all("amp-video"):
        if "noaudio" not in video.attributes and not video.first("track"):
            yield Fault(WARNING, f"video {video.get('id')!r} has no captions")
        for source in (video, *video.all("source")):
            known = subject.facts(source.get("src")) if source.get("src") else None
            if known and known.seconds > MAX_VIDEO_SECONDS:
                yield Fault(WARNING, f"video of {known.seconds:.0f} seconds, {MAX_VIDEO_SECONDS} at most")
            if known and known.bytes > MAX_VIDEO_BYTES:
                yield Fault(WARNING, f"video of {known.bytes} bytes, {MAX_VIDEO_BYTES} at most")


def _contrast(subject: Subject) -> Iterator[Fault]:
    css = "".join(node.text for node in subject.root.all("style") if "amp-custom" in node.attributes)
    yield from (Fault(WARNING, fault) for fault in contrast_faults(css, subject.pages))


RULES: tuple[Rule, ...] = (
    _markup,
    _links,
    _scripts,
    _structured,
    _story,
    _posters,
    _pages,
    _text,
    _pictures,
    _videos,
    _contrast,
)
