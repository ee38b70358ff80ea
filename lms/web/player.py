"""How a page plays a recording: the way taken, where it begins, and its transcript to read."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from flask import request

from lms.media.models import Captions, Cue, Recording
from lms.modules.models import Body

#: A paragraph of a transcript ends with the sentence that is being said after so many seconds.
LONGEST_TURN = 40


@dataclass(frozen=True)
class Link:
    """Addresses of this page with some of its choices changed: `link(t=65)` is `?take=listen&t=65`."""

    chosen: Mapping[str, str]

    def __call__(self, **changes: object) -> str:
        return "?" + urlencode({**self.chosen, **changes})


@dataclass
class Turn:
    """What a speaker says without a pause: a paragraph of the transcript, and the chapter that begins with it."""

    start: Decimal
    speaker: str = ""
    chapter: str = ""
    cues: list[Cue] = field(default_factory=list)


def player(recording: Recording, lang: str, notes: Body, usual: str) -> dict[str, object]:
    """What templates need to play `recording` as the query asks, `usual` being the way taken when it does not."""
    given = request.args
    way = recording.rendition(given.get("take", "")) or recording.rendition(usual)
    captions = recording.in_language(given.get("lang", lang))
    spoken = " ".join(cue.text for cue in captions.cues) if captions else ""
    return {
        "recording": recording,
        "way": way or (recording.renditions[0] if recording.renditions else None),
        "start": _seconds(given.get("t", "")),
        "captions": captions,
        "transcript": list(turns(recording, captions)) if captions else [],
        "reading": len(zlib.compress(spoken.encode(), 1)) + notes.bytes,
        "link": Link({name: given[name] for name in ("take", "lang") if given.get(name)}),
    }


def turns(recording: Recording, captions: Captions) -> Iterator[Turn]:
    """The cues as paragraphs: a new one for each speaker and chapter, and now and then at the end of a sentence."""
    chapters = list(recording.chapters)
    speaker, turn = "", Turn(Decimal(0))
    for cue in captions.cues:
        chapter = ""
        while chapters and chapters[0].start <= cue.start + Decimal("0.5"):
            chapter = chapters.pop(0).title
        said = turn.cues[-1].text if turn.cues else ""
        long = cue.start - turn.start > LONGEST_TURN and said.endswith((".", "?", "!", "…"))
        another = bool(cue.speaker) and cue.speaker != speaker
        if chapter or another or long or not turn.cues:
            if turn.cues:
                yield turn
            turn = Turn(cue.start, cue.speaker if another or chapter else "", chapter)
        speaker = cue.speaker or speaker
        turn.cues.append(cue)
    if turn.cues:
        yield turn


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
