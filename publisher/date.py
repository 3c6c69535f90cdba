"""Instants in and out of text, one way for each form, without a locale.

An instant is an aware UTC datetime. Names of days and months are English by table (RFC 5322
3.3), never by `strftime`, which follows the process's locale.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Clock = Callable[[], datetime]
"""What tells the time: `now` in production, a value in tests."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The present instant, to the second's fraction."""
    return datetime.now(UTC)


def whole(instant: datetime) -> datetime:
    """The instant in UTC without its fraction of a second, as HTTP and feeds can say it."""
    return instant.astimezone(UTC).replace(microsecond=0)


def rfc822(instant: datetime) -> str:
    """`Mon, 23 Nov 2026 02:30:00 GMT`: RSS pubDate and HTTP dates (RFC 9110 5.6.7)."""
    t = instant.astimezone(UTC)
    day, month = DAYS[t.weekday()], MONTHS[t.month - 1]
    return f"{day}, {t.day:02} {month} {t.year:04} {t.hour:02}:{t.minute:02}:{t.second:02} GMT"


def rfc3339(instant: datetime) -> str:
    """`2026-11-23T02:30:00Z`: Atom, JSON Feed and sitemaps (RFC 3339 5.6)."""
    t = instant.astimezone(UTC)
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % (t.year, t.month, t.day, t.hour, t.minute, t.second)  # noqa: UP031 - half an f-string's time


def with_offset(instant: datetime, offset_minutes: int) -> str:
    """`2026-11-23T05:30:00+03:00`: the same instant on an editor's clock."""
    local = instant.astimezone(timezone(timedelta(minutes=offset_minutes)))
    return local.replace(microsecond=0).isoformat()


def month_of(instant: datetime) -> str:
    """`2026-11` of the instant, in UTC."""
    t = instant.astimezone(UTC)
    return f"{t.year:04}-{t.month:02}"


_DAY = f"(?:{'|'.join(DAYS)})"
_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_HTTP_DATES = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_DAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"{_DAY} {_MONTH} (?P<day>[\d ]\d) {_TIME} (?P<year>\d{{4}})",
    )
)


def parse_http(text: str) -> datetime | None:
    """The instant of an HTTP date, in its preferred form or an old one (RFC 9110 5.6.7), None for any other text."""
    match = next(filter(None, (form.fullmatch(text.strip()) for form in _HTTP_DATES)), None)
    if match is None:
        return None
    day, hour, minute, second = (int(match[name]) for name in ("day", "hour", "minute", "second"))
    try:
        return datetime(_year(match["year"]), MONTHS.index(match["month"]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Two digits mean the latest such year that is at most 50 years ahead."""
    latest = now().year + 50
    return int(digits) if len(digits) == 4 else latest - (latest - int(digits)) % 100


def parse_iso(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The instant of an ISO 8601 text, a naive one on the clock of `zone`; None if it is none."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
