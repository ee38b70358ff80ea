"""Timelines: a script laid on time, sentence by sentence, by the real length of what was spoken."""

from dataclasses import dataclass

from studio.script import Line, Script
from studio.sound import Sound, chime, join, silence
from studio.voices import speak

BETWEEN_SENTENCES = 0.34
BETWEEN_SPEAKERS = 0.5
BETWEEN_CHAPTERS = 1.0


@dataclass(frozen=True)
class Span:
    """From when to when a line is spoken, in seconds."""

    start: float
    end: float
    line: Line


@dataclass(frozen=True)
class Timeline:
    """A recording before it is encoded: its sound, and when each line stands in it."""

    sound: Sound
    spans: tuple[Span, ...]
    opening: float = 0.0

    @property
    def chapters(self) -> list[tuple[float, str]]:
        """Start and title of each chapter; the first starts at 0."""
        found = [(span.start, span.line.opens) for span in self.spans if span.line.opens]
        lead = BETWEEN_CHAPTERS / 2
        return [(start - lead if n else 0.0, title) for n, (start, title) in enumerate(found)]

    @property
    def slide_turns(self) -> list[float]:
        """When each next slide begins to show."""
        return [max(0.0, span.start - BETWEEN_SENTENCES / 2) for span in self.spans if span.line.turns]


def lay(script: Script, chimes: bool = True) -> Timeline:
    """Speak the script and note when each sentence starts and ends."""
    opening = chime().seconds if chimes else 0.6
    pieces = [chime() if chimes else silence(opening)]
    now, spans = opening, []
    for n, line in enumerate(script.lines):
        if n:
            pause = silence(_pause_before(line))
            pieces.append(pause)
            now += pause.seconds
        said = speak(line.speaker, line.text)
        pieces.append(said)
        spans.append(Span(now, now + said.seconds, line))
        now += said.seconds
    pieces += [silence(0.7), chime(falling=True)] if chimes else [silence(1.0)]
    return Timeline(join(*pieces), tuple(spans), opening)


def _pause_before(line: Line) -> float:
    if line.opens:
        return BETWEEN_CHAPTERS
    return BETWEEN_SPEAKERS if line.takes_over else BETWEEN_SENTENCES
