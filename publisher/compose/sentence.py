"""Sentences and words of many scripts.

Latin, Cyrillic and Greek go to nupunkt, which knows abbreviations; scripts with marks of their
own (CJK, Arabic, Indic, Ethiopic ...) are split at those; Thai, Lao and Khmer, which end
sentences with a space or nothing, are split into phrases at spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import nupunkt

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60]")
_PHRASED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_MARKED = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1200-\u137f\u0530-\u058f\uac00-\ud7af\u1100-\u11ff]")
_FAR = re.compile("[\u0530-\u109f\u1200-\u137f\u1780-\u17ff\u3040-\uffff\U00020000-\U0003ffff\u1100-\u11ff]")
"""A character of any script but Latin, Greek and Cyrillic; most texts have none."""
_LETTER = re.compile(r"[^\W\d_]")

_CLOSERS = "\"'”’»)\\]」』）】》›"
_CJK_END = re.compile(rf"[。！？!?｡…]+[{_CLOSERS}]*|(?<=[^\d\s])[.](?=\s|$)")
_MARKED_END = re.compile(rf"[।॥۔؟።։།!?]+[{_CLOSERS}]*\s*|(?<![\s.]\w)(?<!\d)[.…]+[{_CLOSERS}]*(?:\s+|$)|(?<=\d)\.\s+")
_PHRASE_END = re.compile(
    r"(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\"”)])\s+(?=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\"“(])|[။។]\s*"
)
_PHRASE = 40
"""Phrases of Thai shorter than this join their neighbour: they are names, not sentences."""

Span = tuple[int, int]


def split(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph, in order, each without white space around it."""
    return tuple(text[start:end] for start, end in spans(text))


def spans(text: str) -> tuple[Span, ...]:
    """Where the sentences of a paragraph begin and end."""
    cut = {"unspaced": _at_ends(_CJK_END), "marked": _at_ends(_MARKED_END), "phrased": _phrases}
    found = cut.get(script(text), _latin)(text)
    return tuple(_trimmed(text, start, end) for start, end in found if text[start:end].strip())


def script(text: str) -> str:
    """Which rules a text goes by: unspaced (CJK), phrased (Thai ...), marked (Arabic, Indic ...) or latin."""
    if text.isascii() or not _FAR.search(text):
        return "latin"
    letters = len(_LETTER.findall(text)) or 1
    for name, pattern in (("unspaced", _UNSPACED), ("phrased", _PHRASED), ("marked", _MARKED)):
        if len(pattern.findall(text)) > 0.3 * letters:
            return name
    return "latin"


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


_OPENS = re.compile(r"(?<=[a-zß-ÿ]{3}|\d{3})[.!?]\s+(?=[\"“‘«]\s?[A-ZÀ-Þ])")
"""An end before a quotation that opens, which nupunkt often misses."""


def _opened(text: str) -> Iterator[Span]:
    """nupunkt's spans, cut before every quotation that begins a sentence."""
    for start, end in nupunkt.sent_spans(text):
        for match in _OPENS.finditer(text, start, end):
            if text.count('"', start, match.end()) % 2 == 0:
                yield start, match.end()
                start = match.end()
        yield start, end


def _latin(text: str) -> Iterator[Span]:
    """Spans of sentences; one that goes on in lower case, or inside brackets, was no end."""
    held: Span | None = None
    for start, end in _opened(text):
        if held and _goes_on(text[held[0] : held[1]], text[start:end].lstrip()):
            held = held[0], end
            continue
        if held:
            yield held
        held = start, end
    if held:
        yield held


_OPEN_END = re.compile(
    r"(?:^|\s)(?:[A-ZÀ-Þ]\.|St\.|Mt\.|vs\.|No\.|etc\.|Sr\.|Sra\.|Hr\.|Fr\.|M\.|ca\.|bzw\.|z\. ?B\.)\s*$"
)


def _goes_on(before: str, after: str) -> bool:
    return after[:1].islower() or bool(_OPEN_END.search(before)) or before.count("(") > before.count(")") + 1


def _at_ends(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Span]]:
    def cut(text: str) -> Iterator[Span]:
        start = 0
        for match in pattern.finditer(text):
            yield start, match.end()
            start = match.end()
        yield start, len(text)

    return cut


def _phrases(text: str) -> Iterator[Span]:
    start = 0
    for match in _PHRASE_END.finditer(text):
        if match.end() - start >= _PHRASE:
            yield start, match.end()
            start = match.end()
    yield start, len(text)


_MARK = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(rf"\d+(?:[.,:/]\d+)*%?|[^\W\d_][\w{_MARK}]*(?:['’-][^\W\d_][\w{_MARK}]*)*")


_INNER = "\0_-'0123456789"
_LETTERS = bytes(0 if chr(n) in _INNER or n > 0x7F else n if chr(n).isalpha() else 0x20 for n in range(256))
"""Letters as they are, breaks as spaces; a zero byte for what may stand inside a word, and for figures."""


def words(text: str) -> list[str]:
    """Words in lower case; scripts without spaces give pairs of characters."""
    if script(text) in ("unspaced", "phrased"):
        return _pairs(text)
    if text.isascii() and b"\0" not in (letters := text.lower().encode().translate(_LETTERS)):
        return letters.decode().split()
    found = _WORD.findall(text.lower())
    return [_bare(each) for each in found] if "'" in text or "’" in text else found


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _pairs(text: str) -> list[str]:
    found: list[str] = []
    for run in re.findall(r"[a-z0-9.,%]+|[^\W\d_a-z]+", text.lower()):
        found += [run] if run[0].isascii() or len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return found
