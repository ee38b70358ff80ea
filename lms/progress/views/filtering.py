"""What a coordinator's page is narrowed down by: read from its address, and kept in its links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request

from lms.progress.models.coordinating import Filters, State
from lms.web.at_hand import gettext

_FIELDS = ("group", "from", "to", "state", "q", "of", "edition", "kind")
_DAY = re.compile(r"2[01]\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class Asked:
    """The filters, what was typed into their fields, and what is wrong with it, by field."""

    filters: Filters
    typed: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    def query(self, **changes: object) -> str:
        """This page's query with changes, for a link; empty fields are left out."""
        said = {name: str(value) for name, value in (self.typed | changes).items() if value}
        return f"?{urlencode(said)}" if said else "?"


def asked(zone: str, also: Sequence[str] = ()) -> Asked:
    """What is asked for by the request at hand; days are those of this time zone. `also` are further fields."""
    typed = {name: request.args.get(name, "").replace("\0", "").strip()[:300] for name in (*_FIELDS, *also)}
    faults = {}
    days = {}
    for name in ("from", "to"):
        days[name] = _day(typed[name])
        if typed[name] and days[name] is None:
            faults[name] = gettext("This is no day; write one such as 2026-11-21.")
    first, last = days["from"], days["to"]
    if first and last and last < first:
        faults["to"] = gettext("The last day is before the first.")
    state: State = typed["state"] if typed["state"] in get_args(State) else ""  # type: ignore[assignment]
    filters = Filters(
        group=typed["group"],
        since=_midnight(first, zone) if first else None,
        until=_midnight(last + timedelta(days=1), zone) if last else None,
        state=state,
        words=typed["q"],
    )
    return Asked(filters, typed, faults)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
