"""Course modules from the content folder: a folder of lessons, or one file in which each `## ` is a lesson."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lms.modules import bodies
from lms.modules.bodies import Reading
from lms.modules.context import Context, Found, Notes, Reference
from lms.modules.models import ActivityFront, Body, Lesson, LessonFront, Module, ModuleFront, Picture, Question, Quiz, QuizFront
from lms.modules.questions import Asker, split
from lms.text import frontmatter, markdown
from lms.text.folder import Folder
from lms.text.frontmatter import Front
from lms.text.problems import error, warning
from lms.text.slugs import slug, unnumbered

#: Files that introduce a folder, the first there is.
INTRODUCTIONS = ("module.md", "README.md", "readme.md", "index.md")
WORDS_A_MINUTE = 200
_CODE_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_QUIZ = re.compile(r"\{[^{}]*\.quiz\b[^{}]*\}\s*$")


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
    lessons = [name for name in names if name not in (introduction, quiz)]
    taken: set[str] = set()
    pairs = []
    for name in sorted(lessons, key=_natural):
        chosen = slug(unnumbered(name.removesuffix(".md"))) or slug(name) or "lesson"
        # Two files may come to one slug, such as `01-a.md` and `02-a.md`: the later keeps its number.
        while chosen in taken or chosen == "quiz":
            chosen = f"{chosen}-{len(taken) + 1}" if slug(name.removesuffix(".md")) in taken else slug(name.removesuffix(".md"))
            if chosen == "quiz":
                chosen = "quiz-lesson"
        taken.add(chosen)
        pairs.append((chosen, f"{path}/{name}"))
    return Plan(
        path,
        slug(path.removeprefix(f"{top}/").replace("/", " ")),
        f"{path}/{introduction}" if introduction else None,
        tuple(pairs),
        f"{path}/{quiz}" if quiz else None,
    )


def read_module(context: Context, plan: Plan) -> Found:
    """The module that a plan leads to, with the bodies of its lessons apart."""
    found = Found()
    whole = plan.introduction == plan.path
    path = plan.file
    text, first_line, front = "", 1, Front()
    if plan.introduction:
        text, first_line, front = front_of(context, plan.introduction, found)
    values, problems = frontmatter.typed_leniently(ModuleFront, front, path)
    found.problems += problems
    values = values or ModuleFront()
    lang = values.lang or context.lang
    sections: list[Section] = []
    if whole:
        text, sections = sectioned(text, first_line)
    introduction, reading = read_body(context, found, text, path, first_line, lang, at=f"{plan.url}#text")
    title = named(found, path, front, values.title, reading.title, plan.path)
    if whole:
        known = len(values.objectives), lang, front
        lessons, quiz = _sections(context, plan, found, sections, known, values.quiz)
        if values.quiz is not None and quiz is None:
            mend = "end the file with `## Quiz {.quiz}` and questions as `### …`"
            found.problems.append(error(path, front.line("quiz"), "quiz", "`quiz` is said of no questions", mend))
    else:
        if values.quiz is not None:
            mend = "move it into the front matter of quiz.md"
            found.problems.append(error(path, front.line("quiz"), "quiz", "`quiz` is for modules in one file", mend))
        lessons = [_lesson(context, plan, found, name, file, lang, len(values.objectives)) for name, file in plan.lessons]
        at = f"{plan.url}#quiz"
        quiz = read_quiz(context, plan.quiz, found, len(values.objectives), lang, at) if plan.quiz else None
    if not lessons and not has_problem(found, path):
        mend = "begin each lesson with a `## ` heading" if whole else "add a file such as `01-first.md` beside it"
        found.problems.append(error(path, 1, "no-lessons", "the module has no lessons", mend))
    shown = [lesson for lesson in lessons if not lesson.draft]
    found.value = Module(
        **activity(context, found, values, front, path, lang) | {"title": title},
        slug=plan.slug,
        path=path,
        url=plan.url,
        minutes=values.minutes or sum(lesson.minutes for lesson in shown) or 1,
        quiz=quiz,
        lessons=tuple(lessons),
        introduction=introduction,
    )
    found.anchors[path] = (*reading.anchors, *(lesson.slug for lesson in lessons if whole))
    return found


def read_quiz(context: Context, path: str, found: Found, objectives: int, lang: str, at: str) -> Quiz | None:
    """The graded questions in a quiz file: every `## ` is one. Remembered under the address `at`."""
    key = bodies.key(context, context.folder.sha256(path).encode(), path, f"{lang} {objectives}")
    known = context.remembered(at, key)
    if known:
        reading = Reading.model_validate_json(known[1])
        if bodies.still(context, reading):
            found.take(reading.notes())
            found.bodies[at] = key, "", ""
            return Quiz.model_validate_json(known[0])
    own = Found()
    quiz = _read_quiz(context, path, own, objectives, lang)
    found.take(own)
    found.renders += 1
    if quiz is not None:
        found.bodies[at] = key, quiz.model_dump_json(by_alias=True), bodies.reading_of(own).model_dump_json()
    return quiz


def _read_quiz(context: Context, path: str, found: Found, objectives: int, lang: str) -> Quiz | None:
    text, first_line, front = front_of(context, path, found)
    values, problems = frontmatter.typed_leniently(QuizFront, front, path)
    found.problems += problems
    return _quiz(context, path, found, (text, first_line, 2), values or QuizFront(), (objectives, lang, front))


def _quiz(
    context: Context,
    path: str,
    found: Notes,
    source: tuple[str, int, int],
    values: QuizFront,
    known: tuple[int, str, Front],
) -> Quiz | None:
    (text, first_line, level), (objectives, lang, front) = source, known
    document = bodies.parsed(text, path, first_line, lang)
    found.problems += [problem for problem in document.problems if problem.rule != "duplicate-id"]
    bodies.link(context, document, found)
    asker = Asker(document, objectives)
    groups = _by_heading(document.tokens, f"h{level}")
    questions: list[Question] = []
    for heading, blocks in groups[1:]:
        given = heading[0].meta.get("given", {})
        question = asker.question(heading, blocks, document.line(heading[0]), given)
        if question is not None:
            questions.append(question)
    found.problems += asker.problems
    if not groups[1:]:
        what = "the quiz asks nothing"
        found.problems.append(error(path, first_line, "empty-quiz", what, f"begin each question with `{'#' * level} `"))
    if not questions:
        return None
    if values.draw is not None and values.draw > len(questions):
        what = f"`draw` is {values.draw}, and the quiz has {len(questions)} questions"
        line = front.line("draw") if path.endswith("quiz.md") else front.line("quiz", "draw")
        found.problems.append(error(path, line, "draw", what, "draw fewer, or add questions"))
    if all(question.kind == "reflection" for question in questions):
        what = "every question is a reflection, so nothing can be passed"
        found.problems.append(error(path, first_line, "empty-quiz", what, "add a question that is marked"))
    introduction = [token for block in split(groups[0][1]) if block[0].tag != "h1" for token in block]
    html = markdown.html(document, introduction)
    return Quiz(**values.model_dump(by_alias=True), path=path, introduction=html, questions=tuple(questions))


def front_of(context: Context, path: str, found: Notes) -> tuple[str, int, Front]:
    """The body of a file, the line it begins at, and its front matter."""
    text, problems = context.folder.text(path)
    front, body, first_line, more = frontmatter.read(text, path)
    found.problems += [*problems, *more]
    return body, first_line, front


def named(found: Notes, path: str, front: Front, said: str | None, heading: str, name: str) -> str:
    """The title: as said, else the first heading, else the name of the file; a warning where it is not said."""
    if said:
        return said
    fallback = heading or _words_of(name)
    if has_problem(found, path):
        return fallback
    what = f"no title is said; it is shown as “{fallback}”"
    found.problems.append(warning(path, 1, "no-title", what, f"add front matter with `title: {fallback}`"))
    return fallback


def activity(context: Context, found: Found, values: ActivityFront, front: Front, path: str, lang: str) -> dict[str, Any]:
    """The fields that an activity takes over from its front matter, its references noted or rendered."""
    for name in ("authors", "speakers", "hosts", "guests"):
        refer(found, front, path, name, getattr(values, name, ()))
    for number, target in enumerate(values.prerequisites):
        line = front.line("prerequisites", number)
        found.references.append(Reference(kind="content", target=target.removesuffix("/"), path=path, line=line))
    if values.review_by and values.reviewed and values.review_by < values.reviewed:
        line = front.line("review_by")
        mend = "put `review_by` after `reviewed`"
        found.problems.append(error(path, line, "dates", "`review_by` is before `reviewed`", mend))
    if values.review_by:
        # Whether it is due depends on the day, so it is told when the whole folder has been read.
        line, day = front.line("review_by"), values.review_by.isoformat()
        found.references.append(Reference(kind="review", target=day, path=path, line=line))
    cited = [
        bodies.inline(context, reference, path, front.line("references", number), lang, found)
        for number, reference in enumerate(values.references)
    ]
    wanted = set(ActivityFront.model_fields) - {"title", "minutes", "summary", "lang"}
    fields = {name: getattr(values, name) for name in wanted}
    cover = cover_of(context, found, values.image, values.image_alt, path, front)
    return fields | {"summary": values.summary or "", "lang": lang, "reference_html": tuple(cited), "cover": cover}


def cover_of(context: Context, found: Notes, image: str | None, alt: str | None, path: str, front: Front) -> Picture | None:
    if not image:
        return None
    line = front.line("image")
    if not alt:
        found.problems.append(error(path, line, "no-alt", "the cover picture has no alternative text", "add `image_alt: …`"))
    target = context.folder.find(path, image)
    if target is None:
        found.problems.append(context.folder.missing(path, line, image, "picture"))
        return None
    return bodies.show(context, target, alt or "", path, line, found)


def refer(found: Notes, front: Front, path: str, name: str, people: Sequence[str]) -> None:
    """Note that a key of the front matter names people."""
    for number, person in enumerate(people):
        line = front.line(name, number)
        found.references.append(Reference(kind="person", target=person, path=path, line=line))


def has_problem(found: Notes, path: str) -> bool:
    return any(problem.path == path and problem.severity == "error" for problem in found.problems)


def minutes_of(words: int, checks: int = 0) -> int:
    """Minutes to read so many words and to answer so many checks, a minute each."""
    return max(1, round(words / WORDS_A_MINUTE) + checks)


# -- Lessons ------------------------------------------------------------------------------------------------------


def _lesson(context: Context, plan: Plan, found: Found, name: str, path: str, lang: str, objectives: int) -> Lesson:
    """A lesson in a file of its own; rendered only when its file, or what it shows, has changed."""
    url = f"{plan.url}/{name}"
    key = bodies.key(context, context.folder.sha256(path).encode(), path, lang, str(objectives))
    known = context.remembered(url, key)
    reading = Reading.model_validate_json(known[1]) if known else None
    if reading is None or not bodies.still(context, reading):
        notes = Notes()
        text, first_line, front = front_of(context, path, notes)
        values, problems = frontmatter.typed_leniently(LessonFront, front, path)
        notes.problems += problems
        values = values or LessonFront()
        document = bodies.parsed(text, path, first_line, values.lang or lang)
        body, reading = bodies.render(context, document, objectives=objectives, checks=True)
        title = named(notes, path, front, values.title or reading.title, "", path)
        if not reading.words and not has_problem(notes, path):
            notes.problems.append(error(path, 1, "empty-lesson", "the lesson says nothing", "write it, or set `draft: true`"))
        reading = reading.model_copy(
            update={
                "title": title,
                "front": {key: str(value) for key, value in values.model_dump(exclude_none=True).items()},
                "problems": (*notes.problems, *reading.problems),
            }
        )
        found.bodies[url] = key, body.model_dump_json(), reading.model_dump_json()
        found.renders += 1
    else:
        found.bodies[url] = key, "", ""
    found.take(reading.notes())
    found.anchors[path] = reading.anchors
    values = LessonFront.model_validate(reading.front)
    return Lesson(
        slug=name,
        path=path,
        title=reading.title,
        summary=values.summary or "",
        lang=values.lang or lang,
        minutes=values.minutes or minutes_of(reading.words, reading.checks),
        bytes=reading.bytes,
        draft=values.draft,
        checks=reading.checks,
    )


@dataclass(frozen=True)
class Section:
    """A `## ` of a module in one file."""

    heading: str
    text: str
    line: int


def sectioned(text: str, first_line: int) -> tuple[str, list[Section]]:
    """The introduction above the first `## ` outside code, and the sections; each with the footnotes it refers to."""
    lines, starts, fenced = text.split("\n"), [], False
    for number, line in enumerate(lines):
        if _CODE_FENCE.match(line):
            fenced = not fenced
        if line.startswith("## ") and not fenced:
            starts.append(number)
    notes = markdown.footnote_definitions(text)
    ends = [*starts[1:], len(lines)]
    sections = []
    for start, end in zip(starts, ends, strict=True):
        body = "\n".join(lines[start + 1 : end])
        own = markdown.footnote_definitions(body)
        borrowed = [note for label, note in notes.items() if f"[^{label}]" in body and label not in own]
        sections.append(Section(lines[start][3:].strip(), "\n\n".join([body, *borrowed]), first_line + start + 1))
    return "\n".join(lines[: starts[0]] if starts else lines), sections


def _sections(
    context: Context,
    plan: Plan,
    found: Found,
    sections: Sequence[Section],
    known: tuple[int, str, Front],
    settings: QuizFront | None,
) -> tuple[list[Lesson], Quiz | None]:
    path, quiz = plan.path, None
    objectives, lang, _ = known
    lessons: list[Lesson] = []
    taken: dict[str, int] = {}
    for section in sections:
        if _QUIZ.search(section.heading):
            quiz = _quiz(context, path, found, (section.text, section.line, 3), settings or QuizFront(), known)
            continue
        heading = bodies.parsed(f"## {section.heading}", path, section.line - 1, lang)
        title, id = markdown.plain(heading.tokens[1]), heading.marks[0].id
        name = "quiz-lesson" if id == "quiz" else id
        if name in taken:
            what = f"two lessons come to the address `{name}`, the first at line {taken[name]}"
            found.problems.append(error(path, section.line - 1, "duplicate-slug", what, "give one an id: `## Words {#id}`"))
            continue
        taken[name] = section.line - 1
        at = f"{plan.url}/{name}"
        _, reading = read_body(context, found, section.text, path, section.line, lang, objectives, checks=True, at=at)
        found.anchors[path] = (*found.anchors.get(path, ()), *reading.anchors)
        if not reading.words:
            mend = "write it, or delete its heading"
            found.problems.append(error(path, section.line - 1, "empty-lesson", "the lesson says nothing", mend))
        lessons.append(
            Lesson(
                slug=name,
                path=path,
                line=section.line - 1,
                title=title or name,
                lang=lang,
                minutes=minutes_of(reading.words, reading.checks),
                bytes=reading.bytes,
                checks=reading.checks,
            )
        )
    return lessons, quiz


def read_body(
    context: Context,
    found: Found,
    text: str,
    path: str,
    first_line: int,
    lang: str,
    objectives: int = 0,
    *,
    checks: bool = False,
    at: str = "",
) -> tuple[Body, Reading]:
    """A text and what was read with it; remembered under the address `at`, and rendered only when it has changed."""
    key = bodies.key(context, text.encode(), path, f"{first_line} {lang} {objectives} {checks}")
    known = context.remembered(at, key) if at else None
    if known:
        reading = Reading.model_validate_json(known[1])
        if bodies.still(context, reading):
            found.take(reading.notes())
            found.bodies[at] = key, "", ""
            return Body.model_validate_json(known[0]), reading
    document = bodies.parsed(text, path, first_line, lang)
    body, reading = bodies.render(context, document, objectives=objectives, checks=checks)
    found.take(reading.notes())
    found.renders += 1
    if at:
        found.bodies[at] = key, body.model_dump_json(), reading.model_dump_json()
    return body, reading


def _by_heading(tokens: Sequence[Any], tag: str) -> list[tuple[list[Any], list[Any]]]:
    """Tokens cut at each outermost heading of this level; the first group has no heading."""
    groups: list[tuple[list[Any], list[Any]]] = [([], [])]
    for block in split(tokens):
        if block[0].type == "heading_open" and block[0].tag == tag:
            groups.append((block, []))
        elif block[0].type != "footnote_block_open":
            groups[-1][1].extend(block)
    return groups


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Numbers in names count as numbers: `2-b` before `10-a`."""
    return [(0, int(part)) if part.isdigit() else (1, part.casefold()) for part in re.split(r"(\d+)", name) if part]


def _words_of(path: str) -> str:
    """A title made of a file's name."""
    name = unnumbered(PurePosixPath(path).stem.removesuffix(".quiz"))
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return (words[:1].upper() + words[1:]) or "Untitled"
