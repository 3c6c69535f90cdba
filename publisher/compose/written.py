"""What an editor wrote: a whole story from scratch, or changes laid over a composed one (A6)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import msgspec

from publisher.model import EMPTY_BODY, Article, Picture
from publisher.story import (
    MIN_PAGES,
    MOST_PAGES,
    Design,
    Edit,
    Layer,
    Overrides,
    Page,
    Part,
    PictureLayer,
    Role,
    Story,
    TextLayer,
    Thin,
    Track,
    Video,
    VideoLayer,
)


def written(article: Article, change: Overrides, title: str, design: Design) -> Story | Thin:
    """A story from an editor's pages; the first is the cover."""
    if not MIN_PAGES <= len(change.pages) <= MOST_PAGES:
        return Thin(f"{len(change.pages)} pages written; a story has {MIN_PAGES} to {MOST_PAGES}")
    cover, *others = change.pages
    shown = cover.picture or change.poster or (article.hero.src if article.hero else "")
    first = msgspec.structs.replace(cover, heading="", picture=shown)
    pages = (
        _written_cover(article, first, cover.heading or title),
        *(_page(each, f"w-{number}", article) for number, each in enumerate(others, 2)),
    )
    return Story(
        article=msgspec.structs.replace(article, body=EMPTY_BODY),
        title=title,
        design=design,
        pages=_ordered(pages, change.order),
        outlink=change.outlink,
        outlink_label=change.label,
        is_live=change.live,
    )


def _written_cover(article: Article, edit: Edit, title: str) -> Page:
    kicker = (TextLayer(Part.KICKER, article.section.name),) if article.section else ()
    below = (TextLayer(Part.BYLINE, edit.text),) if edit.text else ()
    layers = (*_shown(edit, article), *kicker, TextLayer(Part.TITLE, title), *below)
    return Page(id="cover", role=Role.COVER, layers=layers, seconds=edit.seconds or 7.0)


def _page(edit: Edit, id: str, article: Article) -> Page:
    heading = (TextLayer(Part.HEADING, edit.heading),) if edit.heading else ()
    body: tuple[TextLayer, ...] = (TextLayer(Part.QUOTE, edit.quote),) if edit.quote else ()
    body += (TextLayer(Part.TEXT, edit.text),) if edit.text else ()
    role = Role.QUOTE if edit.quote else Role.FACT
    layers = (*_shown(edit, article), *heading, *body)
    return Page(id=id, role=role, layers=layers, seconds=edit.seconds or 7.0, more=_more(edit))


def _more(edit: Edit) -> tuple[str, ...]:
    """The paragraphs that open on a page."""
    return tuple(part.strip() for part in re.split(r"\n\s*\n", edit.more) if part.strip())


def _shown(edit: Edit, article: Article) -> tuple[PictureLayer | VideoLayer, ...]:
    """What fills the page: a video, whose poster is the picture, or the picture."""
    if edit.video:
        poster = picture_of(edit, article).src if edit.picture else ""
        tracks = (Track(edit.captions, article.language),) if edit.captions else ()
        return (VideoLayer(Video(src=edit.video, poster=poster, title=edit.alt, tracks=tracks)),)
    return (PictureLayer(picture_of(edit, article)),) if edit.picture else ()


def captioned(video: Video, language: str) -> Video:
    """A video all of whose captions say their language: the article's where a track says none."""
    tracks = tuple(msgspec.structs.replace(each, language=each.language or language) for each in video.tracks)
    return msgspec.structs.replace(video, tracks=tracks)


def picture_of(edit: Edit, article: Article) -> Picture:
    """The picture an edit names: the article's own by `src` or by number (`#1`), or one known by address only."""
    own = (*article.pictures, *([article.hero] if article.hero else []))
    number = edit.picture.removeprefix("#")
    if edit.picture.startswith("#") and number.isdecimal() and 0 < int(number) <= len(article.pictures):
        return _described(article.pictures[int(number) - 1], edit)
    found = next((each for each in own if each.src == edit.picture), Picture(src=edit.picture))
    return _described(found, edit)


def _described(picture: Picture, edit: Edit) -> Picture:
    return msgspec.structs.replace(picture, alt=edit.alt) if edit.alt else picture


def apply(pages: Sequence[Page], change: Overrides, article: Article) -> tuple[Page, ...]:
    """Composed pages with an editor's changes; an edit whose page is gone keeps its text as a page."""
    known = {page.id for page in pages}
    edited = [
        _edited(page, change.edits.get(page.id, Edit()), article) for page in pages if not _is_dropped(page, change)
    ]
    kept = [_page(edit, id, article) for id, edit in change.edits.items() if id not in known and _has_text(edit)]
    added = [_page(edit, f"a-{_digest(edit)}", article) for edit in change.added]
    return _ordered((*edited, *kept, *added), change.order)


def _is_dropped(page: Page, change: Overrides) -> bool:
    return page.role is not Role.COVER and change.edits.get(page.id, Edit()).is_dropped


def _has_text(edit: Edit) -> bool:
    return bool(edit.text or edit.quote) and not edit.is_dropped


def _digest(edit: Edit) -> str:
    return hashlib.sha256(msgspec.json.encode(edit)).hexdigest()[:8]


def _edited(page: Page, edit: Edit, article: Article) -> Page:
    layers = page.layers
    if edit.picture or edit.alt or edit.video:
        layers = (*_repictured(page, edit, article), *page.texts)
    for part, content in ((Part.HEADING, edit.heading), (Part.TEXT, edit.text), (Part.QUOTE, edit.quote)):
        layers = _replaced(layers, part, content) if content else layers
    more = _more(edit) or page.more
    return msgspec.structs.replace(page, layers=layers, seconds=edit.seconds or page.seconds, more=more)


def _repictured(page: Page, edit: Edit, article: Article) -> tuple[PictureLayer | VideoLayer, ...]:
    if edit.picture or edit.video:
        return _shown(edit, article)
    if page.video:
        return (VideoLayer(msgspec.structs.replace(page.video, title=edit.alt)),)
    return (PictureLayer(msgspec.structs.replace(page.picture, alt=edit.alt)),) if page.picture else ()


def _replaced(layers: Iterable[Layer], part: Part, content: str) -> tuple[Layer, ...]:
    """The layers with a part's text replaced; text and quotation take each other's place."""
    same = {part} if part is Part.HEADING else {Part.TEXT, Part.QUOTE, Part.TITLE}
    found = tuple(
        TextLayer(layer.part if layer.part is Part.TITLE else part, content)
        if isinstance(layer, TextLayer) and layer.part in same
        else layer
        for layer in layers
    )
    if any(isinstance(layer, TextLayer) and layer.part in same for layer in found):
        return found
    behind = tuple(layer for layer in found if not isinstance(layer, TextLayer))
    return (*behind, TextLayer(part, content), *(layer for layer in found if isinstance(layer, TextLayer)))


def _ordered(pages: Sequence[Page], order: Sequence[str]) -> tuple[Page, ...]:
    """The cover, then the pages that `order` names, then the others as they were."""
    rank = {id: position for position, id in enumerate(order)}
    cover, *others = pages
    return (cover, *sorted(others, key=lambda page: rank.get(page.id, len(rank))))
