"""Dates as exports write them, made instants. What is no date is None, never a guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from publisher.date import MONTHS, parse_iso

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.I,
)
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:\s+(\d{1,2}):(\d{2}))?")
_ZONES = {
    "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "SAST": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Hours ahead, beside the few names that RFC 822 knows."""
_DIGITS = re.compile(r"\d{9,13}")
_EARLIEST, _LATEST = 1000, 9000


def parse(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The instant of a date in any form that exports use; a naive one is on a clock of the zone."""
    text = text.strip()[:100]
    if not text or text.startswith(("0000", "-0001", "-000")) or "-0001" in text:
        return None
    found = _iso(text, zone) or _rfc822(text, zone) or _written(text, zone)
    if found is None and _DIGITS.fullmatch(text):
        found = _epoch(int(text))
    return found if found and _EARLIEST <= found.year < _LATEST else None


def local(text: str, offset_minutes: int) -> datetime | None:
    """The instant of a naive date on a clock at that offset."""
    return parse(text, at_offset(offset_minutes))


def offset_between(local_text: str, instant: datetime | None) -> int | None:
    """Minutes by which a local date is ahead of the instant, None when the two don't fit together."""
    clock = parse_iso(local_text)
    if clock is None or instant is None or local_text.startswith("0000"):
        return None
    minutes = round((clock - instant).total_seconds() / 60)
    return minutes if abs(minutes) <= 14 * 60 and minutes % 15 == 0 else None


def at_offset(minutes: int) -> timezone:
    """The zone of clocks that are so many minutes ahead."""
    return timezone(timedelta(minutes=minutes if abs(minutes) < 1440 else 0))


def _iso(text: str, zone: tzinfo) -> datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    if offset:
        digits = offset.replace(":", "")
        sign = int(f"{digits[0]}1") if digits[0] in "+-" else 0
        zone = at_offset(sign * (int(digits[1:3]) * 60 + int(digits[3:])) if sign else 0)
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        clock = (int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59), micro)
        return datetime(*clock, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rfc822(text: str, zone: tzinfo) -> datetime | None:
    try:
        parts = parsedate_tz(text)
        if not parts or not 0 < parts[1] < 13:
            return None
        named = _ZONES.get(text.rpartition(" ")[2].strip("()"))
        minutes = parts[9] // 60 if named is None and parts[9] is not None else round((named or 0) * 60)
        zone = at_offset(minutes) if parts[9] is not None or named is not None else zone
        return datetime(*parts[:5], min(parts[5], 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _written(text: str, zone: tzinfo) -> datetime | None:
    """`November 5, 2026 10:30`, in English."""
    match = _NAMED.fullmatch(text)
    if not match or match[1][:3].title() not in MONTHS:
        return None
    month = MONTHS.index(match[1][:3].title()) + 1
    try:
        clock = datetime(int(match[3]), month, int(match[2]), int(match[4] or 0), int(match[5] or 0))  # noqa: DTZ001
        return clock.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _epoch(number: int) -> datetime | None:
    seconds = number / 1000 if number > 10**11 else float(number)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
