"""A few words of an article about what was searched for, with the hits marked: exactly those letters, in any script."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from publisher.model import Article
from publisher.store import words

HIT, END = "\x02", "\x03"
BEFORE, LENGTH = 50, 190
"""Characters before the first hit, and altogether; words stay whole."""
READ = 20_000
"""Characters of a text that are looked through."""
LONGEST_WORD = 30

_INSIDE = re.compile(f"[^{words.BREAKS}{words.CJK}]")
_IDEOGRAPH = re.compile(f"[{words.CJK}]")


def snippet(article: Article, wanted: Sequence[str]) -> str:
    """Some text about the first hit, hits between HIT and END; the dek when the text has none.

    `wanted` are phrases (`words.phrases`); a members' text is not looked at.
    """
    pattern = _pattern(tuple(wanted))
    text = article.body.text[:READ] if article.is_open else ""
    first = next(_hits(pattern, text), None)
    if first is None:
        return _marked(pattern, (article.dek or article.excerpt)[: 2 * LENGTH])
    start, end = _window(text, first[0])
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    return head + _marked(pattern, text[start:end]) + tail


def _window(text: str, hit: int) -> tuple[int, int]:
    """Where a snippet begins and ends: between words, if there is a space near."""
    start = max(0, hit - BEFORE)
    end = min(len(text), start + LENGTH)
    if start and (gap := text.find(" ", start, min(hit, start + LONGEST_WORD))) > 0:
        start = gap + 1
    if end < len(text) and (gap := text.rfind(" ", max(hit, end - LONGEST_WORD), end)) > hit:
        end = gap
    return start, end


def _marked(pattern: re.Pattern[str], text: str) -> str:
    made, at = [], 0
    for start, end in _hits(pattern, text):
        made += [text[at:start], HIT, text[start:end], END]
        at = end
    return " ".join("".join([*made, text[at:]]).split())


def _hits(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where the hits are in the text as it is written, though they are found in the folded one."""
    low = words.folded(text)
    if len(low) == len(text):
        yield from (match.span() for match in _words(pattern, low))
        return
    parts = [_folded(each) for each in text]
    places = [n for n, part in enumerate(parts) for _ in part]
    for match in _words(pattern, "".join(parts)):
        end = places[match.end() - 1] + 1
        while end < len(text) and not parts[end]:
            end += 1  # an accent of its own belongs to the letter before
        yield places[match.start()], end


@functools.lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return words.folded(character)


def _words(pattern: re.Pattern[str], low: str) -> Iterator[re.Match[str]]:
    """Matches that are whole words; ideographs stand anywhere."""
    for match in pattern.finditer(low):
        if _IDEOGRAPH.match(match[0]) or not (_goes_on(low, match.start() - 1) or _goes_on(low, match.end())):
            yield match


def _goes_on(low: str, at: int) -> bool:
    """Whether a word's letter stands there."""
    return 0 <= at < len(low) and _INSIDE.match(low, at) is not None


@functools.lru_cache(maxsize=64)
def _pattern(wanted: tuple[str, ...]) -> re.Pattern[str]:
    """The words of the phrases, and runs of ideographs: without borders, which take 2 ms a word to compile."""
    needles = dict.fromkeys(each for phrase in wanted for each in _needles(phrase))
    longest_first = sorted(needles, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _needles(phrase: str) -> list[str]:
    found = phrase.split()
    return ["".join(found)] if all(map(_IDEOGRAPH.fullmatch, found)) else found
