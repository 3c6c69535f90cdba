"""Whether a text tells so much that a story of it is certain, found out without composing one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from publisher.compose import passage, sentence
from publisher.compose.block import TEXTS, first_blocks
from publisher.compose.stopword import stopwords
from publisher.model import Article, Body

LOOKED_AT = 4000
"""Characters of a body: a longer look finds little more."""
PLENTY = 6
"""Sentences that each fit a page and say something new; the composer needs three passages."""

_UNTOLD = re.compile("<(?:h[1-6]|table|pre|nav|form|figcaption|sup|cite|video)")
_SENTENCE = re.compile(r"(?<![^.!?…。！？।؟۔])[^.!?…。！？।؟۔]+[.!?…。！？।؟۔]")


def has_plenty(article: Article) -> bool:
    """Whether the body has so many sentences, each mostly of words of its own; False says nothing."""
    return sum(1 for _ in islice(_new_sentences(article), PLENTY)) == PLENTY


def _told(body: Body) -> Iterator[str]:
    """The beginning of what a story may quote from: the whole text where nothing of it stands in captions or tables."""
    if not _UNTOLD.search(body.html):
        yield from body.text[:LOOKED_AT].split("\n")
    else:
        yield from (block.text for block in first_blocks(body.html[:LOOKED_AT]) if block.shape in TEXTS)


def _new_sentences(article: Article) -> Iterator[str]:
    stops = stopwords(article.language)
    known = frozenset(sentence.words(article.title))
    for text in _told(article.body):
        size = passage.measure(text)
        for found in (match[0].strip() for match in _SENTENCE.finditer(text)):
            words = frozenset(sentence.words(found)) - stops
            if size.low <= len(found) <= size.high and len(words & known) * 2 < len(words):
                known |= words
                yield found
