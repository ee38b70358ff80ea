"""Course modules from the content folder: a folder of lessons, or one file in which each `## ` is a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.modules import bodies
from lms.modules.context import Context, Found, Notes
from lms.modules.fronts import activity, front_of, has_problem, minutes_of, named, read_body
from lms.modules.models import Body, Lesson, LessonFront, Module, ModuleFront, Quiz, QuizFront
from lms.modules.plan import Plan
from lms.modules.quizzes import quiz_of, read_quiz
from lms.text import frontmatter, markdown
from lms.text.frontmatter import Front
from lms.text.parser import braces
from lms.text.problems import error
from lms.text.slugs import slug


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
        above, sections = sectioned(text, first_line)
        if not sections and text.strip():
            # Someone's plain page: what it says is its one lesson.
            sections = [Section("", text, first_line)]
        text = above
    introduction, reading = read_body(context, found, text, path, first_line, lang, at=f"{plan.url}#text")
    missing = None if plan.introduction else f"add {plan.path}/module.md with front matter: `title: …`"
    if whole and len(sections) == 1 and not sections[0].heading:
        introduction = Body()
    title = named(found, path, values.title, reading.title, plan.path, missing)
    if whole:
        known = len(values.objectives), lang, front
        lessons, quiz = _sections(context, plan, found, sections, known, values.quiz, title)
        if values.quiz is not None and quiz is None:
            mend = "end the file with `## Quiz {.quiz}` and questions as `### …`"
            found.problems.append(error(path, front.line("quiz"), "quiz", "`quiz` is said of no questions", mend))
    else:
        if values.quiz is not None:
            mend = "move it into the front matter of quiz.md"
            found.problems.append(error(path, front.line("quiz"), "quiz", "`quiz` is for modules in one file", mend))
        lessons = [
            _lesson(context, plan, found, name, file, lang, len(values.objectives)) for name, file in plan.lessons
        ]
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
    within = found.anchors.get(path, ())  # of its lessons in the same file, or of the lesson that speaks for the module
    found.anchors[path] = (*reading.anchors, *within, *(lesson.slug for lesson in lessons if whole))
    return found


# -- Lessons ------------------------------------------------------------------------------------------------------


def _lesson(context: Context, plan: Plan, found: Found, name: str, path: str, lang: str, objectives: int) -> Lesson:
    """A lesson in a file of its own; rendered only when its file, or what it shows, has changed."""
    url = f"{plan.url}/{name}"
    key = bodies.key(context, context.folder.sha256(path).encode(), path, lang, str(objectives))
    known = bodies.recalled(context, url, key)
    if known:
        reading = known[1]
        found.bodies[url] = key, "", ""
    else:
        notes = Notes()
        text, first_line, front = front_of(context, path, notes)
        values, problems = frontmatter.typed_leniently(LessonFront, front, path)
        notes.problems += problems
        values = values or LessonFront()
        document = bodies.parsed(text, path, first_line, values.lang or lang)
        body, reading = bodies.render(context, document, objectives=objectives, checks=True)
        title = named(notes, path, values.title or reading.title, "", path)
        if not reading.words and not has_problem(notes, path):
            notes.problems.append(
                error(path, 1, "empty-lesson", "the lesson says nothing", "write it, or set `draft: true`")
            )
        reading = reading.model_copy(
            update={
                "title": title,
                "front": {key: str(value) for key, value in values.model_dump(exclude_none=True).items()},
                "problems": (*notes.problems, *reading.problems),
                "drafts": tuple(notes.drafts),
            }
        )
        found.bodies[url] = key, body.model_dump_json(), reading.model_dump_json()
        found.renders += 1
    values = LessonFront.model_validate(reading.front)
    found.take(reading.notes().of_draft() if values.draft else reading.notes())
    found.anchors[path] = reading.anchors
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
        words=reading.words,
    )


@dataclass(frozen=True)
class Section:
    """A `## ` of a module in one file."""

    heading: str
    text: str
    line: int


def sectioned(text: str, first_line: int) -> tuple[str, list[Section]]:
    """The introduction above the first `## ` outside code, and the sections; each with the footnotes it refers to."""
    lines = text.split("\n")
    code = markdown.in_code(lines)
    starts = [number for number, line in enumerate(lines) if line.startswith("## ") and not code[number]]
    notes = markdown.footnote_definitions(text)
    ends = [*starts[1:], len(lines)][: len(starts)]
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
    module_title: str,
) -> tuple[list[Lesson], Quiz | None]:
    path, quiz = plan.path, None
    objectives, lang, _ = known
    lessons: list[Lesson] = []
    taken: dict[str, int] = {}
    for section in sections:
        if _is_quiz(section.heading):
            quiz = quiz_of(context, path, found, (section.text, section.line, 3), settings or QuizFront(), known)
            continue
        title, name = _heading(section, path, lang) if section.heading else (module_title, plan.slug)
        if name in taken:
            what = f"two lessons come to the address `{name}`, the first at line {taken[name]}"
            found.problems.append(
                error(path, section.line - 1, "duplicate-slug", what, "give one an id: `## Words {#id}`")
            )
            continue
        taken[name] = section.line - 1
        at = f"{plan.url}/{name}"
        if section.heading:
            anchors = (bodies.parsed(f"## {section.heading}", path, section.line - 1, lang).marks[0].id,)
            found.anchors[path] = (*found.anchors.get(path, ()), *anchors)
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
                words=reading.words,
            )
        )
    return lessons, quiz


def _heading(section: Section, path: str, lang: str) -> tuple[str, str]:
    """The title and the slug that a section's heading gives its lesson."""
    heading = bodies.parsed(f"## {section.heading}", path, section.line - 1, lang)
    id = slug(heading.marks[0].id) or "lesson"
    return markdown.plain(heading.tokens[1]), "quiz-lesson" if id == "quiz" else id


def _is_quiz(heading: str) -> bool:
    """Whether a heading ends in braces with the class `quiz`."""
    start = heading.rfind("{")
    given = braces(heading[start:]) if start >= 0 and heading.endswith("}") and len(heading) - start < 200 else None
    return given is not None and "quiz" in given.get("class", "").split()
