"""How well pages tell what editors found worth telling (A4), for any {title, body, highlights} lines.

- coverage: mean over highlights of the best page's ROUGE-1 recall (share of the highlight's words).
- hit: share of highlights whose best page has at least half of their words.
- redundancy: mean over pages of the largest share of content words that another page has too.
- faithfulness: share of pages whose every number and word stands in the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from publisher.compose import passage, rank, sentence
from publisher.compose.block import blocks_of_text
from publisher.compose.stopword import stopwords

PAGES = 6
HIT = 0.5


class Item(msgspec.Struct, frozen=True):
    """A news article with its editors' highlights."""

    body: str
    highlights: tuple[str, ...] | str
    title: str | None = ""
    language: str = "en"

    @property
    def headline(self) -> str:
        """Its title, "" when it has none."""
        return self.title or ""

    @property
    def bullets(self) -> tuple[str, ...]:
        """The highlights as lines, without empty ones."""
        lines = self.highlights.split("\n") if isinstance(self.highlights, str) else self.highlights
        return tuple(line.strip() for line in lines if line.strip())


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Means over a set of articles, 0 to 1."""

    articles: int
    coverage: float
    hit: float
    redundancy: float
    faithfulness: float


Teller = Callable[[Item], Sequence[str]]


def pages_of(item: Item) -> tuple[str, ...]:
    """The pages that a story of the article would have, as text."""
    source = passage.sentences(blocks_of_text(passage.without_credits(item.body)))
    size = passage.measure(item.body)
    weights = rank.weigh([each.text for each in source], item.headline, item.language)
    found = passage.candidates(source, size)
    return tuple(each.text for each in rank.choose(found, weights, item.headline, PAGES, size))


def lead_of(item: Item) -> tuple[str, ...]:
    """The first sentences, each on a page of its own: what "take the lead" gives."""
    found = passage.sentences(blocks_of_text(passage.without_credits(item.body)))
    size = passage.measure(item.body)
    texts = (each.text if len(each.text) <= size.high else passage.shortened(each.text, size) for each in found)
    return tuple(texts)[:PAGES]


def score(items: Iterable[Item], tell: Teller) -> Score:
    """The measures of one way of telling over a set."""
    rows = [_row(item, tell(item)) for item in items]
    count = len(rows)
    means = [sum(column) / count if count else 0.0 for column in zip(*rows, strict=True)] or [0.0] * 4
    return Score(articles=count, coverage=means[0], hit=means[1], redundancy=means[2], faithfulness=means[3])


def _row(item: Item, pages: Sequence[str]) -> tuple[float, float, float, float]:
    best = [max((recall(bullet, page) for page in pages), default=0.0) for bullet in item.bullets]
    count = len(best) or 1
    hit = sum(value >= HIT for value in best) / count
    return (
        sum(best) / count,
        hit,
        redundancy(pages, item.language),
        faithfulness(pages, item.headline + "\n" + item.body),
    )


def recall(bullet: str, page: str) -> float:
    """ROUGE-1 recall: the share of a bullet's words, with their number, that a page has."""
    wanted, there = Counter(sentence.words(bullet)), Counter(sentence.words(page))
    return sum((wanted & there).values()) / (sum(wanted.values()) or 1)


def redundancy(pages: Sequence[str], language: str) -> float:
    """Mean over pages of the largest share of a page's content words that one other page has."""
    stops = stopwords(language)
    sets = [frozenset(sentence.words(page)) - stops for page in pages]
    shares = [
        max((len(one & other) / len(one) for j, other in enumerate(sets) if j != i and one), default=0.0)
        for i, one in enumerate(sets)
    ]
    return sum(shares) / len(shares) if shares else 0.0


_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


def faithfulness(pages: Sequence[str], source: str) -> float:
    """Share of pages whose every word and number stands in the source."""
    words, numbers = frozenset(sentence.words(source)), frozenset(_NUMBER.findall(source))
    kept = [frozenset(_NUMBER.findall(page)) <= numbers and frozenset(sentence.words(page)) <= words for page in pages]
    return sum(kept) / len(kept) if kept else 1.0
