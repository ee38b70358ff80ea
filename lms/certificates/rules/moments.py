"""Moments as credentials write them."""

from datetime import UTC, date, datetime


def stamp(moment: datetime) -> str:
    """A moment in UTC to the second, such as 2026-11-21T09:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_of(day: date) -> str:
    """The last second of a day in UTC."""
    return f"{day.isoformat()}T23:59:59Z"
