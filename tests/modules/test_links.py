"""Links into modules of one file, where an anchor is a page or stands in one."""

import pytest

from lms.library.shelf import Shelf


@pytest.fixture
def release(folder, publisher, data):
    root = folder(
        {
            "site.yaml": "title: T\n",
            "modules/one.md": (
                "# One\n\nSee [the second](#second).\n\n## First\n\nGo [on](#second), or [deep](#deep), or [here](#here).\n\n"
                "### Here\n\nWords.\n\n## Second\n\nWords.\n\n### Deep\n\nWords.\n"
            ),
            "modules/other/01-a.md": "# A\n\n[first](../one.md#first) [deep](../one.md#deep)\n",
        }
    )
    result = publisher(root)
    assert not result.refused, result.problems
    return Shelf(data).release()


def test_a_link_to_a_lesson_of_a_module_in_one_file_leads_to_its_page(release):
    other = release.module("other")
    assert 'href="/modules/one/first"' in release.lesson_body(other, "a").html


def test_a_link_within_a_lesson_stays_and_one_to_another_lesson_leads_there(release):
    body = release.lesson_body(release.module("one"), "first").html
    assert 'href="/modules/one/second"' in body
    assert 'href="#here"' in body
    assert 'href="/modules/one/deep"' in body


def test_an_anchor_inside_a_lesson_goes_to_it(release, data):
    from lms.app import create_app
    from lms.config import Settings

    client = create_app(Settings(data=data)).test_client()
    answer = client.get("/modules/one/deep")
    assert (answer.status_code, answer.location) == (302, "/modules/one/second#deep")
    assert client.get("/modules/one/nothing").status_code == 404


def test_a_check_is_no_anchor_for_links(problems):
    found = problems({"modules/a/01-a.md": "# A\n\n[x](#q)\n\n::: question {#q}\nWhy?\n\nAnswer: 1\n:::\n"})
    assert "missing-anchor" in {problem.rule for problem in found}


def test_a_link_to_the_quiz_of_a_draft_is_told(problems):
    files = {
        "modules/a/01-a.md": "# A\n\n[x](quiz.md)\n",
        "modules/a/quiz.md": "---\ndraft: true\n---\n\n## Q?\n\nAnswer: 1\n",
    }
    assert "draft-link" in {problem.rule for problem in problems(files)}
