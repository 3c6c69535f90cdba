"""What an article has in common with others: its telling words, those who share them, how much.

Work is bounded whatever the archive's size: a term is asked for its newest matches only, and how far
back they reach says how rare it is; the few that share most, those of the same section before others, are then
read and compared (BM25).
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from publisher.model import Article, Kind
from publisher.store.words import tokens

MAX_TERMS = 48
TERM_MATCHES = 60
"""How many of its newest matches a term contributes."""
SIGHTED = 96
"""How many articles are asked for their section."""
SHORTLIST, READ = 12, 4000
"""How many articles are compared, and how many characters of each are read: 0.3 ms an article."""
PHRASE = 2
"""A tag of so many words is sought as a phrase, a longer one by its words."""
SECTION_PRIOR, FOREIGN = 2.0, 0.5
"""How much more an article of the same section counts, and how much less one of another language."""
SATURATION, LENGTH_SHARE = 2.0, 0.75
"""BM25's k1 and b."""
SHORTEST, LONGEST = 3, 8
"""Letters of a word: shorter ones tell nothing, and beyond the longest, length tells no more."""


def sought(article: Article) -> dict[str, float]:
    """The terms that may tell what an article is about, with how much it speaks of each (sublinear)."""
    text = article.body.text if article.is_open else ""
    told = Counter(_terms(tokens(f"{article.title}\n{article.dek}\n{text}")))
    for said in (tokens(article.title), *(tokens(each.name) for each in article.tags)):
        told.update([" ".join(said)] if len(said) == PHRASE else _terms(said))
    spoken = {term: 1 + math.log(times) for term, times in told.items()}
    best = heapq.nlargest(MAX_TERMS, spoken, key=lambda term: (spoken[term] * min(len(term), LONGEST), term))
    return {term: spoken[term] for term in best}


def _terms(words: Sequence[str]) -> Iterator[str]:
    """Words that are long enough, and neighbouring single characters: how CJK writes a word."""
    yield from (word for word in words if len(word) >= SHORTEST)
    yield from (f"{a} {b}" for a, b in itertools.pairwise(words) if len(a) == len(b) == 1 and not a.isascii())


def weights(spoken: Mapping[str, float], newest: Mapping[str, Sequence[int]], last_id: int) -> dict[str, float]:
    """What sharing a term is worth: how much it is spoken of, and the square of its rarity (as in a cosine)."""
    return {term: spoken[term] * _rarity(ids, last_id) ** 2 for term, ids in newest.items() if ids}


def _rarity(ids: Sequence[int], last_id: int) -> float:
    """Logarithm of how many articles there are to one with the term, by how far back its newest ones reach."""
    span = last_id if len(ids) < TERM_MATCHES else last_id - min(ids) + 1
    return math.log(max(1.0, (span + 1) / (len(ids) + 0.5)))


def sighted(newest: Mapping[str, Sequence[int]], worth: Mapping[str, float], itself: int) -> dict[int, float]:
    """The ids that share most, with how much, the best first."""
    scores: dict[int, float] = {}
    for term, value in worth.items():
        for id in newest[term]:
            scores[id] = scores.get(id, 0.0) + value
    scores.pop(itself, None)
    return {id: scores[id] for id in heapq.nlargest(SIGHTED, scores, key=lambda id: (scores[id], id))}


def contenders(scores: Mapping[int, float]) -> list[int]:
    """The sighted ids that would be on the shortlist if they were of the section: no others need be asked."""
    best = list(scores.values())
    least = best[SHORTLIST - 1] if len(best) >= SHORTLIST else 0.0
    return [id for id, score in scores.items() if score * SECTION_PRIOR >= least]


def shortlist(scores: Mapping[int, float], near: Collection[int]) -> list[int]:
    """The ids worth a closer look, best first; `near` are those of the article's section."""
    return heapq.nlargest(SHORTLIST, scores, key=lambda id: (scores[id] * (SECTION_PRIOR if id in near else 1.0), id))


def most_related(article: Article, candidates: Sequence[Article], worth: Mapping[str, float]) -> list[Article]:
    """Candidates that are articles, best first; one of the same section and language counts more."""
    said = {each.id: _words(each) for each in candidates if each.kind is Kind.ARTICLE}
    usual = sum(map(len, said.values())) / max(1, len(said))
    found = [each for each in candidates if each.id in said]
    scores = {each.id: _prior(article, each) * _likeness(said[each.id], usual, worth) for each in found}
    return sorted(found, key=lambda each: (scores[each.id], each.id), reverse=True)


def _words(article: Article) -> list[str]:
    """The first words of an article that has its body."""
    tags = " . ".join(each.name for each in article.tags)
    text = article.body.text[:READ] if article.is_open else ""
    return tokens(f"{article.title} . {tags} . {article.dek or article.excerpt} . {text}")


def is_near(article: Article, other: Article) -> bool:
    """Whether two articles are of one section."""
    return bool(article.section and other.section and article.section.slug == other.section.slug)


def _prior(article: Article, other: Article) -> float:
    return (SECTION_PRIOR if is_near(article, other) else 1.0) * (
        1.0 if other.language == article.language else FOREIGN
    )


def _likeness(said: Sequence[str], usual: float, worth: Mapping[str, float]) -> float:
    """BM25 of the terms in an article's words, by their number against the usual one."""
    damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * len(said) / usual)
    counts = Counter(filter(worth.__contains__, said))
    if any(" " in term for term in worth):
        counts.update(filter(worth.__contains__, map(" ".join, itertools.pairwise(said))))
    return sum(worth[term] * times / (times + damping) for term, times in counts.items())
