import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.text.folder import Folder, relative, resolve
from lms.text.slugs import slug
from lms.text.source import decode


def test_a_link_that_climbs_out_of_the_folder_leads_nowhere():
    assert resolve("modules/a/b.md", "../../../etc/passwd") is None
    assert resolve("modules/a/b.md", "../../site.yaml") == "site.yaml"


def test_percent_signs_are_decoded_before_looking():
    assert resolve("modules/a.md", "%2e%2e/%2e%2e/etc/passwd") is None
    assert resolve("modules/a.md", "two%20words.png") == "modules/two words.png"


def test_a_symlink_out_of_the_folder_is_refused_and_not_read(tmp_path):
    (tmp_path / "secret").write_text("x")
    root = tmp_path / "content"
    root.mkdir()
    (root / "a.md").symlink_to(tmp_path / "secret")
    found = Folder.scan(root)
    assert (list(found.files), [problem.rule for problem in found.problems]) == ([], ["symlink"])


@pytest.mark.parametrize("hidden", [".env", ".git/config", "modules/.notes/a.md", "data/store/a.md"])
def test_a_symlink_to_a_hidden_file_is_refused_and_not_read(tmp_path, hidden):
    (tmp_path / hidden).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / hidden).write_text("secret")
    (tmp_path / "a.md").symlink_to(hidden)
    found = Folder.scan(tmp_path, tmp_path / "data")
    assert list(found.files) == []
    assert [(problem.path, problem.severity, problem.rule) for problem in found.problems] == [
        ("a.md", "error", "symlink")
    ]


def test_a_pipe_or_a_socket_is_named_and_never_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's whole path may be no longer than a hundred signs
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "linked.md").symlink_to("pipe.md")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket.md")
        found = Folder.scan(tmp_path)
    assert list(found.files) == []
    assert [(problem.path, problem.rule) for problem in found.problems] == [
        ("linked.md", "no-file"),
        ("pipe.md", "no-file"),
        ("socket.md", "no-file"),
    ]


def test_a_symlink_to_a_folder_above_is_not_followed_for_ever(tmp_path):
    root = tmp_path / "content"
    (root / "modules").mkdir(parents=True)
    (root / "modules" / "loop").symlink_to(root)
    assert [problem.rule for problem in Folder.scan(root).problems] == ["symlink"]


def test_names_that_differ_by_case_alone_are_a_problem(tmp_path):
    for name in ("A.md", "a.md"):
        (tmp_path / name).write_text("x")
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system knows no case")
    assert [problem.rule for problem in Folder.scan(tmp_path).problems] == ["wrong-case"]


def test_hidden_files_are_no_content(tmp_path):
    for name in (".git", "_drafts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text("x")
    assert Folder.scan(tmp_path).files == {}


@pytest.mark.parametrize(
    ("data", "text", "rules"),
    [
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", []),
        ("áé".encode("latin-1"), "\ufffd\ufffd", ["encoding"]),
        ("a".encode("utf-16"), "", ["encoding"]),
        (b"a\0b", "a\ufffdb", ["null-byte"]),
        (b"x" * 2_000_001, "", ["too-large"]),
        (b"", "", []),
    ],
)
def test_bytes_become_text_or_a_problem(data, text, rules):
    found, problems = decode(data, "a.md")
    assert (found, [problem.rule for problem in problems]) == (text, rules)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_decoded(data):
    text, _ = decode(data, "a.md")
    assert "\r" not in text
    assert "\0" not in text


@given(st.text(max_size=60))
def test_a_slug_of_a_slug_is_itself_and_no_slug_is_a_path(name):
    once = slug(name)
    assert slug(once) == once
    assert not set(once) & set("/\\.%?# \0")


@given(
    st.lists(st.sampled_from(["a", "b", "c.md"]), min_size=1, max_size=4),
    st.lists(st.sampled_from(["a", "d"]), max_size=3),
)
def test_a_relative_path_leads_back(target, base):
    path, here = "/".join(target), "/".join([*base, "x.md"])
    assert resolve(here, relative(here, path)) == path
