"""Captions: WebVTT and SubRip read into cues, and cues written as WebVTT.

webvtt-py was tried: it knows no line numbers, passes over malformed timings in silence and keeps one voice a
cue, so that an author could lose words without being told. It reads what we write, in the tests.
"""

import html
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from lms.media.models import Cue
from lms.text.problems import Problem, error, warning

#: Cues may run this many seconds past the end of the sound: encoders differ by about that.
TOLERANCE = Decimal(2)

# Digits and the insides of tags are bounded, and no tag holds a `<`: a file made to waste time wastes little.
_VTT_TIME = re.compile(r"(?:(?P<h>[0-9]{2,10}):)?(?P<m>[0-5]\d):(?P<s>[0-5]\d)\.(?P<ms>\d{3})$")
_SRT_TIME = re.compile(r"(?P<h>[0-9]{1,10}):(?P<m>[0-5]?\d):(?P<s>[0-5]?\d)[,.](?P<ms>\d{3})$")
_VOICE = re.compile(r"<v(?:\.[^<>\s]{0,100})?(?:\s([^<>]{0,200}))?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:[cibuvs]|lang|ruby|rt|font)(?:[.\s][^<>]{0,200})?>|<(?:\d{1,10}:)?\d\d:\d\d\.\d{3}>|\{\\[^{}\n]{0,200}\}",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,10}|#[xX][0-9a-fA-F]{1,10}|\w{1,40});")
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")

Line = tuple[int, str]


def parse(text: str, path: str) -> tuple[tuple[Cue, ...], list[Problem]]:
    """The cues of a `.vtt` or `.srt` file, and every fault in it with its line.

    A cue with several voices comes as several cues of the same time. Faulty cues are left out.
    """
    vtt = not path.lower().endswith(".srt")
    lines = list(enumerate(text.removeprefix("\ufeff").split("\n"), 1))
    problems: list[Problem] = []
    if vtt and text.strip():
        lines = _after_head(lines, path, problems)
    cues: list[Cue] = []
    for block in _blocks(lines):
        if not (vtt and _NOT_CUES.match(block[0][1])):
            cues.extend(_cues(block, path, vtt, problems))
    for before, after in zip(cues, cues[1:], strict=False):
        if after.start < before.start:
            what = f"this cue starts at {clock(after.start)}, before the one above it ({clock(before.start)})"
            problems.append(error(path, after.line, "cue-order", what, "put the cues in order of time"))
    if not cues and not problems:
        mend = "add cues, or delete the file"
        problems.append(error(path, 1, "no-cues", "there are no cues in this file", mend))
    return tuple(cues), problems


def check_length(cues: Iterable[Cue], seconds: Decimal, path: str) -> list[Problem]:
    """A problem when cues stand past the end of a recording of so many seconds."""
    late = [cue for cue in cues if cue.end > seconds + TOLERANCE]
    if not late:
        return []
    what = f"this cue ends at {clock(late[0].end)}, and the recording at {clock(seconds)}"
    mend = "give the captions of this recording, whole and not shifted"
    return [error(path, late[0].line, "cue-past-end", what, mend)]


def webvtt(cues: Iterable[Cue]) -> str:
    """The cues as a WebVTT file."""
    parts = ["WEBVTT\n"]
    for cue in cues:
        voice = f"<v {_escaped(' '.join(cue.speaker.split()))}>" if cue.speaker else ""
        words = "\n".join(line for line in cue.text.splitlines() if line.strip())
        parts.append(f"{clock(cue.start)} --> {clock(cue.end)}\n{voice}{_escaped(words)}\n")
    return "\n".join(parts)


def clock(seconds: Decimal) -> str:
    """A time as WebVTT writes it: `00:02:40.000`."""
    whole = int((seconds * 1000).to_integral_value())
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _after_head(lines: list[Line], path: str, problems: list[Problem]) -> list[Line]:
    """The lines below the head, which is `WEBVTT` and what follows it up to an empty line."""
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0][1]):
        mend = "write `WEBVTT` as the first line, and an empty line below it"
        problems.append(error(path, 1, "no-webvtt", "the first line is not `WEBVTT`", mend))
        return lines
    below = 1
    while below < len(lines) and lines[below][1].strip() and "-->" not in lines[below][1]:
        below += 1
    return lines[below:]


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """Runs of lines without an empty one."""
    block: list[Line] = []
    for line in lines:
        if line[1].strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _cues(block: list[Line], path: str, vtt: bool, problems: list[Problem]) -> list[Cue]:
    arrows = [index for index, (_, text) in enumerate(block) if "-->" in text]
    first = block[0][0]
    if not arrows or arrows[0] > 1:
        mend = "put a line such as `00:01.000 --> 00:04.000` above them; within a cue leave no empty line"
        problems.append(error(path, first, "cue-time", "these words have no time", mend))
        return []
    if len(arrows) > 1:
        what, mend = "a second cue begins inside this one", "put an empty line above it"
        problems.append(error(path, block[arrows[1]][0], "cue-gap", what, mend))
        block = block[: arrows[1]]
    line, timing = block[arrows[0]]
    times = _times(timing, line, path, vtt, problems)
    words = "\n".join(text for _, text in block[arrows[0] + 1 :])
    if times is None:
        return []
    if times[1] <= times[0]:
        what = f"this cue ends at {clock(times[1])}, and starts at {clock(times[0])}"
        problems.append(error(path, line, "cue-ends-early", what, "let it end after it starts"))
        return []
    return list(_voices(words, times, line, path, problems))


def _times(timing: str, line: int, path: str, vtt: bool, problems: list[Problem]) -> tuple[Decimal, Decimal] | None:
    left, _, right = timing.partition("-->")
    shape = _VTT_TIME if vtt else _SRT_TIME
    times = []
    for word in (left.strip(), (right.split() or [""])[0]):
        found = shape.match(word)
        if found is None:
            example = "00:02:40.000" if vtt else "00:02:40,000"
            what = f"`{word[:40]}` is not a time" if word else "a time is missing beside `-->`"
            problems.append(error(path, line, "cue-time", what, f"write it as `{example}`"))
            return None
        minutes = int(found["h"] or 0) * 60 + int(found["m"])
        times.append(Decimal(f"{minutes * 60 + int(found['s'])}.{found['ms']}"))
    return times[0], times[1]


def _voices(words: str, times: tuple[Decimal, Decimal], line: int, path: str, problems: list[Problem]) -> Iterator[Cue]:
    """A cue for each voice in `words`."""
    parts = _VOICE.split(words)
    said = False
    for speaker, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        bare = _TAG.sub("", part)
        if "<" in bare and path.lower().endswith(".vtt"):
            # A browser takes `<` for a tag, and the reader of "keep it < 140" never sees the number.
            what = "`<` begins no tag here: players hide what follows it"
            problems.append(warning(path, line, "cue-sign", what, "write it as `&lt;`"))
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), bare)
        text = "\n".join(stripped for row in text.splitlines() if (stripped := row.strip()))
        if text:
            said = True
            name = " ".join(_ENTITY.sub(lambda found: html.unescape(found[0]), speaker or "").split())
            yield Cue(start=times[0], end=times[1], text=text, speaker=name, line=line)
    if not said:
        problems.append(warning(path, line, "cue-empty", "this cue says nothing", "delete it, or write its words"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
