"""What an outside item has alongside its sound: transcripts and chapters of every kind, as cues, chapters or text.

Nothing in them is a problem to anybody here: what cannot be read is left out.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.media import captions
from lms.media.feed.notes import LONGEST_NOTES, cleaner, harmless, paragraphs
from lms.media.feed.values import plain, seconds
from lms.media.models import Chapter, Cue
from lms.media.renditions.types import ending

MOST_CUES = 20_000
MOST_CHAPTERS = 500
#: Words that are timed one by one become cues of about so many letters and seconds.
_LETTERS, _LASTING = 80, Decimal(8)

#: Kinds of transcripts, the most telling first: JSON names who speaks, and SubRip does not.
KINDS = ("vtt", "json", "srt", "html", "txt")
_TYPES = {
    "text/vtt": "vtt",
    "application/json": "json",
    "application/x-subrip": "srt",
    "application/srt": "srt",
    "text/srt": "srt",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
#: What only whole pages of the web have: their menus and forms are nobody's words.
_PAGE = re.compile(r"<(?:nav|form|header|footer|script)\b", re.IGNORECASE)
_TIMED = re.compile(r"<(/?)(cite|time|p)\b[^<>]{0,200}>", re.IGNORECASE)


def kind_of(type: str, url: str) -> str:
    """One of KINDS, by media type or else by the ending of the address; nothing for all others."""
    kind = _TYPES.get(type, "")
    if kind in ("", "txt"):
        name = ending(url.partition("?")[0].partition("#")[0])
        kind = name if name in KINDS else kind
    return kind


def cues(data: bytes, kind: str) -> tuple[Cue, ...]:
    """The cues of a transcript, in order of time; none when it says no times."""
    text = _text(data)
    if text.lstrip().startswith("WEBVTT"):
        kind = "vtt"
    elif kind == "vtt" and "-->" in text:
        kind = "srt"  # it was called WebVTT, and is SubRip
    found: Iterator[Cue] = iter(())
    if kind in ("vtt", "srt"):
        found = iter(captions.parse(text.lstrip(), f"x.{kind}")[0])
    elif kind == "json":
        found = _joined(_segments(text))
    elif kind == "html":
        found = _timed(text)
    read = [cue for _, cue in zip(range(MOST_CUES), found, strict=False) if cue.text.strip()]
    return tuple(sorted(read, key=lambda cue: cue.start))


def words(data: bytes, kind: str) -> str:
    """A transcript without times, as HTML that may stand on a page; nothing when it can be none."""
    text = _text(data)
    if kind == "html" and not _PAGE.search(text):
        body = re.sub(r"<cite\b[^<>]{0,200}>", "<p><b>", text[:LONGEST_NOTES]).replace("</cite>", "</b></p>")
        return harmless(body, "")
    if kind == "txt" and "<" not in text[:1_000] and text.strip():
        return cleaner("").clean(paragraphs(text[:LONGEST_NOTES]))
    return ""


def chapters(data: bytes) -> tuple[Chapter, ...]:
    """The chapters of a file of JSON, `application/json+chapters`; none when it is no such file."""
    try:
        said = json.loads(_text(data))
    except (ValueError, RecursionError):
        return ()
    listed = said.get("chapters") if isinstance(said, dict) else said
    found: dict[Decimal, Chapter] = {}
    for one in listed[:MOST_CHAPTERS] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("toc") is False:
            continue
        start, title = _moment(one.get("startTime")), one.get("title")
        if start is not None and isinstance(title, str) and (title := plain(title)[:300]):
            found.setdefault(start, Chapter(start=start, title=title))
    return in_order(found.values(), Decimal(0))


def in_order(marks: Any, lasting: Decimal) -> tuple[Chapter, ...]:
    """Chapters in order of time, without those past the end of a recording of so many seconds; 0: not known."""
    fit = [one for one in marks if one.title and (not lasting or one.start < lasting)]
    return tuple(sorted(fit, key=lambda one: one.start))


def _text(data: bytes) -> str:
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _ILLEGAL.sub("", data.decode(name, "replace"))
    try:
        text = data.decode("utf-8-sig")
    except ValueError:
        text = data.decode("cp1252", "replace")
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _segments(text: str) -> Iterator[Cue]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    listed = said.get("segments") if isinstance(said, dict) else said
    if not isinstance(listed, list):
        return
    listed = [one for one in listed if isinstance(one, dict)]
    for place, one in enumerate(listed):
        start, end = _moment(one.get("startTime")), _moment(one.get("endTime"))
        said_words, speaker = one.get("body"), one.get("speaker")
        if start is None or not isinstance(said_words, str) or not said_words.strip():
            continue
        if end is None or end <= start:
            after = _moment(listed[place + 1].get("startTime")) if place + 1 < len(listed) else None
            end = min(after, start + 5) if after is not None and after > start else start + 2
        name = " ".join(speaker.split())[:100] if isinstance(speaker, str) else ""
        yield Cue(start=start, end=end, text=" ".join(said_words.split()), speaker=name)


def _joined(found: Iterator[Cue]) -> Iterator[Cue]:
    """Cues of single words as cues of a line."""
    held: Cue | None = None
    for cue in found:
        together = held and held.speaker == cue.speaker and cue.start - held.end < 1
        if held and together and len(held.text) + len(cue.text) < _LETTERS and cue.end - held.start < _LASTING:
            held = held.model_copy(update={"text": f"{held.text} {cue.text}", "end": max(held.end, cue.end)})
            continue
        if held:
            yield held
        held = cue
    if held:
        yield held


def _timed(text: str) -> Iterator[Cue]:
    """HTML as the podcast namespace describes it: `<cite>` speaks, from `<time>` on, `<p>`."""
    start: Decimal | None = None
    speaker = ""
    open: list[tuple[Decimal, str, str]] = []
    tag, begun = "", 0
    for found in _TIMED.finditer(text):
        if not found[1]:
            tag, begun = found[2].lower(), found.end()
            continue
        if found[2].lower() != tag:
            continue
        inside = plain(text[begun : found.start()])
        if tag == "cite":
            speaker = inside.rstrip(": ")[:100]
        elif tag == "time":
            start = seconds(inside) if re.search(r"\d", inside) else None
        elif inside and start is not None:
            open.append((start, speaker, inside))
    if len({start for start, _, _ in open}) < 2:
        return  # one time says nothing of where the rest is
    for place, (start, speaker, inside) in enumerate(open):
        after = open[place + 1][0] if place + 1 < len(open) else start
        yield Cue(start=start, end=after if after > start else start + 5, text=inside, speaker=speaker)


def _moment(value: object) -> Decimal | None:
    """Seconds, as a number or as one writes them."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str) and ":" in value:
        return seconds(value)
    try:
        found = round(Decimal(str(value)), 3)
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and 0 <= found < 3_600_000 else None
