"""What was played of a recording, and how much of that somebody can have heard in the time that passed. Pure."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from lms.progress.models.standing import Play, Told

#: From, to, and perhaps how fast.
Stretch = Sequence[float]
_START = itemgetter(0)

#: Seconds that a slow line may take from what was honestly played.
SLACK = 5.0
#: What one message of a player may hold.
MOST_SEGMENTS, SLOWEST, FASTEST = 500, 0.25, 4.0

_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
#: Ids as the server makes them, of attempts and of what is said once: whoever used one first would keep that entry out.
_OURS = re.compile(r"[0-9A-Za-z_-]{22}|[0-9a-f]{36}")


def union(stretches: Iterable[Stretch], seconds: float = math.inf) -> list[Stretch]:
    """The stretches made one where they meet, in order, within a recording of `seconds`."""
    found: list[Stretch] = []
    first = last = -1.0
    for stretch in sorted(stretches, key=_START):
        start, end = stretch[0], stretch[1]
        if end > seconds:
            end = seconds
        if start > last:
            if last > first:
                found.append((first, last))
            first, last = start, end
        elif end > last:
            last = end
    if last > first:
        found.append((first, last))
    return found


def measure(stretches: Iterable[Stretch]) -> float:
    """The seconds that stretches which do not meet cover together."""
    return sum(stretch[1] - stretch[0] for stretch in stretches)


def accepted(plays: Iterable[Told]) -> Iterator[tuple[Told, Sequence[Stretch]]]:
    """What of each `played` entry of one learner can have been heard; the entries come in the order of arrival.

    Nobody hears longer than they were there: what all stretches took, each its length by its speed, never exceeds the
    time within sessions, from the arrival of a session's first entry to that of the entry at hand. Sessions beside
    each other are counted once. What exceeds is cut, in order.
    """
    opened: dict[str, float] = {}
    windows: list[Stretch] = []  # those before the last one, which do not meet, in order
    first = last = -math.inf
    there, spent = 0.0, -SLACK
    for play in plays:
        data, now = play.data, play.arrived.timestamp()
        start = opened.setdefault(data["session"], now)
        if start > last:
            windows.append((first, last))
            first, there = start, there + now - start
        else:
            there += now - last
            # No window ends later than now, so an older session can only swallow those before.
            while start < first:
                before, until = windows[-1]
                if start > until:
                    there += first - start
                    first = start
                else:
                    windows.pop()
                    there += first - until
                    first = before
        last = now
        segments = data["segments"]
        took = 0.0
        for begin, end, speed in segments:
            took += (end - begin) / speed
        if took <= there - spent:
            spent += took
            yield play, segments
        else:
            kept = _cut(segments, there - spent)
            spent = there
            yield play, kept


def _cut(segments: Iterable[tuple[float, float, float]], room: float) -> list[Stretch]:
    """The stretches of as many segments as fit into `room` seconds."""
    kept = []
    for begin, end, speed in segments:
        took = (end - begin) / speed
        if took >= room:
            kept.append((begin, begin + room * speed))
            break
        room -= took
        kept.append((begin, end))
    return kept


class Unplayable(ValueError):
    """What a player sent makes no sense; the message says what."""


def play(given: Any, seconds: float, now: datetime) -> Play:
    """What a player of a recording of `seconds` sent, or Unplayable. What it says of the future happened now."""
    if not isinstance(given, dict):
        raise Unplayable("this is no object")
    names = [given.get(name) for name in ("id", "session")]
    if not all(isinstance(name, str) and _ID.fullmatch(name) for name in names):
        raise Unplayable("`id` and `session` are 8 to 64 letters, digits, - or _")
    if _OURS.fullmatch(str(names[0])):
        raise Unplayable("an `id` of 22 signs, or of 36 without a hyphen, is the server's own")
    position = _number(given.get("position"), "position")
    if not 0 <= position <= seconds + 1:
        raise Unplayable("`position` is not within the recording")
    segments = given.get("segments")
    if not isinstance(segments, list) or len(segments) > MOST_SEGMENTS:
        raise Unplayable(f"`segments` is a list of at most {MOST_SEGMENTS}")
    return Play(
        id=str(names[0]),
        session=str(names[1]),
        happened=min(_moment(given.get("happened")), now),
        position=position,
        segments=tuple(_segment(one, seconds) for one in segments),
    )


def _segment(given: Any, seconds: float) -> tuple[float, float, float]:
    if not isinstance(given, list) or len(given) != 3:
        raise Unplayable("a segment is [from, to, speed]")
    start, end, speed = (_number(one, "segments") for one in given)
    if not 0 <= start < end <= seconds + 1:
        raise Unplayable("a segment begins before it ends, within the recording")
    if not SLOWEST <= speed <= FASTEST:
        raise Unplayable(f"a speed is from {SLOWEST:g} to {FASTEST:g}")
    return start, end, speed


def _number(given: Any, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or abs(given) > 1e9 or not math.isfinite(given):
        raise Unplayable(f"`{name}` holds what is no number")
    return float(given)


def _moment(given: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None or moment.astimezone(UTC).year < 2000:
            raise ValueError
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unplayable("`happened` is a moment such as 2026-11-21T09:00:00Z") from None
