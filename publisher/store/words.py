"""Words of a text as search sees them: folded, one language like another, the same in every engine.

Case, accents and vowel points are dropped; every CJK character is a word of its own, and what stood
without a space between stays together as a phrase: so a part of a Chinese sentence finds it.

An index may take a text out by what was put in: whoever changes how words are made, makes a migration
that fills it anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from publisher.model import Article

MAX_PHRASES = 16
MAX_RANKED = 2000
"""How many of the newest matches are ranked (spec/site.md 4: a common word has 300,000)."""
MAX_COUNTED, SAMPLE = 10_000, 200
"""A phrase that more articles have isn't ranked by; how many of its newest and oldest ones tell whether it is one."""

_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed]")
CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
BREAKS = (
    "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\xa9\\xab-\\xb4\\xb6-\\xb9\\xbb-\\xbf\\xd7\\xf7"
    "\u02b9-\u02ff\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05f3\u05f4\u0609-\u060d\u061b-\u061f"
    "\u066a-\u066d\u06d4\u0964\u0965\u0970\u0e2f\u0e5a\u0e5b\u104a-\u104f\u1680\u17d4-\u17dc\u2000-\u2bff"
    "\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb\ufd3e\ufd3f\ufe00-\ufe6f\ufeff"
    "\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
MAX_WORD = 100
_TOKEN = re.compile(f"[{CJK}]|[^{BREAKS}{CJK}]{{1,{MAX_WORD}}}")
_ASCII_WORDS = bytes(ord(chr(byte).lower()) if byte < 0x80 and chr(byte).isalnum() else 0x20 for byte in range(256))
_QUOTES = re.compile("[\xa0\xab\xbb\u2010-\u2027]")
"""What alone keeps most English texts from being ASCII: breaks, each of them."""


def tokens(text: str) -> list[str]:
    """The folded words of a text in their order."""
    text = _unquoted(text)
    return _ascii_tokens(text) if text.isascii() else _TOKEN.findall(folded(text))


def _unquoted(text: str) -> str:
    """Without typographic marks: an English text is ASCII then."""
    return text if text.isascii() else _QUOTES.sub(" ", text)


def _ascii_tokens(text: str) -> list[str]:
    """The same for ASCII, in a fifth of the time."""
    found = text.encode().translate(_ASCII_WORDS).decode().split()
    if max(map(len, found), default=0) <= MAX_WORD:
        return found
    return [word[at : at + MAX_WORD] for word in found for at in range(0, len(word), MAX_WORD)]


def folded(text: str) -> str:
    """Text without case, accents, vowel points and width; composed again, so that Hangul is in syllables."""
    text = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def index_text(text: str) -> str:
    """What an index is given of a text: its words, one space between."""
    return " ".join(tokens(text))


def spaced_text(text: str) -> str:
    """The same for an index that parts words itself, in a sixth of the time: one space or several between them."""
    text = _unquoted(text)
    if text.isascii() and _has_short_runs(text):
        return text.encode().translate(_ASCII_WORDS).decode()
    return index_text(text)


def _has_short_runs(text: str) -> bool:
    """Whether a space comes within `MAX_WORD` characters again and again: then no word is longer."""
    at, last = 0, len(text) - MAX_WORD
    while at < last:
        space = text.rfind(" ", at, at + MAX_WORD + 1)
        if space < 0:
            return False
        at = space + 1
    return True


def searchable(article: Article, told: Callable[[str], str] = index_text) -> tuple[str, str, str]:
    """Title, dek and text as they may be found: a members' text is not (DESIGN ruling 8)."""
    if not article.is_public:
        return "", "", ""
    text = article.body.text if article.is_open else ""
    return told(article.title), told(article.dek or article.excerpt), told(text)


def is_found_alike(before: Article, after: Article) -> bool:
    """Whether an index would be told the same of both."""
    return _indexed(before) == _indexed(after)


def _indexed(article: Article) -> tuple[bool, bool, str, str, str]:
    dek = article.dek or article.excerpt
    return article.is_public, article.is_open, article.title, dek, article.body.text


def phrases(query: str) -> tuple[str, ...]:
    """What a query asks for: all of these, each a run of words; nothing in it is syntax."""
    found = dict.fromkeys(filter(None, map(index_text, query[:2000].split())))
    return tuple(found)[:MAX_PHRASES]


def match_expression(wanted: Sequence[str]) -> str:
    """The same for FTS5: quoted phrases, all of them required."""
    return " AND ".join(f'"{phrase}"' for phrase in wanted)
