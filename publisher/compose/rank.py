"""Which passages tell a source best: common words, early places, new facts.

Each passage is worth the weight of its content words, more the earlier it stands; a word that a
chosen passage already has is worth little (maximal marginal relevance). Quotations and sentences
that lean on others are damped. TextRank, LexRank and LSA were measured worse than the lead.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

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
    counts = Counter(chain.from_iterable(per_text))
    common = frozenset() if stops else _common(per_text)
    titled = frozenset(sentence.words(title)) - stops
    of = {
        word: count**COMMONNESS * (1.5 if word in titled else 1.0) * (_shortness(word) if len(word) == 1 else 1.0)
        for word, count in counts.items()
        if word not in common
    }
    return Weights(of, tuple(frozenset([word for word in each if word in of]) for each in per_text))


def _common(per_text: Sequence[Sequence[str]]) -> frozenset[str]:
    """Words that stand in so many sentences that they carry no fact."""
    limit = max(4.0, COMMON * len(per_text))
    spread = Counter(chain.from_iterable(map(set, per_text)))
    return frozenset(word for word, count in spread.items() if count > limit)


def _shortness(letter: str) -> float:
    return 0.5 if letter.isalpha() and letter.isascii() else 1.0


def choose(passages: Sequence[Passage], weights: Weights, title: str, count: int, size: Measure) -> list[Passage]:
    """At most `count` passages that don't overlap, in source order.

    The more is covered, the less a passage is worth: what it was worth before is its upper bound, and only those whose
    bound is the best are looked at again.
    """
    known, pool = frozenset(weights.words(title)), [(each, weights.of_passage(each)) for each in passages]
    waiting = [(*_bound(*each, weights), number, _UNSEEN) for number, each in enumerate(pool) if each[1]]
    heapq.heapify(waiting)
    chosen: list[Told] = []
    covered: set[str] = set()
    while waiting and len(chosen) < count:
        _, first, number, seen = heapq.heappop(waiting)
        told = pool[number]
        if seen == len(chosen):
            chosen.append(told)
            covered |= told[1]
        elif not (seen == _UNSEEN and _repeats(told[1], known)) and _is_beside(told, chosen[max(0, seen) :]):
            value = _worth(told[1], covered, weights) * _factor(told[0], size)
            heapq.heappush(waiting, (-value, first, number, len(chosen)))
    return sorted((passage for passage, _ in chosen), key=lambda passage: passage.first)


Told = tuple[Passage, frozenset[str]]
"""A passage and its content words."""
_UNSEEN = -1


def _bound(passage: Passage, found: frozenset[str], weights: Weights) -> tuple[float, int]:
    """For an order from the best: what a passage is worth at most, and where it stands."""
    total = sum(map(weights.of.__getitem__, found))
    return -(total / math.pow(len(found), DENSITY) * _early(passage)), passage.first


def _worth(found: frozenset[str], covered: set[str], weights: Weights) -> float:
    total = sum([weights.of[word] * (NOVELTY if word in covered else 1.0) for word in found])
    return total / math.pow(len(found), DENSITY)


def _is_beside(told: Told, others: Sequence[Told]) -> bool:
    """Whether a passage may stand in one story with others: elsewhere in the source, and saying something else."""
    return all(_is_free(told[0], other) and _differs(told[1], words) for other, words in others)


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
    return _early(passage) * _damping(passage) * min(1.0, 0.6 + 0.4 * len(passage.text) / (0.75 * size.high))


def _early(passage: Passage) -> float:
    return 1 / math.sqrt(passage.place + 1)


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
    if text.isascii() and not any(map(text.lower().__contains__, _CALLING)):
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
