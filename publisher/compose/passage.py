"""Passages: the spans of a source that can stand on a page.

A passage is one sentence, or several that follow each other, of at most `high` characters. A
sentence that is longer is cut after a clause and marked with an ellipsis. The only other trims
are datelines, credits before the text, a site's calls between sentences, and a connective at the very beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from publisher.compose import sentence
from publisher.compose.block import TEXTS, Block, Shape
from publisher.story import MAX_TEXT, MIN_TEXT


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of a source: where it stands and what it stands in.

    `place` counts from the heading above it, and each heading as one more: parts begin early.
    """

    text: str
    block: int
    shape: Shape
    part: int
    place: int = 0
    joint: str = " "


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """Text for a page: sentences `first` to `last` of the source, trimmed; `is_cut`: not to their end."""

    text: str
    first: int
    last: int
    block: int
    shape: Shape
    part: int
    place: int = 0
    is_cut: bool = False


class Measure(msgspec.Struct, frozen=True):
    """How much text a page takes, in characters."""

    low: int = MIN_TEXT
    high: int = MAX_TEXT


def measure(text: str) -> Measure:
    """What fits a page of text in this script: a CJK character says about what two letters say."""
    return Measure(MIN_TEXT, 120) if sentence.script(text) == "unspaced" else Measure()


def sentences(blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """All sentences of a body's text blocks, in source order; `part` counts the headings before."""
    found: list[Sentence] = []
    part = place = 0
    for index, block in enumerate(blocks):
        if block.shape is Shape.HEADING:
            part += 1
            place = part
        elif block.shape in TEXTS:
            texts = _texts(block.text)
            joint = "" if sentence.script(block.text) == "unspaced" else " "
            found += [
                Sentence(text=each, block=index, shape=block.shape, part=part, place=number, joint=joint)
                for number, each in enumerate(texts, place)
            ]
            place += len(texts)
    return tuple(found)


def _texts(text: str) -> list[str]:
    return [each for piece in without_calls(without_credits(text)) for each in sentence.split(piece)]


_CALL = re.compile(
    r"(?:(?<=[.!?\"”]\s)|^)(?:Watch|See|Read|Hear|Listen|Learn|Take|Explore|Find)\b[^»]{0,110}»\s*"
    r"|\bE-mail to a friend\b\s*"
)


def without_calls(text: str) -> list[str]:
    """The text's pieces between a site's calls to look at something else ("Watch the rescue »")."""
    return [piece for piece in _CALL.split(text) if piece.strip()]


_BYLINE = re.compile(
    r"^By \. .{0,300}?(?:PUBLISHED|UPDATED|Last updated).{0,160}?\d{4} \. (?:\| \. )?"
    r"(?:UPDATED: \. .{0,60}?\d{4} \. )?"
)
_BY = re.compile(r"^By \. [^.]{3,60} \. (?=\S)")
_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][\w.'’ -]{1,40}(?:, [\w. ]{2,30})?\s*)?\((?:dpa|[A-Z][\w .]{1,30})\)\s*(?:--?|–|—)\s*"
    r"|^\((?:CNN|AP|AFP|Reuters|EW\.com|CNNMoney[\w.]*|The Frisky|OPRAH\.com)\)\s*"
    r"|^[A-ZÀ-Þ]{3,}[A-ZÀ-Þ ,.]{0,40}\s(?:--|–|—)\s"
)


def without_credits(text: str) -> str:
    """The text without the agency's dateline or the syndicate's by-line before it."""
    return _DATELINE.sub("", _BY.sub("", _BYLINE.sub("", text, count=1), count=1), count=1)


_CONNECTIVE = re.compile(
    r"^(?:But|And|So|Yet|Still|However|Meanwhile|Moreover|Furthermore|In addition|Also|Instead|Then|Besides|"
    r"Therefore|Nevertheless|For example|For instance|Of course|Indeed),?\s+(?=\S)"
)


def trimmed(text: str) -> str:
    """The sentence without the connective that ties it to the one before (a listed trim, A2)."""
    rest = _CONNECTIVE.sub("", text, count=1)
    return rest[:1].upper() + rest[1:] if rest != text else text


def candidates(source: Sequence[Sentence], size: Measure) -> tuple[Passage, ...]:
    """Every passage that fits a page, by its first sentence."""
    return tuple(passage for first in range(len(source)) for passage in _from(source, first, size))


def _from(source: Sequence[Sentence], first: int, size: Measure) -> Iterator[Passage]:
    start = source[first]
    text = trimmed(start.text)
    if len(text) > size.high:
        text = shortened(text, size)
        if size.low <= len(text) <= size.high:
            yield msgspec.structs.replace(_passage(text, start, first, first), is_cut=True)
        return
    for last in range(first, len(source)):
        if last > first:
            if not _follows(source[last - 1], source[last]):
                return
            text += source[last].joint + source[last].text
        if len(text) > size.high:
            return
        if len(text) >= size.low:
            yield _passage(text, start, first, last)


def _passage(text: str, start: Sentence, first: int, last: int) -> Passage:
    return Passage(
        text=text, first=first, last=last, block=start.block, shape=start.shape, part=start.part, place=start.place
    )


def _follows(one: Sentence, other: Sentence) -> bool:
    """Whether a page may hold both: no heading between, quotations for themselves, items together."""
    if one.part != other.part or one.shape is not other.shape:
        return False
    return one.block == other.block or one.shape is not Shape.QUOTE


_CLAUSE = re.compile(
    r"[,;:，；：、،؛]\s*|\s[–—-]{1,2}\s|\s(?=(?:which|who|because|while|after|before|although|when|where)\s)"
)
_TAIL = " ,;:–—-，；：、،؛"
_HANGING = re.compile(r"(?<!\s)(?:\s++[a-zß-ÿ]{1,3}\b[^\w\s]*+)+\s*$")
"""Little words at the end that lean on what was cut off: "to the", "and a", "auf"."""


def shortened(text: str, size: Measure) -> str:
    """A sentence cut to the measure: after its last clause that fits, else after a word; ends in `…`."""
    room = size.high - 1
    ends = [match.start() for match in _CLAUSE.finditer(text, 0, size.high) if match.start() <= room]
    least = room * 3 // 5
    end = ends[-1] if ends and ends[-1] >= least else _word_end(text, room)
    return _balanced(_HANGING.sub("", text[:end]).rstrip(_TAIL)) + "…" if end else ""


def _word_end(text: str, room: int) -> int:
    """Where the last whole word that fits ends; in a script without spaces, any character."""
    if sentence.script(text) == "unspaced" or text[room : room + 1].isspace():
        return room
    return max(text.rfind(" ", 0, room), 0)


def _balanced(text: str) -> str:
    """The text without a bracket that was opened and not closed."""
    opened = text.rfind("(")
    return text[:opened].rstrip(_TAIL) if opened > text.rfind(")") and opened > len(text) // 2 else text
