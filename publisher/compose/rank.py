"""Which passages tell a source best: common words, early places, new facts.

Each passage is worth the weight of its content words, more the earlier it stands; a word that a
chosen passage already has is worth little (maximal marginal relevance). Quotations and sentences
that lean on others are damped. TextRank, LexRank and LSA were measured worse than the lead.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from publisher.compose import sentence
from publisher.compose.block import Shape
from publisher.compose.passage import Measure, Passage
from publisher.compose.stopword import stopwords

NOVELTY = 0.4
"""What a word is still worth on a second page."""
COMMONNESS = 0.6
"""Power of a word's count that is its weight: a word said four times is worth a little more than two others."""
DENSITY = 0.15
"""Power of the number of words that a passage's worth is divided by: dense ones before long ones."""
OPEN_QUOTE, WHOLE_QUOTE, CUT = 0.5, 0.85, 0.65
"""What remains of the worth of a passage with half a quotation, with a whole one, of a sentence without its end."""
TOO_ALIKE = 0.6
"""Share of content words in a chosen page above which a passage is left out."""
COMMON = 0.45
"""A word in a larger share of the sentences carries no fact (languages without a stop list)."""


class Weights(msgspec.Struct, frozen=True):
    """What each content word of a source is worth; `sets` are those of its sentences, in order."""

    of: Mapping[str, float]
    sets: tuple[frozenset[str], ...] = ()

    def of_passage(self, passage: Passage) -> frozenset[str]:
        """The content words of a passage."""
        if passage.is_cut:
            return self.words(passage.text)
        return frozenset().union(*self.sets[passage.first : passage.last + 1])

    def words(self, text: str) -> frozenset[str]:
        """The content words of a text."""
        return frozenset(word for word in sentence.words(text) if word in self.of)


def weigh(texts: Sequence[str], title: str, language: str) -> Weights:
    """Weights of a source's content words: how often they come, more for the title's."""
    stops = stopwords(language)
    per_text = [[word for word in sentence.words(text) if word not in stops] for text in texts]
    counts = Counter(word for each in per_text for word in each)
    spread = Counter(word for each in per_text for word in set(each))
    limit = max(4.0, COMMON * len(texts)) if not stops else math.inf
    titled = frozenset(sentence.words(title)) - stops
    of = {
        word: count**COMMONNESS * (1.5 if word in titled else 1.0) * _shortness(word)
        for word, count in counts.items()
        if spread[word] <= limit
    }
    return Weights(of, tuple(frozenset(word for word in each if word in of) for each in per_text))


def _shortness(word: str) -> float:
    return 0.5 if len(word) == 1 and word.isalpha() and word.isascii() else 1.0


def choose(passages: Sequence[Passage], weights: Weights, title: str, count: int, size: Measure) -> list[Passage]:
    """At most `count` passages that don't overlap, in source order."""
    known = frozenset(weights.words(title))
    told = ((each, weights.of_passage(each)) for each in passages)
    pool = [(each, words, _factor(each, size)) for each, words in told if words and not _repeats(words, known)]
    chosen: list[tuple[Passage, frozenset[str]]] = []
    covered: set[str] = set()
    while pool and len(chosen) < count:
        best = max(pool, key=lambda entry: (_worth(entry[1], covered, weights) * entry[2], -entry[0].first))
        chosen.append((best[0], best[1]))
        covered |= best[1]
        pool = [entry for entry in pool if _is_free(entry[0], best[0]) and _differs(entry[1], best[1])]
    return sorted((passage for passage, _ in chosen), key=lambda passage: passage.first)


def _worth(found: frozenset[str], covered: set[str], weights: Weights) -> float:
    total = sum(weights.of[word] * (NOVELTY if word in covered else 1.0) for word in found)
    return total / math.pow(len(found), DENSITY)


def _repeats(found: frozenset[str], known: frozenset[str]) -> bool:
    """Whether a passage says the title again and hardly more (A3)."""
    shared = len(found & known)
    says_all = len(known) >= 3 and shared >= 0.8 * len(known) and len(found) <= 1.4 * len(known)
    return shared >= 0.8 * len(found) or says_all


def _differs(found: frozenset[str], other: frozenset[str]) -> bool:
    return len(found & other) <= TOO_ALIKE * min(len(found), len(other))


def _is_free(passage: Passage, taken: Passage) -> bool:
    return passage.last < taken.first or passage.first > taken.last


def _factor(passage: Passage, size: Measure) -> float:
    place = 1 / math.sqrt(passage.place + 1)
    return place * _damping(passage) * min(1.0, 0.6 + 0.4 * len(passage.text) / (0.75 * size.high))


_QUOTES = re.compile('["“”«»„‟]')
_LEANS = re.compile(r"^(?:He|She|They|It|This|That|These|Those|His|Her|Their|Its|There)\b")
_SAYS_I = re.compile(r"\b(?:I|I'm|I’m|I've|I’ve|we're|my|me)\b")
_CALLS = re.compile(
    r"(?i)\b(?:click here|scroll down|read more|e-mail to a friend|sign up|subscribe|follow us|newsletter|"
    r"all rights reserved|copyright|advertisement|share this|photo:|image:|picture:|contributed to this report|"
    r"is a registered trademark|watch (?:the )?video|editor['’]s note)\b|^all about |\bwatch\b[^«]{0,100}»|https?://|www\."
)


_CALLING = (
    *("click here", "scroll down", "read more", "e-mail to", "sign up", "subscribe", "follow us", "newsletter"),
    *("all rights", "copyright", "advertisement", "share this", "photo:", "image:", "picture:", "contributed to"),
    *("registered trademark", "watch", "editor's note", "all about ", "http", "www."),
)
"""One of them stands in whatever `_CALLS` finds in ASCII: words are sought ten times as quickly."""


def calls(text: str) -> bool:
    """Whether a passage calls to do something elsewhere, or is small print."""
    if text.isascii():
        small = text.lower()
        if not any(word in small for word in _CALLING):
            return False
    return bool(_CALLS.search(text))


def _damping(passage: Passage) -> float:
    text = passage.text
    factor = 0.3 if calls(text) else 1.0
    if passage.shape is not Shape.QUOTE and _QUOTES.search(text):
        factor *= WHOLE_QUOTE if len(_QUOTES.findall(text)) % 2 == 0 else OPEN_QUOTE
    if passage.is_cut:
        factor *= CUT
    if _SAYS_I.search(text):
        factor *= 0.8
    if _LEANS.match(text):
        factor *= 0.92
    return factor * (0.8 if text.endswith("?") else 1.0) * (0.9 if passage.shape is Shape.ITEM else 1.0)
