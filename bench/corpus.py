"""A made content folder: as many lessons as one likes, of six hundred words each, in modules of ten."""

import random
from collections.abc import Iterator
from pathlib import Path

_WORDS = (
    """
    blood pressure cuff reading patient arm measure clinic nurse repeat record bladder range heart rest chair back
    support legs crossed silence minutes twice average chart colleague question answer teach explain listen mend
    antibiotic wait cough fever days return sooner advice record leaflet stewardship group access watch reserve the
    a of to and in is that it for on with as when then not but or by from at this which
    """
).split()
_MARKED = ("**{}**", "*{}*", "`{}`", "[{}](https://example.org/page)")


def text(seed: int, words: int = 600) -> str:
    """A lesson of about so many words: paragraphs, lists, a table, a quote, some words marked."""
    chance = random.Random(seed)

    def sentence(length: int) -> str:
        said = [chance.choice(_WORDS) for _ in range(length)]
        at = chance.randrange(length)
        said[at] = chance.choice(_MARKED).format(said[at])
        return " ".join(said).capitalize() + "."

    def paragraph(length: int) -> str:
        return " ".join(sentence(15) for _ in range(length // 15))

    pieces = [paragraph(60)]
    while sum(len(piece.split()) for piece in pieces) < words - 60:
        pieces += [f"## {sentence(4)[:-1]}", paragraph(75), "\n".join(f"- {sentence(8)}" for _ in range(3))]
    pieces += ["> " + paragraph(30), "| arm | cuff |\n|---|---|\n| 24 cm | small |\n| 36 cm | large |"]
    return "\n\n".join(pieces) + "\n"


def write(root: Path, lessons: int, a_module: int = 10) -> None:
    """A content folder with so many lessons; the same each time."""
    for number in range(0, lessons, a_module):
        module = root / "modules" / f"module-{number // a_module:05}"
        module.mkdir(parents=True)
        (module / "module.md").write_text(
            f"---\ntitle: Module {number}\ntopics: [topic {number % 97}]\n---\nWhat it is.\n"
        )
        for lesson in range(number, min(number + a_module, lessons)):
            head = f"---\ntitle: Lesson {lesson}\nsummary: What lesson {lesson} says.\n---\n"
            (module / f"{lesson % a_module + 1:02}-lesson-{lesson}.md").write_text(head + text(lesson))
    (root / "site.yaml").write_text("title: Bench\nlanguages: [en, es]\n")


def bodies(root: Path) -> Iterator[str]:
    """What a bare renderer is given: the same lessons without their front matter."""
    for path in sorted(root.glob("modules/*/[0-9]*.md")):
        yield path.read_text().split("\n---\n", 1)[1]
