"""Modules as they are read, from real folders."""

from decimal import Decimal

import pytest

from lms.library.reader import Options, ground
from lms.library.work import read_all
from lms.modules.models import Module, key
from lms.progress.store.attempts import Response
from lms.text.folder import Folder


@pytest.fixture
def read(folder):
    def found(files: dict[str, str]) -> dict[str, Module]:
        made = ground(Folder.scan(folder({"site.yaml": "title: T\n", **files})), Options())
        reads = read_all(made, None, lambda *_: None)
        return {one.unit.path: one.found.value for one in reads}

    return found


def quiz_of(read, text: str):
    return read({"modules/a/01-a.md": "# A\n\nWords.\n", "modules/a/quiz.md": text})["modules/a"].quiz


def test_lessons_come_in_the_order_of_their_numbers(read):
    module = read({f"modules/a/{n}-x{n}.md": f"# Lesson {n}\n\nWords.\n" for n in (10, 2, 1)})["modules/a"]
    assert [(lesson.slug, lesson.title) for lesson in module.lessons] == [
        ("x1", "Lesson 1"),
        ("x2", "Lesson 2"),
        ("x10", "Lesson 10"),
    ]


def test_a_file_is_a_module_whose_headings_are_lessons(read):
    module = read({"modules/a.md": "---\ntitle: A\n---\nHello.\n\n## One\n\nWords.\n\n## Two {#second}\n\nMore.\n"})[
        "modules/a.md"
    ]
    assert [(lesson.slug, lesson.title, lesson.line) for lesson in module.lessons] == [
        ("one", "One", 6),
        ("second", "Two", 10),
    ]
    assert module.introduction.html == "<p>Hello.</p>"


def test_a_heading_inside_code_begins_no_lesson(read):
    module = read({"modules/a.md": "# A\n\n## One\n\n```\n## not a lesson\n```\n\nWords.\n"})["modules/a.md"]
    assert [lesson.slug for lesson in module.lessons] == ["one"]


def test_the_shape_of_the_answers_tells_the_kind(read):
    quiz = quiz_of(
        read,
        "## S\n- [x] a\n- [ ] b\n\n## M\n- [x] a\n- [x] b\n- [ ] c\n\n## N\nAnswer: 120 ± 5 mmHg\n\n## T\nAnswer: tea | chai\n\n"
        "## O\n1. a\n2. b\n\n## P\n| l | r |\n|---|---|\n| a | b |\n| c | d |\n\n## R\nAnswer: ___\n",
    )
    assert [question.kind for question in quiz.questions] == [
        "single",
        "multiple",
        "number",
        "text",
        "order",
        "match",
        "reflection",
    ]
    assert (quiz.questions[2].value, quiz.questions[2].tolerance, quiz.questions[2].unit) == (
        Decimal(120),
        Decimal(5),
        "mmHg",
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("120", "number"),
        ("-1,5 +- 0,5", "number"),
        ("80 ± 5 %", "number"),
        ("14 days", "number"),
        ("2 weeks | two weeks", "text"),
        ("5 to 10", "text"),
        ("___", "reflection"),
        ("_", "reflection"),
    ],
)
def test_an_answer_line_is_a_number_a_text_or_a_reflection(read, answer, kind):
    assert quiz_of(read, f"## Q?\n\nAnswer: {answer}\n").questions[0].kind == kind


def test_feedback_and_explanation_find_their_places(read):
    question = quiz_of(
        read, "## Q?\n\nMore.\n\n- [ ] a\n      > Not a.\n- [x] b\n  > Yes, b.\n\n> Because.\n"
    ).questions[0]
    assert question.stem == "<p>More.</p>"
    assert [choice.feedback for choice in question.choices] == ["<p>Not a.</p>", "<p>Yes, b.</p>"]
    assert question.explanation == "<p>Because.</p>"


def test_a_choice_is_known_by_its_text_whatever_marks_it_wears(read):
    plain = quiz_of(read, "## Q?\n\n- [ ] small\n- [x] large\n").questions[0]
    assert [choice.key for choice in plain.choices] == [key("small"), key("large")]


def test_a_vignette_in_the_prompt_may_hold_a_list_and_a_table(read):
    text = "## Q?\n\n1. first\n2. then\n\n| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n\n- [ ] x\n- [x] y\n"
    question = quiz_of(read, text).questions[0]
    assert question.kind == "single"
    assert "<ol>" in question.stem
    assert "<table>" in question.stem


@pytest.mark.parametrize("id", ["x" * 300, "---"])
def test_the_id_of_a_question_is_one_that_answers_can_be_kept_by(read, id):
    quiz = quiz_of(read, f"## Which? {{#{id}}}\n\n- [ ] a\n- [x] b\n")
    assert 1 <= len(quiz.questions[0].id) <= Response.question.type.length


def test_quizzes_keep_their_settings(read):
    quiz = quiz_of(read, "---\npass: 75\nattempts: 3\npause: 10\nshuffle: no\n---\n\n## Q?\n\nAnswer: 1\n")
    assert (quiz.pass_mark, quiz.attempts, quiz.pause, quiz.shuffle) == (75, 3, 10, False)


def test_a_module_in_one_file_may_end_with_its_quiz(read):
    text = "# A\n\n## One\n\nWords.\n\n## Quiz {.quiz}\n\n### Q? {#q}\n\n- [x] a\n- [ ] b\n"
    module = read({"modules/a.md": text})["modules/a.md"]
    assert ([lesson.slug for lesson in module.lessons], [q.id for q in module.quiz.questions]) == (["one"], ["q"])


def test_a_footnote_follows_its_lesson_in_a_module_of_one_file(read):
    text = "# A\n\n## One\n\nWords.[^1]\n\n## Two\n\nWords.\n\n[^1]: A note.\n"
    module = read({"modules/a.md": text})["modules/a.md"]
    assert [lesson.slug for lesson in module.lessons] == ["one", "two"]


def test_minutes_are_reckoned_from_words_where_they_are_not_said(read):
    module = read({"modules/a/01-a.md": "# A\n\n" + "word " * 600})["modules/a"]
    assert (module.lessons[0].minutes, module.minutes) == (3, 3)


def test_folders_in_folders_are_modules_with_names_of_their_own(read):
    files = {"modules/guides/bp/intro.md": "# A\n\nx\n", "modules/guides/stroke/intro.md": "# B\n\nx\n"}
    assert {module.url for module in read(files).values()} == {"/modules/guides-bp", "/modules/guides-stroke"}


@pytest.mark.parametrize(("fence", "inner"), [("````", "```"), ("~~~~", "~~~"), ("~~~~", "```"), ("```", "~~~~")])
def test_a_fence_ends_with_one_of_its_own_kind_and_length(read, fence, inner):
    code = f"{fence} text\n{inner}\n## Not a lesson\n{inner}\n- [x] a\n      > b\n{fence}\n"
    module = read({"modules/a.md": f"# A\n\n## One\n\n{code}\n## Two\n\nMore.\n"})["modules/a.md"]
    assert [lesson.slug for lesson in module.lessons] == ["one", "two"]
    quiz = quiz_of(read, f"## Q?\n\n{code}\n- [x] right\n      > Yes.\n- [ ] wrong\n")
    assert "      &gt; b" in quiz.questions[0].stem
    assert quiz.questions[0].choices[0].feedback == "<p>Yes.</p>"


def test_what_looks_like_a_fence_with_signs_behind_it_is_none(read):
    module = read({"modules/a.md": "# A\n\n## One\n\n``` `code` ```\n\n## Two\n\nMore.\n"})["modules/a.md"]
    assert [lesson.slug for lesson in module.lessons] == ["one", "two"]
