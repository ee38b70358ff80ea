"""Quizzes: the graded questions of an activity, each below a heading of its own."""

from collections.abc import Sequence
from typing import Any

from lms.modules import bodies
from lms.modules.context import Context, Found, Notes
from lms.modules.fronts import front_of
from lms.modules.models import Question, Quiz, QuizFront
from lms.modules.questions import Asker, split
from lms.text import frontmatter, markdown
from lms.text.frontmatter import Front
from lms.text.problems import error


def read_quiz(context: Context, path: str, found: Found, objectives: int, lang: str, at: str) -> Quiz | None:
    """The graded questions in a quiz file: every `## ` is one. Remembered under the address `at`."""
    key = bodies.key(context, context.folder.sha256(path).encode(), path, f"{lang} {objectives}")
    known = bodies.recalled(context, at, key)
    if known:
        quiz = Quiz.model_validate_json(known[0])
        found.take(known[1].notes().of_draft() if quiz.draft else known[1].notes())
        found.bodies[at] = key, "", ""
        return quiz
    own = Found()
    quiz = _read_quiz(context, path, own, objectives, lang)
    found.take(own.of_draft() if quiz is not None and quiz.draft else own)
    found.renders += 1
    if quiz is not None:
        found.bodies[at] = key, quiz.model_dump_json(by_alias=True), bodies.reading_of(own).model_dump_json()
    return quiz


def _read_quiz(context: Context, path: str, found: Found, objectives: int, lang: str) -> Quiz | None:
    text, first_line, front = front_of(context, path, found)
    values, problems = frontmatter.typed_leniently(QuizFront, front, path)
    found.problems += problems
    return quiz_of(context, path, found, (text, first_line, 2), values or QuizFront(), (objectives, lang, front))


def quiz_of(
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


def _by_heading(tokens: Sequence[Any], tag: str) -> list[tuple[list[Any], list[Any]]]:
    """Tokens cut at each outermost heading of this level; the first group has no heading."""
    groups: list[tuple[list[Any], list[Any]]] = [([], [])]
    for block in split(tokens):
        if block[0].type == "heading_open" and block[0].tag == tag:
            groups.append((block, []))
        elif block[0].type != "footnote_block_open":
            groups[-1][1].extend(block)
    return groups
