"""What an article has in common with others: its telling words, those who share them, how much.

Work is bounded whatever the archive's size: a term is asked for its newest matches only, and how far
back they reach says how rare it is. Of the few that share most nothing is read but their record and
how long they are: by so much less does it mean that a long one has a word, too.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from publisher.model import Article, Kind
from publisher.store.words import tokens

READ = 12_000
"""How many characters of a text are looked at."""
SMALL = 2_000
MAX_TERMS, FEWER_TERMS = 48, 24
"""How many terms are asked for in an archive of so many articles, and in a larger one, where each has more matches."""
TERM_MATCHES = 100
"""How many of its newest matches a term contributes."""
SIGHTED = 72
"""How many articles are looked at."""
PHRASE = 2
"""A tag of so many words is sought as a phrase, a longer one by its words."""
RARITY = 1.5
"""How much more a rare term is worth than a common one: the power of its rarity (2 in a cosine)."""
SECTION_PRIOR, FOREIGN = 2.0, 0.5
"""How much more an article of the same section counts, and how much less one of another language."""
SHORT_SHARE = 0.25
"""Part of the usual length that even the shortest is taken to have."""
SHORTEST, LONGEST = 3, 8
"""Letters of a word: shorter ones tell nothing, and beyond the longest, length tells no more."""


class Shelf(msgspec.Struct, frozen=True):
    """A section by its slug."""

    slug: str


class Glimpse(msgspec.Struct, frozen=True):
    """What is looked at of an article that shares terms, as its record has it."""

    kind: Kind = Kind.ARTICLE
    language: str = "en"
    section: Shelf | None = None


class Sight(msgspec.Struct, frozen=True):
    """An article that shares terms, and how many words it has."""

    glimpse: Glimpse
    words: int


def sought(article: Article, last_id: int) -> dict[str, float]:
    """The terms that may tell what an article is about, with how much it speaks of each (sublinear)."""
    text = article.body.text[:READ] if article.is_open else ""
    told = _terms(tokens(f"{article.title}\n{article.dek}\n{text}"))
    for said in (tokens(article.title), *(tokens(each.name) for each in article.tags)):
        told.update([" ".join(said)] if len(said) == PHRASE else _terms(said))
    spoken = {times: 1 + math.log(times) for times in set(told.values())}
    telling = [
        (spoken[times] * (len(term) if len(term) < LONGEST else LONGEST), term, spoken[times])
        for term, times in told.items()
        if len(term) >= SHORTEST
    ]
    telling.sort(reverse=True)
    return {term: value for _, term, value in telling[: MAX_TERMS if last_id <= SMALL else FEWER_TERMS]}


def _terms(words: Sequence[str]) -> Counter[str]:
    """How often each word stands there, and each pair of single characters: how CJK writes a word."""
    told = Counter(words)
    if not "".join(told).isascii() and any(len(word) == 1 and not word.isascii() for word in told):
        pairs = itertools.pairwise(words)
        told.update(f"{a} {b}" for a, b in pairs if len(a) == len(b) == 1 and not a.isascii())
    return told


def weights(spoken: Mapping[str, float], newest: Mapping[str, Sequence[int]], last_id: int) -> dict[str, float]:
    """What sharing a term is worth: how much it is spoken of, and how rare it is; the newest ids come first."""
    return {term: spoken[term] * _rarity(ids, last_id) ** RARITY for term, ids in newest.items() if ids}


def _rarity(ids: Sequence[int], last_id: int) -> float:
    """Logarithm of how many articles there are to one with the term, by how far back its newest ones reach."""
    span = last_id if len(ids) < TERM_MATCHES else last_id - ids[-1] + 1
    return math.log(max(1.0, (span + 1) / (len(ids) + 0.5)))


def sighted(newest: Mapping[str, Sequence[int]], worth: Mapping[str, float], itself: int) -> dict[int, float]:
    """The ids that share most, with how much, the best first."""
    scores: defaultdict[int, float] = defaultdict(float)
    for term, value in worth.items():
        for id in newest[term]:
            scores[id] += value
    scores.pop(itself, None)
    least = sorted(scores.values())[-SIGHTED:][:1] or [0.0]
    best = sorted([(score, id) for id, score in scores.items() if score >= least[0]], reverse=True)
    return {id: score for score, id in best[:SIGHTED]}


def best(article: Article, scores: Mapping[int, float], seen: Mapping[int, Sight], limit: int) -> list[int]:
    """Those of the ids seen that are articles, best first; one of the same section and language counts more."""
    usual = sum([each.words for each in seen.values()]) / max(1, len(seen)) or 1.0
    shelf = Shelf(article.section.slug) if article.section else None
    value = [
        (scores[id] * _prior(shelf, article.language, each.glimpse) / math.sqrt(each.words / usual + SHORT_SHARE), id)
        for id, each in seen.items()
        if each.glimpse.kind is Kind.ARTICLE
    ]
    return [id for _, id in sorted(value, reverse=True)[: max(0, limit)]]


def _prior(shelf: Shelf | None, language: str, other: Glimpse) -> float:
    is_near = shelf is not None and shelf == other.section
    return (SECTION_PRIOR if is_near else 1.0) * (1.0 if other.language == language else FOREIGN)
