"""Days and months. Pure."""

from calendar import monthrange
from datetime import date, timedelta


def later(day: date, months: int) -> date:
    """The same day some months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


#: How long before its end a certificate may be renewed.
EARLY = timedelta(days=90)


def renewable(begins: date, ends: date) -> date:
    """The day from which a certificate may be renewed; of one that is valid for a short time, half way to its end.

    Otherwise one that is valid for a month could be renewed, and claimed again, on the day of its issue.
    """
    return ends - min(EARLY, (ends - begins) / 2)
