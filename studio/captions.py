"""Captions: WebVTT of a timeline, two short lines a cue, the speaker named in every cue."""

import textwrap
from dataclasses import replace

from studio.script import Script
from studio.timeline import Span, Timeline

WIDTH = 42  # characters a line: what captioning guides agree on
LINES = 2
HOLD = 0.6  # seconds
GAP = 0.04  # seconds: one frame


def captions(timeline: Timeline, language: str, words: Script | None = None) -> str:
    """The timeline as WebVTT, in the words of a translation when one is given."""
    said = words.lines if words else tuple(span.line for span in timeline.spans)
    pairs = zip(_held(timeline.spans), said, strict=True)
    cues = [cue for span, line in pairs for cue in _cues(span, line.speaker, line.text)]
    if timeline.opening >= 2:
        cues.insert(0, (0.2, timeline.opening - 0.2, {"es": "[música suave]"}.get(language, "[soft chime]")))
    head = f"WEBVTT\nKind: captions\nLanguage: {language}\n"
    numbered = enumerate(cues, 1)
    return head + "".join(f"\n{n}\n{clock(a)} --> {clock(b)}\n{text}\n" for n, (a, b, text) in numbered)


def clock(seconds: float) -> str:
    """00:01:02.345"""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def _held(spans: tuple[Span, ...]) -> list[Span]:
    """The spans, each held on screen a little beyond its speech, for slower readers, but not into the next."""
    ends = [*(after.start - GAP for after in spans[1:]), spans[-1].end + HOLD]
    return [replace(span, end=max(span.end, min(span.end + HOLD, end))) for span, end in zip(spans, ends, strict=True)]


def _cues(span: Span, speaker: str, text: str) -> list[tuple[float, float, str]]:
    """A sentence as one cue, or as several that share its time by their length."""
    parts = _parts(text)
    scale, now, found = (span.end - span.start) / sum(map(len, parts)), span.start, []
    for part in parts:
        end = now + len(part) * scale
        found.append((now, end, f"<v {speaker}>" + "\n".join(_balanced(part))))
        now = end
    return found


def _parts(text: str) -> list[str]:
    """The sentence cut into the fewest pieces that fit a cue, at a clause where it can be."""
    if len(textwrap.wrap(text, WIDTH)) <= LINES:
        return [text]
    middle, spaces = len(text) / 2, [n for n, c in enumerate(text) if c == " "]
    cut = min(spaces, key=lambda n: abs(n - middle) - (18 if text[n - 1] in ",;:" else 0))
    return [*_parts(text[:cut]), *_parts(text[cut + 1 :])]


def _balanced(text: str) -> list[str]:
    """One line if it fits, else two of about the same length."""
    if len(text) <= WIDTH:
        return [text]
    width = next(w for w in range(len(text) // 2, WIDTH + 1) if len(textwrap.wrap(text, w)) <= LINES)
    return textwrap.wrap(text, width)
