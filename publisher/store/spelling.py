"""What a misspelt word may have meant: words near it that something public holds, in any script.

One edit away: every variant is made and looked up, among all words of all texts. Two away, for longer words: among
the words of titles, deks and tags, found by the runs of three letters that they share. Both are bounded: a word costs
as many look-ups as it has variants, whatever the archive holds.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import Protocol

from publisher.model import Article
from publisher.store import words

CORRECTED = 3
"""Words of a query that are corrected at most."""
LETTERS = range(3, 25)
"""Lengths of words that are corrected."""
FAR = 6
"""From this length on a word may be two edits away."""
AFFIX = 3
"""Letters that a longer form of a word may add."""
MAX_VARIANTS = 2_500
GRAM_TERMS = 500
"""Words that each run of letters contributes: the first that were seen, so the common ones."""
COMPARED = 250
WEIGHED = 12
SAMPLE = 50
FIRST_LETTER = 4
"""How much likelier a word with the same first letter is meant: that one is seldom mistyped."""

_BLOCK = 128
"""Code points that are one script's: how Unicode is laid out, more or less."""


class Lexicon(Protocol):
    """What an engine's index can tell of words; the words are folded."""

    def held(self, phrases: Sequence[str]) -> Sequence[str]:
        """Those of some phrases that any public article holds, in their order."""

    def newest(self, phrase: str, limit: int) -> Sequence[int]:
        """The newest public articles that hold a phrase, at most so many."""

    def alike(self, gram: str, limit: int) -> Sequence[str]:
        """Words of titles, deks and tags with a run of letters (`grams`), the first seen first."""

    def shown(self, term: str) -> str:
        """The word as it was written first; itself when that isn't known."""


def terms(article: Article) -> frozenset[str]:
    """The folded words of a public article's title, dek and tags that may be misspelt."""
    if not article.is_public:
        return frozenset()
    return frozenset(filter(is_correctable, words.tokens(" ".join(_texts(article)))))


def _texts(article: Article) -> tuple[str, ...]:
    return article.title, article.dek or article.excerpt, *(each.name for each in article.tags)


def written(article: Article, term: str) -> str:
    """How an article writes one of its terms, in lower case."""
    for word in " ".join(_texts(article)).split():
        if words.tokens(word) == [term]:
            return word.lower().strip("".join(each for each in word if unicodedata.category(each)[0] not in "LMN"))
    return term


def is_correctable(term: str) -> bool:
    """Whether a word may be misspelt: letters only, neither short nor endless, of a script that has letters."""
    return len(term) in LETTERS and (term.isalpha() or not any(map(str.isdecimal, term)))


def corrected(query: str, lexicon: Lexicon) -> str:
    """The query with words that something holds in place of those that nothing does; "" when none would help."""
    kept: list[str] = []
    corrections = 0
    for word in query[:200].split()[: words.MAX_PHRASES]:
        tokens = words.tokens(word)
        unknown = set(tokens).difference(lexicon.held(tokens))
        if not unknown:
            kept.append(word)
        elif corrections < CORRECTED:
            corrections += 1
            kept += filter(None, [_meant(tokens, unknown, lexicon)])
    return " ".join(kept) if corrections and any(map(words.tokens, kept)) else ""


def _meant(tokens: Sequence[str], unknown: Container[str], lexicon: Lexicon) -> str:
    """A word of the query, corrected; "" when nothing is near."""
    found = [near(each, lexicon) if each in unknown else each for each in tokens]
    return " ".join(found) if all(found) else ""


def near(term: str, lexicon: Lexicon) -> str:
    """The likeliest word near one that nothing holds, as it is written; "" for none."""
    if not is_correctable(term):
        return ""
    candidates = lexicon.held(variants(term)) or _far(term, lexicon)
    best = max(candidates[:WEIGHED], key=lambda each: (_likelihood(term, each, lexicon), each), default="")
    return " ".join(map(lexicon.shown, best.split()))


def _far(term: str, lexicon: Lexicon) -> Sequence[str]:
    """Words two edits from a long one, and those that a word stands in: `رسائل` in `الرسائل`."""
    shared = Counter(each for gram in grams(term) for each in lexicon.alike(gram, GRAM_TERMS))
    alike = (each for each, _ in shared.most_common(COMPARED))
    near = [each for each in alike if _is_longer_form(term, each) or (len(term) >= FAR and is_within(term, each, 2))]
    return lexicon.held(near)


def _is_longer_form(term: str, other: str) -> bool:
    return term in other and len(other) - len(term) <= AFFIX < len(term)


def _likelihood(term: str, other: str, lexicon: Lexicon) -> float:
    ids = lexicon.newest(other, SAMPLE)
    often = len(ids) / (max(ids) - min(ids) + 1) if len(ids) == SAMPLE else len(ids) / 1e9
    return often * FIRST_LETTER if term[0] == other[0] else often


def variants(term: str) -> list[str]:
    """Every word one edit away: a letter too many, two swapped, one wrong, one missing, a space missing."""
    cuts = [(term[:n], term[n:]) for n in range(len(term) + 1)]
    letters = alphabet(term)
    made = [a + b[1:] for a, b in cuts if b]
    made += [a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1]
    made += [a + each + b[1:] for a, b in cuts if b for each in letters]
    made += [a + each + b for a, b in cuts for each in letters]
    made += [f"{a} {b}" for a, b in cuts if len(a) > 1 and len(b) > 1]
    return [each for each in dict.fromkeys(made) if each != term][:MAX_VARIANTS]


def alphabet(term: str) -> str:
    """The letters of the scripts that a word is written in, folded as the index has them."""
    return "".join(map(_letters, sorted({ord(each) // _BLOCK for each in term})))


@lru_cache(maxsize=64)
def _letters(block: int) -> str:
    """Those of one script: looking through them takes as long as fifty look-ups of words."""
    found = map(chr, range(block * _BLOCK, (block + 1) * _BLOCK))
    return "".join(each for each in found if unicodedata.category(each)[0] in "LM" and words.tokens(each) == [each])


def grams(term: str) -> frozenset[str]:
    """The runs of three letters of a word, its ends marked."""
    marked = f"^{term}$"
    return frozenset(marked[n : n + 3] for n in range(len(marked) - 2))


def is_within(one: str, other: str, limit: int) -> bool:
    """Whether two words are at most so many edits apart (optimal string alignment)."""
    if abs(len(one) - len(other)) > limit:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, a in enumerate(one, 1):
        older, before, row = before, row, [n]
        for m, b in enumerate(other, 1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (a != b))
            if n > 1 and m > 1 and a == other[m - 2] and one[n - 2] == b:
                cost = min(cost, older[m - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return False
    return row[-1] <= limit
