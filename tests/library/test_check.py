"""`lms check`: every fault is named, and nothing else is."""

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import main
from tests.library.faults import FILES, PLANTED


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    root = tmp_path_factory.mktemp("faults")
    for path, content in FILES.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    (root / "modules" / "good" / "03-outside.md").symlink_to("/etc/hostname")
    return root


@pytest.fixture(scope="module")
def said(faults):
    result = CliRunner().invoke(main, ["check", str(faults), "--format", "json", "--jobs", "1"])
    assert result.exit_code == 1
    return json.loads(result.stdout)


def test_every_planted_fault_is_named_at_its_line_and_nothing_else_is(said):
    found = {(one["file"], one["line"], one["severity"], one["rule"]) for one in said["problems"]}
    assert found == PLANTED | {("modules/good/03-outside.md", 1, "error", "symlink")}


def test_every_problem_says_what_is_wrong_and_how_to_mend_it(said):
    assert all(len(one["what"]) > 10 and len(one["mend"]) > 5 for one in said["problems"])


def test_the_counts_are_those_of_the_problems(said):
    errors = sum(one["severity"] == "error" for one in said["problems"])
    assert (said["errors"], said["warnings"]) == (errors, len(said["problems"]) - errors)


def test_two_processes_find_the_same_as_one(faults, said):
    result = CliRunner().invoke(main, ["check", str(faults), "--format", "json", "--jobs", "2"])
    assert json.loads(result.stdout) == said


def test_github_is_told_in_its_own_words(folder):
    root = folder({"modules/a/01-a.md": "# A\n\n[x](no%, such.md)\n"})
    result = CliRunner().invoke(main, ["check", str(root), "--format", "github"])
    line = next(line for line in result.stdout.splitlines() if line.startswith("::error"))
    assert line == (
        f"::error file={str(root)}/modules/a/01-a.md,line=3,title=space-in-link"
        "::`[x](no%25, such.md)` is no link, for its address has a space in it: "
        "write `[x](<no%25, such.md>)`, or rename the file"
    )


def test_a_sound_folder_ends_with_nought(cast):
    result = CliRunner().invoke(main, ["check", str(cast)])
    assert (result.exit_code, result.stdout) == (0, "No problems.\n")


@pytest.mark.parametrize("arguments", [["/no/such/folder"], ["--format", "xml"], ["--jobs", "many"]])
def test_wrong_usage_ends_with_two(arguments):
    assert CliRunner().invoke(main, ["check", *arguments]).exit_code == 2


@contextmanager
def nobody():
    """A user whom permissions hold, as root they do not."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.mark.parametrize("closed", ["modules", "modules/a/01-a.md"])
def test_what_cannot_be_read_is_named_and_ends_with_two(closed):
    with tempfile.TemporaryDirectory() as made:
        place = Path(made) / "modules/a/01-a.md"
        place.parent.mkdir(parents=True)
        place.write_text("# A\n\nWords.\n")
        CliRunner().invoke(main, ["check", made])  # whatever the command imports is imported now
        Path(made).chmod(0o755)
        (Path(made) / closed).chmod(0)
        with nobody():
            result = CliRunner().invoke(main, ["check", made])
    assert (result.exit_code, result.output) == (2, f"Error: {Path(made) / closed}: Permission denied.\n")


def test_an_empty_folder_is_an_error_not_a_crash(tmp_path):
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "nothing to read" in result.stdout


def test_checking_writes_nothing(cast):
    before = {path: path.stat().st_mtime_ns for path in cast.rglob("*")}
    CliRunner().invoke(main, ["check", str(cast)])
    assert {path: path.stat().st_mtime_ns for path in cast.rglob("*")} == before


def test_a_fault_of_a_draft_is_a_warning(problems):
    files = {"modules/b/module.md": "---\ntitle: B\ndraft: true\n---\n", "modules/b/01-b.md": "# B\n\n[x](none.md)\n"}
    found = [(one.severity, one.rule) for one in problems(files) if one.path.startswith("modules/b")]
    assert found == [("warning", "missing-file")]


def test_a_messy_folder_of_someone_elses_markdown_is_read_in_one_run(folder):
    texts = [
        "# Título\n\nHola **mundo**.\n",
        "Kein Titel, nur Text.\n",
        "# 标题\n\n内容在这里。\n",
        "Заголовок\n=========\n\nТекст\n",
    ]
    files = {f"modules/notes {n % 7}/deep/über/{n}-ñ {n}.md": texts[n % 4] for n in range(300)}
    result = CliRunner().invoke(main, ["check", str(folder({"README.md": "x", **files})), "--format", "json"])
    assert {one["severity"] for one in json.loads(result.stdout)["problems"]} == {"warning"}
    assert result.exit_code == 0
