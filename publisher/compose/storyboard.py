"""From an article to its story: which passages, which pictures, in which order, and an editor's changes.

A function of the article alone: the same article gives the same story (A1).
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence

import msgspec

from publisher import text
from publisher.compose import passage, rank
from publisher.compose.block import Block, Shape, blocks, blocks_of_text
from publisher.compose.passage import Measure, Passage
from publisher.compose.written import apply, captioned, written
from publisher.model import EMPTY_BODY, Article, Kind, Picture
from publisher.story import (
    MAX_PAGES,
    MAX_TEXT,
    MIN_PAGES,
    Design,
    Overrides,
    Page,
    Part,
    PictureLayer,
    Role,
    Story,
    TextLayer,
    Thin,
    VideoLayer,
    overrides,
)

TITLE = 89
"""AMP's validator warns of story titles of 90 characters and more (B3)."""
TEXT_PER_PAGE = 540
"""Characters of a source that one page stands for; it sets how long a story is."""
SAFE = ("/", "https://")
"""How the address of what a story shows begins: nothing over plain http (B5)."""
LEAST_PIXELS = 240
"""A picture smaller than this on a side is an icon, not a page."""
QUOTED = 0.4
"""Share of quotations among the passages from which a story is led by quotes."""


def compose(article: Article) -> Story | Thin:
    """The story of an article as it stands, or why it has none. Raises Invalid for unreadable overrides."""
    change = overrides(article)
    if not change.enabled:
        return Thin("an editor switched its story off")
    if not article.is_open:
        return Thin("its text is not open to everyone")
    if article.kind is Kind.PAGE:
        return Thin("static pages have no story")
    if change.pages:
        return written(article, change, title_of(article, change), _design(article, change, ()))
    return _composed(article, change)


def is_told(article: Article, change: Overrides) -> bool:
    """Whether it may have a story at all, whatever its text."""
    return change.enabled and article.is_open and article.kind is not Kind.PAGE


def title_of(article: Article, change: Overrides) -> str:
    """The story's title, short enough for AMP."""
    return text.cut(change.title or article.title or article.dek or article.excerpt, TITLE)


def _composed(article: Article, change: Overrides) -> Story | Thin:
    body = blocks(article.body.html) if article.body.html else blocks_of_text(article.body.text)
    title = title_of(article, change)
    passages = _passages(article, body, title, change.length)
    if len(passages) < MIN_PAGES - 1:
        return Thin(f"{len(passages)} of the {MIN_PAGES - 1} passages that {MIN_PAGES} honest pages need")
    cover, others = _pictures(article, body, change)
    shown = [(i, PictureLayer(each)) for i, each in others] + _films(article, body)
    facts = _illustrated(_facts(passages, body, title), passages, sorted(shown, key=lambda placed: placed[0]))
    pages = apply((_cover(article, title, cover), *facts), change, article)
    return Story(
        article=msgspec.structs.replace(article, body=EMPTY_BODY),
        title=title,
        design=_design(article, change, passages),
        pages=pages,
        outlink=change.outlink or article.path,
        outlink_label=change.label,
        is_live=change.live,
    )


# Text


def _passages(article: Article, body: Sequence[Block], title: str, length: int) -> list[Passage]:
    source = passage.sentences(body)
    whole = " ".join(each.text for each in source)
    size = passage.measure(whole)
    weights = rank.weigh([each.text for each in source], title, article.language)
    count = (length or _length(len(whole), size)) - 1
    found: list[Passage] = []
    for high in (size.high, size.high * 3 // 4, size.high // 2 + 10):
        narrowed = Measure(size.low, high)
        found = rank.choose(passage.candidates(source, narrowed), weights, title, count, narrowed)
        if len(found) >= MIN_PAGES - 1:
            break
    return found


def _length(characters: int, size: Measure) -> int:
    """Pages for a source of that many characters: the cover and a page for every few paragraphs."""
    wanted = 2 + round(characters / (TEXT_PER_PAGE * size.high / MAX_TEXT))
    return max(MIN_PAGES + 1, min(MAX_PAGES - 2, wanted))


def _facts(passages: Sequence[Passage], body: Sequence[Block], title: str) -> list[Page]:
    headings = [""] + [block.text for block in body if block.shape is Shape.HEADING]
    shown: set[int] = {0}
    ids: set[str] = set()
    pages = []
    for each in passages:
        heading = "" if each.part in shown else _fitting(headings[each.part], each, title)
        shown.add(each.part)
        pages.append(_fact(each, heading, unique(page_id(each.text), ids)))
    return pages


def _fitting(heading: str, found: Passage, title: str) -> str:
    fits = 3 <= len(heading) <= 60 and len(heading) + len(found.text) < MAX_TEXT
    return heading if fits and heading.casefold() != title.casefold() else ""


_QUOTED = re.compile(r"^[\"“«„「『]([^\"“”«»„「」『』]{20,})[\"”»“」』][.,!?]?$")


def _fact(found: Passage, heading: str, id: str) -> Page:
    quoted = _QUOTED.match(found.text)
    is_quote = bool(quoted) or found.shape is Shape.QUOTE
    part = Part.QUOTE if is_quote else Part.TEXT
    above = (TextLayer(Part.HEADING, heading),) if heading and not is_quote else ()
    layers = (*above, TextLayer(part, quoted[1] if quoted else found.text))
    role = Role.QUOTE if is_quote else Role.FACT
    return Page(id=id, role=role, layers=layers, seconds=seconds(len(found.text)))


def seconds(characters: int) -> float:
    """How long a page stays before it moves on: reading time, with a moment to arrive."""
    return float(max(5, min(15, 3 + round(characters / 18))))


def page_id(content: str) -> str:
    """A page's id by its text: the same as long as the text stays."""
    return f"p-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def unique(id: str, taken: set[str]) -> str:
    """The id, or with a letter when it is taken; remembers it."""
    while id in taken:
        id += "x"
    taken.add(id)
    return id


def _cover(article: Article, title: str, picture: Picture | None) -> Page:
    section = (TextLayer(Part.KICKER, article.section.name),) if article.section else ()
    names = ", ".join(author.name for author in article.authors)
    byline = (TextLayer(Part.BYLINE, names),) if names else ()
    shown = (PictureLayer(picture),) if picture else ()
    return Page(id="cover", role=Role.COVER, layers=(*shown, *section, TextLayer(Part.TITLE, title), *byline))


# Pictures

Placed = tuple[int, Picture]


def cover_picture(article: Article, change: Overrides, shown: Iterable[Picture]) -> Picture | None:
    """The cover's picture: an editor's choice, the article's own, else the first that fits of those its body shows."""
    known = _known(article)
    if change.poster:
        return known.get(change.poster, Picture(src=change.poster))
    if article.hero and _is_large(article.hero):
        return article.hero
    pool = (known.get(each.src, each) for each in itertools.chain(shown, article.pictures))
    return next(filter(_is_large, pool), None)


def _pictures(article: Article, body: Sequence[Block], change: Overrides) -> tuple[Picture | None, list[Placed]]:
    """The cover's picture, and the others with the block where each stands, each once (A5)."""
    known = _known(article)
    placed = [(i, known.get(b.picture.src, b.picture)) for i, b in enumerate(body) if b.picture]
    loose = [(len(body), each) for each in article.pictures]
    pool = _once((i, each) for i, each in (*placed, *loose) if _is_large(each))
    cover = cover_picture(article, change, (each for _, each in placed))
    return cover, [(i, each) for i, each in pool if not cover or each.src != cover.src]


def _known(article: Article) -> dict[str, Picture]:
    return {each.src: each for each in (*article.pictures, *([article.hero] if article.hero else []))}


def _films(article: Article, body: Sequence[Block]) -> list[tuple[int, VideoLayer]]:
    """The videos that a story can play, each once, with the block where each stands."""
    first: dict[str, tuple[int, VideoLayer]] = {}
    for index, block in enumerate(body):
        if block.video and block.video.src.startswith(SAFE):
            first.setdefault(block.video.src, (index, VideoLayer(captioned(block.video, article.language))))
    return list(first.values())


def _once(found: Iterable[Placed]) -> list[Placed]:
    first: dict[str, Placed] = {}
    for index, picture in found:
        first.setdefault(picture.src, (index, picture))
    return list(first.values())


def _is_large(picture: Picture) -> bool:
    """Fit to fill a page, as far as its size is known; not drawings in SVG."""
    known = [side for side in (picture.width, picture.height) if side]
    is_photo = picture.src.startswith(SAFE) and not picture.src.endswith(".svg")
    return is_photo and all(side >= LEAST_PIXELS for side in known)


def _illustrated(
    pages: list[Page], passages: Sequence[Passage], layers: Sequence[tuple[int, PictureLayer | VideoLayer]]
) -> list[Page]:
    """Each picture or video behind the free page whose text stands nearest to it, in source order."""
    first = 0
    shown = list(pages)
    for left, (block, layer) in zip(range(len(layers), 0, -1), layers, strict=True):
        free = range(first, max(first + 1, len(pages) - left + 1))
        if first >= len(pages):
            break
        index = min(free, key=lambda i: (abs(passages[i].block - block), i))
        shown[index] = msgspec.structs.replace(pages[index], layers=(layer, *pages[index].layers))
        first = index + 1
    return shown


# Design

_DESIGNS = (
    (Design.TRAVEL, re.compile(r"travel|trip|journey|destination|reise|voyage|viaj|viagg|food|outdoor")),
    (Design.REVIEW, re.compile(r"review|test|kritik|critique|rezension|recens")),
    (Design.QUOTE, re.compile(r"opinion|interview|essay|column|comment|profile|meinung|tribune")),
)


def _design(article: Article, change: Overrides, passages: Sequence[Passage]) -> Design:
    if change.design:
        return change.design
    names = " ".join([article.section.slug if article.section else "", *(tag.slug for tag in article.tags[:3])])
    named = next((design for design, pattern in _DESIGNS if pattern.search(names)), None)
    quotes = sum(each.shape is Shape.QUOTE or bool(_QUOTED.match(each.text)) for each in passages)
    led = bool(passages) and quotes >= QUOTED * len(passages)
    return named or (Design.QUOTE if led else Design.NEWS)
