"""What stands where in the content folder, told from names alone: units, and the page that each file becomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from lms.media.renditions.types import ALONE, ending
from lms.modules.plan import INTRODUCTIONS, Plan, almost_quiz, plan
from lms.text import frontmatter
from lms.text.folder import Folder
from lms.text.problems import Problem, did_you_mean, error, warning
from lms.text.slugs import slug

Kind = Literal["module", "webinar", "show", "course", "page"]
#: What may stand at the top of a content folder.
TOP = (
    *("site.yaml", "people.yaml", "glossary.yaml", "credit.yaml"),
    *("courses", "modules", "webinars", "podcasts", "pages", "certificate"),
)
#: How the name of a course's test ends.
QUIZ = ".quiz.md"
#: Files of a repository that are no content, and need no word.
_APART = ("README", "LICENSE", "LICENCE", "CONTRIBUTING", "CHANGELOG", "CODEOWNERS", "Makefile")
#: First parts of addresses that pages/ may not take.
RESERVED = frozenset(
    """
    account admin api attempts certificates coordination courses credit email favicon feed feeds forgot glossary
    health language learning login logout manifest me media modules notes people podcasts preview reset robots
    search sign-in sign-out sign-up sitemap static topics v verify webinars welcome
    """.split()
)


@dataclass(frozen=True)
class Unit:
    """The files that are read together, and become one activity, show or page."""

    kind: Kind
    path: str
    files: tuple[str, ...]
    plan: Plan | None = None

    @property
    def file(self) -> str:
        """The file that speaks for the unit."""
        return self.plan.file if self.plan else self.path


@dataclass
class Survey:
    units: list[Unit] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    """The page that each file or folder becomes."""
    problems: list[Problem] = field(default_factory=list)

    def find(self, target: str) -> str | None:
        """The path that `modules/measuring-bp`, as courses write it, means; None when there is none."""
        for path in (target, f"{target}.md", *(f"{target}.{kind}" for kind in ALONE)):
            if path in self.addresses:
                return path
        return None


def survey(folder: Folder) -> Survey:
    """Every unit of the folder, and the address of every page."""
    found = Survey()
    found.problems += _strangers(folder)
    found.problems += _misnamed(folder)
    for unit in (*_modules(folder), *_webinars(folder), *_shows(folder), *_courses(folder), *_pages(folder)):
        if not _name(unit):
            what = "the name has no letter and no digit, so that no address can be made of it"
            found.problems.append(error(unit.file, 1, "name", what, "rename it"))
            continue
        found.units.append(unit)
        for path, url in _addresses(folder, unit):
            found.addresses.setdefault(path, url)
    found.problems += _twins(found.units)
    return found


def _modules(folder: Folder) -> Iterator[Unit]:
    """Files directly in modules/, and every folder below it that has Markdown in it."""
    for name in folder.inside("modules"):
        if name.endswith(".md") and name not in INTRODUCTIONS:
            path = f"modules/{name}"
            yield Unit("module", path, (path,), plan(folder, path, "modules"))
    holders = {str(PurePosixPath(path).parent) for path in folder.files if path.endswith(".md")}
    for path in sorted(holders):
        if path.startswith("modules/"):
            planned = plan(folder, path, "modules")
            yield Unit("module", path, tuple(planned.files()), planned)


def _webinars(folder: Folder) -> Iterator[Unit]:
    for path in _folders(folder, "webinars"):
        yield Unit("webinar", f"{path}/webinar.md", tuple(f"{path}/{name}" for name in folder.inside(path)))


def _shows(folder: Folder) -> Iterator[Unit]:
    for path in _folders(folder, "podcasts"):
        below = tuple(sorted(name for name in folder.files if name.startswith(f"{path}/")))
        yield Unit("show", f"{path}/show.md", below)


def _courses(folder: Folder) -> Iterator[Unit]:
    """Files directly in courses/, each with the test beside it: `x.quiz.md` of `x.md`."""
    for unit in _files(folder, "courses", "course"):
        if unit.path.endswith(QUIZ):
            continue
        quiz = course_quiz(unit.path)
        yield replace(unit, files=(unit.path, quiz)) if quiz in folder.files else unit


def course_quiz(path: str) -> str:
    """The file of the test of the course at a path."""
    return path.removesuffix(".md") + QUIZ


def _pages(folder: Folder) -> Iterator[Unit]:
    yield from _files(folder, "pages", "page")


def _files(folder: Folder, top: str, kind: Kind) -> Iterator[Unit]:
    for name in folder.inside(top):
        if name.endswith(".md") and not name.startswith("README"):
            yield Unit(kind, f"{top}/{name}", (f"{top}/{name}",))


def _folders(folder: Folder, top: str) -> list[str]:
    """Folders directly in `top` that have any file in them."""
    held = {
        "/".join(path.split("/")[:2]) for path in folder.files if path.startswith(f"{top}/") and path.count("/") > 1
    }
    return sorted(held)


def _name(unit: Unit) -> str:
    if unit.plan:
        return unit.plan.slug
    path = PurePosixPath(unit.path)
    return slug(path.parent.name if unit.kind in ("webinar", "show") else path.stem)


def address(unit: Unit) -> str:
    """The address of the page that a unit becomes."""
    top = {"module": "/modules", "webinar": "/webinars", "show": "/podcasts", "course": "/courses", "page": ""}[
        unit.kind
    ]
    return f"{top}/{_name(unit)}"


def _addresses(folder: Folder, unit: Unit) -> Iterator[tuple[str, str]]:
    url = address(unit)
    if unit.plan:
        yield from unit.plan.addresses()
        return
    yield unit.path, url
    if unit.kind == "course" and course_quiz(unit.path) in unit.files:
        yield course_quiz(unit.path), f"{url}/quiz"
    if unit.kind in ("course", "page"):
        return
    home = str(PurePosixPath(unit.path).parent)
    yield home, url
    if unit.kind == "webinar" and f"{home}/quiz.md" in unit.files:
        yield f"{home}/quiz.md", f"{url}/quiz"
    if unit.kind == "show" and not _says(folder, unit.path, "feed"):
        yield from _episodes(folder, home, url)


def _episodes(folder: Folder, home: str, url: str) -> Iterator[tuple[str, str]]:
    """The pages of our own show's episodes: one for each text, and for each sound that is of no text."""
    names = [name for name in folder.inside(home) if name not in ("show.md", "README.md")]
    texts = [name for name in names if name.endswith(".md")]
    for name in texts:
        stem = name.removesuffix(".md")
        quiz = name.endswith(".quiz.md")
        yield f"{home}/{name}", f"{url}/{slug(stem.removesuffix('.quiz'))}/quiz" if quiz else f"{url}/{slug(stem)}"
    stems = {name: name.rpartition(".")[0] for name in names if ending(name) in ALONE}
    alone = [name for name, stem in stems.items() if f"{stem}.md" not in texts]
    # Only where there are such sounds, the texts are looked into: one of them may name a sound as its own.
    said = [(f"{home}/{name}", _says(folder, f"{home}/{name}", "audio")) for name in texts] if alone else []
    named = {folder.find(path, target) for path, target in said if target}
    yield from ((f"{home}/{name}", f"{url}/{slug(stems[name])}") for name in alone if f"{home}/{name}" not in named)


def _says(folder: Folder, path: str, key: str) -> str:
    """What the front matter of a file says of a key, if it does."""
    text = folder.text(path)[0] if path in folder.files else ""
    # Most say nothing of it, and reading YAML takes longer than to see that.
    said = frontmatter.read(text, path)[0].values.get(key) if f"{key}:" in text else None
    return said if isinstance(said, str) else ""


def _twins(units: list[Unit]) -> Iterator[Problem]:
    """Units whose names come to the same address, and pages that would hide a part of the site."""
    seen: dict[str, str] = {}
    for unit in units:
        url = address(unit)
        first = seen.setdefault(url, unit.file)
        if first != unit.file:
            what = f"its address `{url}` is that of `{first}` too"
            yield error(unit.file, 1, "duplicate-slug", what, "rename one of the two")
        if unit.kind == "page" and url[1:] in RESERVED:
            yield error(unit.file, 1, "reserved", f"`{url}` is an address of the site itself", "rename the page")


def _misnamed(folder: Folder) -> Iterator[Problem]:
    """Files that would not be read, or be read as what they are not, for their name's sake."""
    for path in folder.files:
        name = path.rpartition("/")[2]
        if name.casefold().endswith(".md") and not name.endswith(".md"):
            yield error(path, 1, "wrong-case", f"`{name}` is not read: its ending is not `.md`", "rename it")
        elif path.startswith("modules/") and almost_quiz(name):
            what = f"`{name}` is no quiz and no lesson: as a lesson it would show its answers"
            yield error(path, 1, "wrong-case", what, "name it `quiz.md`")
        elif path.startswith("courses/") and path.endswith(QUIZ) and path.count("/") == 1:
            course = path.removesuffix(QUIZ) + ".md"
            if course not in folder.files:
                known = [name for name in folder.inside("courses") if name.endswith(".md") and not name.endswith(QUIZ)]
                mend = did_you_mean(course.rpartition("/")[2], known, "give it the name of a course")
                yield warning(path, 1, "unused", "no course has this name, so that nobody is asked this", mend)


def _strangers(folder: Folder) -> Iterator[Problem]:
    """Things at the top of the folder that nothing reads."""
    tops = sorted({path.split("/")[0] for path in (*folder.files, *folder.folders)})
    for name in tops:
        if (
            name in TOP
            or name.startswith(_APART)
            or (name in folder.files and not name.endswith((".md", ".yaml", ".yml")))
        ):
            continue
        mend = did_you_mean(name, TOP, f"put it below one of {', '.join(part for part in TOP if '.' not in part)}")
        yield warning(name, 1, "not-read", "nothing here is read: Spoke knows no such name at the top", mend)
    if "site.yaml" not in folder.files:
        yield warning("site.yaml", 1, "no-site", "there is no site.yaml", "add one with `title: …`")
    if not any(path.startswith(("modules/", "webinars/", "podcasts/")) for path in folder.files):
        what = "the folder has nothing to read, watch or hear"
        yield error("modules", 1, "empty", what, "add a module: modules/first.md")
