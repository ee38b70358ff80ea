"""The test of a course: a file beside it, read like a quiz."""

from lms.library.shelf import Shelf

COURSE = "---\ntitle: One\nsummary: One thing.\nobjectives: [See]\nitems: [modules/a]\n---\nWords.\n"
TEST = "## What is it? {#what objective=1}\n\n- [x] This\n- [ ] That\n"


def rules(found) -> list[tuple[str, str, str]]:
    return [(one.path, one.rule, one.severity) for one in found if one.path.startswith(("courses/", "pages/"))]


def test_a_test_stands_beside_its_course_and_has_an_address(problems):
    page = "---\ntitle: Page\nsummary: A page.\n---\n[the test](../courses/one.quiz.md)\n"
    files = {"courses/one.md": COURSE, "courses/one.quiz.md": TEST, "pages/about.md": page}
    assert rules(problems(files)) == []


def test_what_is_wrong_in_a_test_is_told_of_its_own_file(problems):
    found = problems({"courses/one.md": COURSE, "courses/one.quiz.md": TEST.replace("objective=1", "objective=2")})
    assert rules(found) == [("courses/one.quiz.md", "objective", "error")]


def test_a_test_without_its_course_is_told_with_the_nearest_name(problems):
    found = problems({"courses/one.md": COURSE, "courses/onne.quiz.md": TEST})
    assert rules(found) == [("courses/onne.quiz.md", "unused", "warning")]
    assert [one.mend for one in found if one.rule == "unused"] == ["did you mean `one.md`?"]


def test_a_test_is_no_item_of_a_course(problems):
    wrong = COURSE.replace("[modules/a]", "[modules/a, courses/one.quiz]")
    assert ("courses/one.md", "item", "error") in rules(
        problems({"courses/one.md": wrong, "courses/one.quiz.md": TEST})
    )


def test_a_draft_of_a_test_is_shown_to_nobody_and_a_changed_one_is_read_again(folder, publisher, data):
    site = {"site.yaml": "title: Test\n", "modules/a/01-a.md": "# A\n\nWords.\n", "courses/one.md": COURSE}
    seen = []
    for text in (TEST, TEST.replace("What is it?", "What was it?"), f"---\ndraft: true\n---\n{TEST}", None):
        root = folder({**site, **({"courses/one.quiz.md": text} if text else {})})
        if text is None:
            (root / "courses/one.quiz.md").unlink()
        assert not publisher(root).refused
        quiz = Shelf(data).release().course("one").quiz
        seen.append(quiz and quiz.questions[0].prompt)
    assert seen == ["What is it?", "What was it?", None, None]
