"""Scripts: what is said, by whom, in which chapter, and where the slides move on."""

import re
from dataclasses import dataclass
from pathlib import Path

CHAPTER = re.compile(r"^## (?P<title>.+)$")
TURN = re.compile(r"^\*\*(?P<speaker>[^*]+):\*\* (?P<text>.+)$")
NEXT_SLIDE = "[next]"


@dataclass(frozen=True)
class Line:
    """One sentence of one speaker.

    `opens` names the chapter it opens; `turns` says that the slide changes before it; `takes_over`, that
    somebody else spoke before.
    """

    speaker: str
    text: str
    opens: str | None = None
    turns: bool = False
    takes_over: bool = False


@dataclass(frozen=True)
class Script:
    """A whole recording, as written."""

    title: str
    lines: tuple[Line, ...]


def read_script(path: Path) -> Script:
    """Read a script: a `# ` title, `## ` chapters, paragraphs `**Speaker:** text`; `[next]` turns the slide."""
    title, chapter, last = "", None, None
    lines: list[Line] = []
    for number, paragraph in _paragraphs(path.read_text(encoding="utf-8")):
        if paragraph.startswith("# "):
            title = paragraph[2:]
        elif found := CHAPTER.match(paragraph):
            chapter = found["title"]
        elif found := TURN.match(paragraph):
            for sentence in _sentences(found["text"]):
                turns, text = sentence.startswith(NEXT_SLIDE), sentence.removeprefix(NEXT_SLIDE).strip()
                lines.append(Line(found["speaker"], text, chapter, turns, found["speaker"] != last))
                chapter, last = None, found["speaker"]
        else:
            raise ValueError(f"{path.name}:{number}: neither a heading nor `**Speaker:** text`")
    return Script(title, tuple(lines))


def translated(script: Script, translation: Script) -> Script:
    """The script with another language's words: the two must match sentence by sentence, or ValueError says where."""
    for ours, theirs in zip(script.lines, translation.lines, strict=False):
        if ours.speaker != theirs.speaker:
            raise ValueError(f"the translation loses step at: {ours.text!r} / {theirs.text!r}")
    if len(script.lines) != len(translation.lines):
        raise ValueError(f"{len(script.lines)} sentences, but {len(translation.lines)} in the translation")
    return translation


def _paragraphs(text: str) -> list[tuple[int, str]]:
    """Paragraphs with the number of their first line, each joined to one line."""
    found: list[tuple[int, str]] = []
    start = 0
    held: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            start = start if held else number
            held.append(line.strip())
        elif held:
            found.append((start, " ".join(held)))
            held = []
    return found


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text.strip())
