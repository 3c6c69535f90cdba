"""Pictures as pages show them: renditions with widths, so that each screen gets what it can draw.

The sizes say how wide the theme's grid draws each kind; they belong to `site.css`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from publisher import rendition
from publisher.format.view import Coding, Shot
from publisher.model import Picture

HERO = "(min-width: 100rem) 70vw, 100vw"
BODY = "(min-width: 48rem) 41rem, 100vw"
LEAD = "(min-width: 72rem) 48vw, 100vw"
PICK = "(min-width: 40rem) 30vw, 100vw"
CARD = "(min-width: 64rem) 22vw, (min-width: 40rem) 45vw, 7rem"
THUMB = "(min-width: 40rem) 12rem, 7rem"
TALE = "14rem"
SMALL_HERO = 720
"""Pixels below which a lead picture keeps its own width: drawn as wide as the page, it would be blurred."""
POSTER, TALL = "poster-portrait", "tall480"

_SMALL = ("w320", "w480", "w640", "w960")
_LARGE = ("w480", "w800", "w1200", "w1600")
_FIRST = re.compile(
    r'\s*<(figure|p)\b[^<>]*+>(?:<a\b[^<>]*+>)?<img\b[^<>]*?\ssrc="([^"]*)"[^<>]*+>(?:</a>)?'
    r"(<figcaption\b[^<>]*+>[^<]*+(?:<(?!/figcaption>)[^<]*+)*</figcaption>)?</\1>",
    re.DOTALL,
)
"""A text's first block, when it is one picture and nothing else."""
_TAG = re.compile(r"<[^<>]*>")
_IMAGE = re.compile(r"<img\b([^<>]*+)>")
_ATTRIBUTE = re.compile(r'(?<![a-z-])([a-z-]+)="([^"]*)"')


def card(picture: Picture | None, sizes: str = CARD) -> Shot | None:
    """The picture of a card: WebP renditions, and a JPEG for the few that know no `srcset`."""
    if picture is None:
        return None
    return _shot(picture, sizes, _LARGE if sizes == LEAD else _SMALL, "w640")


def hero(picture: Picture | None) -> Shot | None:
    """The picture above an article: every coding, the best of them announced to be fetched at once."""
    if picture is None:
        return None
    codings = tuple(Coding(media_type=each, srcset=srcset) for each, srcset in rendition.sources(picture))
    return Shot(
        src=rendition.path(picture, "w1200"),
        srcset=rendition.srcset(picture),
        sizes=HERO,
        width=picture.width,
        height=picture.height,
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
        codings=codings,
        preload=codings[0] if codings else None,
        is_small=0 < picture.width < SMALL_HERO,
    )


def poster(cover: Picture | None) -> Shot | None:
    """The upright picture of a story's card, cut from its cover; none without: a drawn one bears the title."""
    if cover is None:
        return None
    if not rendition.stored(cover):
        return Shot(src=cover.src, width=cover.width, height=cover.height)
    row = rendition.RENDITIONS[POSTER]
    tall, upright = (rendition.path(cover, name, "webp") for name in (TALL, POSTER))
    srcset = f"{tall} {rendition.size(cover, TALL)[0]}w, {upright} {row.width}w" if cover.width else ""
    src = rendition.path(cover, POSTER)
    return Shot(src=src, srcset=srcset, sizes=TALE, width=row.width, height=row.height)


def without_lead(text: str, lead: Picture | None) -> str:
    """An article's text without the picture that it begins with, when that stands above it already, caption and all."""
    first = _FIRST.match(text)
    if lead is None or first is None or html.unescape(first[2]) != lead.src:
        return text
    under = html.unescape(_TAG.sub("", first[3] or ""))
    return text[first.end() :] if under.split() in ([], lead.caption.split()) else text


def body(text: str, pictures: Mapping[str, Picture]) -> str:
    """An article's text with its pictures in renditions, sized, and fetched when they come near."""
    return _IMAGE.sub(lambda match: _rewritten(match, pictures), text)


def _rewritten(match: re.Match[str], pictures: Mapping[str, Picture]) -> str:
    attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(match[1])}
    source = attributes.get("src", "")
    known = pictures.get(source, Picture(src=source))
    picture = known if known.width else _sized(known, attributes)
    shot = _shot(picture, BODY, ("w480", "w800", "w1200"), "w800")
    made = {"src": shot.src, "srcset": shot.srcset, "sizes": shot.sizes if shot.srcset else ""}
    made |= {"width": str(shot.width or ""), "height": str(shot.height or "")}
    kept = {name: value for name, value in attributes.items() if name in ("title", "class", "lang", "dir")}
    alt = attributes.get("alt") or picture.alt
    made |= kept | {"loading": "lazy", "decoding": "async"}
    return f'<img alt="{html.escape(alt)}" {_written(made)}>'


def _sized(picture: Picture, attributes: Mapping[str, str]) -> Picture:
    width, height = attributes.get("width", ""), attributes.get("height", "")
    if not (width.isdecimal() and height.isdecimal()):
        return picture
    return Picture(src=picture.src, alt=picture.alt, width=int(width), height=int(height))


def _written(attributes: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items() if value)


def _shot(picture: Picture, sizes: str, names: tuple[str, ...], plain: str) -> Shot:
    return Shot(
        src=rendition.path(picture, plain),
        srcset=_srcset(picture, names),
        sizes=sizes,
        width=picture.width,
        height=picture.height,
        alt=picture.alt,
    )


def _srcset(picture: Picture, names: tuple[str, ...]) -> str:
    if not rendition.is_scaled(picture):
        return ""
    widths = {rendition.size(picture, name)[0]: name for name in reversed(names)}
    return ", ".join(f"{rendition.path(picture, widths[w], 'webp')} {w}w" for w in sorted(widths))
