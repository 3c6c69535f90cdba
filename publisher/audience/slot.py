"""When an issue of the newsletter is due: a weekday and an hour on the editors' clock. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.setting import Settings

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def period(settings: Settings) -> timedelta:
    """From one issue to the next."""
    return timedelta(days=7 if settings.newsletter_every == "week" else 1)


def last(settings: Settings, now: datetime) -> datetime:
    """The newest due instant that isn't in the future; the hour is the clock's, summer time or not."""
    local = now.astimezone(ZoneInfo(settings.timezone))
    due = local.replace(hour=settings.newsletter_hour, minute=0, second=0, microsecond=0, fold=0)
    if settings.newsletter_every == "week":
        due -= timedelta(days=(due.weekday() - DAYS.index(settings.newsletter_day)) % 7)
    if due.astimezone(UTC) > now:
        due -= period(settings)
    return due.astimezone(UTC)


def following(settings: Settings, now: datetime) -> datetime:
    """The next due instant."""
    local = last(settings, now).astimezone(ZoneInfo(settings.timezone))
    return (local + period(settings)).astimezone(UTC)
