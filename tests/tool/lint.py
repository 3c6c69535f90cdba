"""What feed lints share: addresses, dates and languages as the specifications write them."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

URL = re.compile(r"https?://[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[0-9A-Za-z]{5,8})*")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*(;.+)?")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} (GMT|[+-][0-9]{4})")
RFC_3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


def is_url(text: str) -> bool:
    """An absolute http(s) address of RFC 3986: ASCII only, a host, whole percent-escapes."""
    if not URL.fullmatch(text) or BROKEN_PERCENT.search(text):
        return False
    try:
        return bool(urlsplit(text).hostname) and urlsplit(text).port != 0
    except ValueError:
        return False


def is_language(text: str) -> bool:
    """A language tag of BCP 47: `en`, `pt-BR`, `zh-Hant-TW`; not `en_US`."""
    return LANGUAGE.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """`type/subtype` in small letters, parameters allowed."""
    return MEDIA_TYPE.fullmatch(text) is not None


def rfc_822(text: str) -> datetime | None:
    """The instant of a date in RFC 822's form with four digits of year and its true weekday, else None."""
    if not RFC_822.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.strftime("%a") == text[:3] else None


def rfc_3339(text: str) -> datetime | None:
    """The instant of a date in RFC 3339's form, else None."""
    if not RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return None


def is_blank(text: str | None) -> bool:
    """Absent, or nothing but white space."""
    return not (text or "").strip()


def repeated(values: Iterable[object]) -> Iterator[object]:
    """Each value that came before, once for every time that it comes again."""
    seen: set[object] = set()
    for value in values:
        if value in seen:
            yield value
        seen.add(value)


def opens_with(document: bytes, first: bytes) -> list[str]:
    """A document is UTF-8 without a byte order mark, and nothing stands before its first byte."""
    try:
        document.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {error}"]
    return [] if document.startswith(first) else [f"begins with {document[:8]!r}, not with {first!r}"]
