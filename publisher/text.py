"""Text that is safe to publish: cleaned characters, excerpts, word counts, slugs.

`clean` is called once, where text enters; everything behind it can rely on XML-safe characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd\ufffe\uffff]")
_C1 = re.compile("[\x80-\x9f]")
_NONCHARACTER = re.compile("[\ufdd0-\ufdef]|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff]")
_REPAIRED = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_PLAIN = bytes((0x09, 0x0A, *range(0x20, 0x7F)))
_SPACED = bytes((0x0A, *range(0x20, 0x7F)))
_SPACE = re.compile(r"\s+")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff]+")
_WORD_BYTES = bytes(0x61 if byte > 0x7F or chr(byte).isalnum() or chr(byte) == "_" else 0x20 for byte in range(256))
_DASHES = "–—…“”„‘«»‹›·•\u00a0\u2009\u202f"
_WORD = re.compile(r"\w[\w'’.-]*")

WORDS_PER_MINUTE = 230
CJK_PER_MINUTE = 500
RTL_LANGUAGES = frozenset("ar arc ckb dv fa ha he khw ks ku ps sd ug ur yi".split())


def clean(text: str) -> str:
    """Drop what XML 1.0 forbids, repair C1 controls as Windows-1252, make line ends `\\n`."""
    if text.isascii() and _is_plain(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _C1.search(text):
        text = text.translate(_REPAIRED)
    return _NONCHARACTER.sub("", _FORBIDDEN.sub("", text))


def direction(language: str) -> str:
    """Writing direction of a BCP 47 language, `ltr` or `rtl`."""
    tags = language.lower().split("-")
    if len(tags) > 1 and len(tags[1]) == 4:
        return "rtl" if tags[1] in {"arab", "hebr", "thaa", "syrc", "nkoo"} else "ltr"
    return "rtl" if tags[0] in RTL_LANGUAGES else "ltr"


def _is_plain(text: str) -> bool:
    """An ASCII text has nothing but printable characters, tabs and line ends."""
    return not text.encode().translate(None, _PLAIN)


def line(text: str) -> str:
    """Clean text on one line: white space folded, bidi controls and byte order marks out (titles, names)."""
    if text.isascii() and (text.isprintable() or _is_plain(text)):
        return " ".join(text.split())
    return _SPACE.sub(" ", _BIDI.sub("", clean(text))).strip(" \u200b\u2060")


def folded_lines(text: str) -> str:
    """Every line with its white space folded, none at its ends."""
    lines = text.split("\n")
    if "  " not in text and _is_spaced(text):
        return "\n".join([line.strip(" ") for line in lines])
    return "\n".join([" ".join(line.split()) if line else "" for line in lines])


def _is_spaced(text: str) -> bool:
    """Whether its only white space are spaces and line ends."""
    if text.isascii():
        return not text.encode().translate(None, _SPACED)
    return text.replace("\n", "").isprintable()


def cut(text: str, limit: int, ellipsis: str = "…") -> str:
    """The text, or as many of its whole words as fit `limit` characters with the ellipsis."""
    text = _beginning(text, limit)
    if len(text) <= limit:
        return text
    room = limit - len(ellipsis)
    head = text[:room]
    if not text[room].isspace():
        whole = head.rpartition(" ")[0]
        head = whole if len(whole) > room // 2 else _without_half_cluster(head, text[room])
    return head.rstrip(" ,;:.-–—") + ellipsis


def _beginning(text: str, longer_than: int) -> str:
    """The text on one line, no more of it than shows that it is longer than so many characters."""
    head = " ".join(text[: 3 * longer_than].split())
    return head if len(head) > longer_than else " ".join(text.split())


def _without_half_cluster(head: str, following: str) -> str:
    while head and (unicodedata.combining(following) or following == "\u200d" or head[-1] == "\u200d"):
        head, following = head[:-1], head[-1]
    return head


def words(text: str) -> int:
    """Number of words; CJK counts by characters (two are about one word)."""
    return measure(text)[0]


def minutes(text: str) -> int:
    """Whole minutes it takes to read, at least 1 for any text, 0 for none."""
    return measure(text)[1]


def measure(text: str) -> tuple[int, int]:
    """Words and whole minutes to read, counted in one go."""
    ideographs = 0 if text.isascii() else sum(len(run[0]) for run in _CJK.finditer(text))
    others = len(_WORD.findall(_CJK.sub(" ", text))) if ideographs else _spaced_words(text)
    if not others and not ideographs and not text.strip():
        return 0, 0
    pace = others / WORDS_PER_MINUTE + ideographs / CJK_PER_MINUTE
    return others + (ideographs + 1) // 2, max(1, round(pace))


def _spaced_words(text: str) -> int:
    """Words of a script that parts them by spaces: `isn't`, `3.14` and `e-mail` are one each."""
    if not text.isascii():
        for mark in _DASHES:
            text = text.replace(mark, " ")
        text = text.replace("’", "")
    letters = text.encode("utf-8", "replace").translate(_WORD_BYTES, b"'.-")
    return letters.count(b"a ") + letters.endswith(b"a")


SLUG_BYTES = 200
_HYPHENS = re.compile(r"-{2,}")
_DROPPED = re.compile("['’ʼ`´\"“”]")
_LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """A URL segment: NFC, lower case, hyphens, at most 200 bytes; "" when nothing is left.

    Latin letters lose their accents; other scripts stay as they are written.
    """
    folded = unicodedata.normalize("NFKD", line(text)).casefold()
    kept = "".join(_slug_char(char) for char in unicodedata.normalize("NFKD", _DROPPED.sub("", folded)))
    return _cut_bytes(_HYPHENS.sub("-", unicodedata.normalize("NFC", kept)).strip("-"), SLUG_BYTES)


def called(words: str) -> str:
    """The name of what is given by a name or a slug: `whats-on` is called "Whats on", a name as it is written."""
    name = line(words)
    return name[:1].upper() + name[1:].replace("-", " ") if name == slug(name) else name


def numbered(slug: str, number: int) -> str:
    """A slug with a number behind it, still at most 200 bytes."""
    tail = f"-{number}"
    return _cut_bytes(slug, SLUG_BYTES - len(tail)) + tail


def _slug_char(char: str) -> str:
    """A letter, digit or mark as it is, but no accent of Latin, Greek or Cyrillic; a hyphen for the rest."""
    if "\u0300" <= char <= "\u036f":
        return ""
    return _LATIN.get(char, char) if unicodedata.category(char)[0] in "LNM" else "-"


def _cut_bytes(text: str, limit: int) -> str:
    raw = text.encode()
    if len(raw) <= limit:
        return text
    head = raw[:limit].decode(errors="ignore")
    return (head.rpartition("-")[0] or head).strip("-")
