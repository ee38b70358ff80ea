"""Where a module's parts stand in the content folder, told from names alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lms.text.folder import Folder
from lms.text.slugs import slug, unnumbered

#: Files that introduce a folder, the first there is.
INTRODUCTIONS = ("module.md", "README.md", "readme.md", "index.md")


@dataclass(frozen=True)
class Plan:
    """Where a module's parts stand: known from names alone, before any file is read."""

    path: str
    """Its folder, or its one file."""
    slug: str
    introduction: str | None
    lessons: tuple[tuple[str, str], ...]
    """Slug and file of each lesson; none for a module in one file."""
    quiz: str | None

    @property
    def url(self) -> str:
        return f"/modules/{self.slug}"

    @property
    def file(self) -> str:
        """The file that speaks for the module: its introduction, else its first."""
        return self.introduction or next(self.files(), self.path)

    def files(self) -> Iterator[str]:
        yield from filter(None, (self.introduction, self.quiz))
        yield from (file for _, file in self.lessons)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """The page that each of its files becomes."""
        yield self.path, self.url
        if self.introduction:
            yield self.introduction, self.url
        if self.quiz:
            yield self.quiz, f"{self.url}/quiz"
        yield from ((file, f"{self.url}/{name}") for name, file in self.lessons)


def plan(folder: Folder, path: str, top: str) -> Plan:
    """The plan of the module at `path` below the folder `top`; lessons in the order of their names."""
    if path in folder.files:
        return Plan(path, slug(PurePosixPath(path).stem), path, (), None)
    names = [name for name in folder.inside(path) if name.endswith(".md")]
    introduction = next((name for name in INTRODUCTIONS if name in names), None)
    quiz = "quiz.md" if "quiz.md" in names else None
    if introduction and introduction != "module.md" and len(names) == 1:
        # A folder of someone else's with nothing but a README: that is what there is to read.
        introduction = None
    lessons = [name for name in names if name not in (introduction, quiz) and not almost_quiz(name)]
    taken: set[str] = set()
    pairs = []
    for name in sorted(lessons, key=_natural):
        chosen = _slug_of(name.removesuffix(".md"), taken)
        taken.add(chosen)
        pairs.append((chosen, f"{path}/{name}"))
    return Plan(
        path,
        slug(path.removeprefix(f"{top}/").replace("/", " ")),
        f"{path}/{introduction}" if introduction else None,
        tuple(pairs),
        f"{path}/{quiz}" if quiz else None,
    )


def _slug_of(stem: str, taken: set[str]) -> str:
    """The slug of a lesson: without its number, but with it where `01-a.md` and `02-a.md` would be one."""
    tries = [slug(unnumbered(stem)), slug(stem), f"{slug(stem) or 'lesson'}-lesson"]
    free = [one for one in tries if one and one != "quiz" and one not in taken]
    return free[0] if free else f"{tries[-1]}-{len(taken) + 1}"


def almost_quiz(name: str) -> bool:
    """Whether a file is meant as a quiz, and named otherwise: as a lesson it would show its answers."""
    return name != "quiz.md" and unnumbered(name).casefold() == "quiz.md"


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Numbers in names count as numbers: `2-b` before `10-a`."""
    return [
        (0, int(part)) if part.isascii() and part.isdigit() else (1, part.casefold())
        for part in re.split(r"([0-9]+)", name)
        if part
    ]
