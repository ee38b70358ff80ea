"""What an attack on the reader brought to light; each stays mended."""

import subprocess
import sys

import pytest

from lms.library.reader import Options, ground, read_unit
from lms.library.service import publish, roll_back
from lms.library.shelf import Shelf, current
from lms.search.service import parts
from lms.text.folder import Folder
from tests.conftest import NOW


def rules(found) -> set[str]:
    return {problem.rule for problem in found}


def test_a_plain_page_is_a_module_of_one_lesson(folder, publisher, data):
    result = publisher(folder({"modules/hello.md": "# Hello\n\nJust text.\n"}))
    assert not result.refused
    module = Shelf(data).release().module("hello")
    assert [(lesson.slug, lesson.title) for lesson in module.lessons] == [("hello", "Hello")]


@pytest.mark.parametrize("content", [b"", "# A".encode("utf-16"), b"# A\n\n" + b"word " * 10_000_000])
def test_an_empty_odd_or_huge_file_among_modules_is_a_problem_and_no_crash(problems, content):
    found = [one for one in problems({"modules/x.md": content}) if one.path == "modules/x.md"]
    assert any(one.severity == "error" for one in found)
    assert "failed" not in rules(found)


def test_a_folder_with_a_readme_alone_is_published(problems):
    found = problems({"modules/b/README.md": "# Read me\n\nWords.\n"})
    assert {one.severity for one in found} == {"warning"}


def test_anchors_are_those_of_a_forge(problems):
    text = "# A\n\n[x](#clientdestroyerror-callback) [y](#raw) [z](#what-and-why-1)\n\n"
    text += '## client.destroy(error, callback)\n\nWords <a id="raw"></a>\n\n## What, and why?\n\n## What and why\n'
    assert rules(problems({"modules/b/01-b.md": text})) == {"no-title"}


@pytest.mark.parametrize("name", ["Quiz.md", "02-quiz.md", "quiz.MD"])
def test_a_quiz_by_another_name_never_becomes_a_lesson(problems, name):
    found = problems({f"modules/a/{name}": "## Q?\n\n- [x] right\n- [ ] wrong\n"})
    assert [one.rule for one in found if one.path == f"modules/a/{name}"] == ["wrong-case"]


@pytest.mark.parametrize(
    "text",
    [
        '![x](a.png "cap [^1]")\n\n[^1]: note\n',
        "<div>\n<![foo\n",
        '<img src="x.png" alt="x" width="²">\n',
        "## Head {width=" + "1" * 5_000 + "}\n",
        "::: question {objective=" + "1" * 5_000 + "}\nWhy?\n\nAnswer: 1\n:::\n",
        "Answer: 1" + " " * 50_000 + "|\n",
        "## " + "{.quiz" * 20_000 + "\n",
        "### a\n" * 20_000,
        "<script " * 20_000 + "\n",
        "[a](x y.aaaaa " * 5_000 + "\n",
    ],
)
def test_odd_markdown_is_read_without_failing(problems, text):
    assert "failed" not in rules(
        problems({"modules/b/01-b.md": f"# B\n\n{text}", "modules/b/1²2.md": "# C\n\nWords.\n"})
    )


def test_a_folder_named_as_a_picture_is_a_problem(problems):
    people = "a:\n  name: A\n  disclosure: none\n  photo: modules\n"
    assert "missing-picture" in rules(problems({"people.yaml": people}))


def test_an_address_of_a_person_must_be_one(problems):
    people = "a:\n  name: A\n  disclosure: none\n  link: 'javascript:alert(1)'\n"
    assert [(one.line, one.rule) for one in problems({"people.yaml": people}) if one.path == "people.yaml"] == [
        (4, "wrong-value")
    ]


def test_a_language_must_look_like_one(problems):
    assert "wrong-value" in rules(problems({"modules/a/module.md": "---\ntitle: A\nlang: ../x\n---\n"}))


def test_files_of_drafts_are_not_served(folder, publisher, data):
    files = {
        "modules/a/01-a.md": "# A\n\nWords.\n",
        "modules/a/02-b.md": "---\ntitle: B\ndraft: true\n---\n[x](secret.txt)\n",
        "modules/a/secret.txt": "secret",
    }
    publisher(folder(files))
    assert list(Shelf(data).release()._db.execute("SELECT url FROM asset")) == []
    publisher(folder(files), drafts=True)
    assert len(list(Shelf(data).release()._db.execute("SELECT url FROM asset"))) == 1


def test_a_data_folder_inside_the_content_is_no_content(cast, publisher):

    inside = cast / "data"
    first = publish(cast, Options(data=inside, jobs=1, encode=False), NOW, parts=parts(1))
    again = publish(cast, Options(data=inside, jobs=1, encode=False), NOW, parts=parts(1))
    assert (again.release, again.changed) == (first.release, False)


def test_going_back_goes_to_what_was_current_before(folder, publisher, data):
    lesson = "modules/a/01-a.md"
    a = publisher(folder({lesson: "# A\n\nFirst.\n"})).release
    b = publisher(folder({lesson: "# A\n\nSecond.\n"})).release
    assert publisher(folder({lesson: "# A\n\nFirst.\n"})).release == a
    assert roll_back(data) == b


def test_a_lost_current_is_found_again(cast, publisher, data):

    id = publisher(cast).release
    (data / "current").unlink()
    publish(cast, Options(data=data, jobs=1), NOW, only_if_needed=True, parts=parts(1))
    assert current(data) == id


@pytest.mark.parametrize("bytes", [b"", b"garbage" * 1000])
def test_a_damaged_release_is_built_again(cast, publisher, data, bytes):
    id = publisher(cast).release
    (data / "releases" / id / "release.db").write_bytes(bytes)
    assert publisher(cast).release == id
    assert Shelf(data).release().module("measuring-bp") is not None


def test_a_broken_link_among_thousands_of_files_costs_little(problems):
    files = {f"modules/m{n}/{n}-x.md": f"# X\n\n[a](../m{n}/nope-{n}.md)\n" for n in range(300)}
    assert sum(one.rule == "missing-file" for one in problems(files)) == 300


def test_the_sound_of_a_draft_episode_is_not_served(cast, publisher, data):
    note = cast / "podcasts/ward-round/2026-03-18-asthma.md"
    note.write_text(note.read_text().replace("title:", "draft: true\ntitle:", 1))
    publisher(cast)
    served = [url for (url,) in Shelf(data).release()._db.execute("SELECT url FROM asset")]
    assert [url for url in served if "asthma" in url] == []
    assert [url for url in served if "sepsis" in url] != []


def test_a_file_that_vanishes_while_the_folder_is_read_is_said_to(folder):
    root = folder({"modules/a/01-a.md": "# A\n\nWords.\n", "modules/b/01-b.md": "# B\n\nWords.\n"})
    made = ground(Folder.scan(root), Options(jobs=1))
    (root / "modules/a/01-a.md").unlink()
    found = read_unit(made.context(), made.survey.units[0])
    assert [(one.path, one.rule, one.mend) for one in found.problems] == [
        ("modules/a/01-a.md", "changed", "publish again")
    ]


def test_a_process_that_finds_a_unit_no_more_says_so(folder):
    root = folder({"modules/a/01-a.md": "# A\n\nWords.\n"})
    run = "from lms.library import work; from pathlib import Path; from lms.library.reader import Options; import sys\n"
    run += "work._begin(Path(sys.argv[1]), Options(), {}, None)\n"
    run += "print(*[one.problems[0].rule for one in work._read_slice(['modules/b'])])"
    said = subprocess.run([sys.executable, "-c", run, str(root)], capture_output=True, text=True)
    assert said.stdout == "changed\n", said.stderr
