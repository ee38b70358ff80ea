from hypothesis import given
from hypothesis import strategies as st

from lms.modules.models import ModuleFront
from lms.text import frontmatter
from lms.text.frontmatter import Front


def read(text: str) -> tuple[Front, list]:
    front, problems = frontmatter.load(text, "a.md")
    return front, problems


def typed(text: str):
    front, problems = read(text)
    value, more = frontmatter.typed(ModuleFront, front, "a.md")
    return value, [(problem.line, problem.rule, problem.what, problem.mend) for problem in [*problems, *more]]


def test_a_word_that_yaml_takes_for_something_else_stays_a_word():
    value, problems = typed("title: no\nsummary: 2026-01-01\nauthors: [null, 1.0]\n")
    assert (value.title, value.summary, value.authors, problems) == ("no", "2026-01-01", ("null", "1.0"), [])


def test_a_mistyped_key_is_named_with_its_line_and_the_nearest_known_one():
    assert typed("title: A\nobjectivs: [x]\n")[1] == [
        (2, "unknown-key", "`objectivs` is not a key that Spoke knows", "did you mean `objectives`?")
    ]


def test_every_fault_is_told_in_one_go_each_at_its_line():
    _, problems = typed("title: ''\nminutes: ten\nreviewed: soon\ncredit: { hours: much }\ndraft: perhaps\n")
    assert [(line, rule) for line, rule, _, _ in problems] == [
        (1, "wrong-type"),
        (2, "wrong-type"),
        (3, "wrong-type"),
        (4, "wrong-type"),
        (5, "wrong-type"),
    ]


def test_faults_inside_a_list_name_the_line_of_the_item():
    _, problems = typed("title: A\ncredit:\n  - hours: 1\n  - hours: 0\n")
    assert [(line, rule) for line, rule, _, _ in problems] == [(4, "wrong-value")]


def test_a_null_title_is_a_problem():
    assert [rule for _, rule, _, _ in typed("title:\n")[1]] == ["wrong-type"]


def test_a_key_said_twice_is_a_problem():
    assert [(line, rule) for line, rule, _, _ in typed("title: A\ntitle: B\n")[1]] == [(2, "duplicate-key")]


def test_aliases_that_explode_are_refused_at_once():
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    _, problems = read(bomb)
    assert {problem.rule for problem in problems} == {"yaml-alias"}


def test_yaml_nested_without_end_is_a_problem_not_a_crash():
    _, problems = read("a: " + "[" * 5_000)
    assert [problem.rule for problem in problems] == ["yaml"]


def test_a_colon_in_words_is_explained():
    _, problems = read("title: Measuring: the cuff\n")
    assert (problems[0].line, problems[0].rule) == (1, "yaml")
    assert "quotes" in problems[0].mend


def test_front_matter_that_is_never_closed_is_a_problem():
    *_, problems = frontmatter.read("---\ntitle: A\n\nWords.\n", "a.md")
    assert [problem.what for problem in problems] == ["the front matter is opened by `---` and never closed"]


def test_the_body_begins_at_its_own_line():
    _, body, line, _ = frontmatter.read("---\ntitle: A\n---\nWords.\n", "a.md")
    assert (body, line) == ("Words.\n", 4)


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reader(text):
    front, problems = frontmatter.load(text, "a.md")
    frontmatter.typed_leniently(ModuleFront, front, "a.md")
    assert all(problem.line >= 1 and problem.mend for problem in problems)


@given(st.dictionaries(st.sampled_from(["title", "summary", "minutes", "draft"]), st.text(), max_size=4))
def test_what_can_be_kept_is_kept_when_one_key_is_at_fault(values):
    value, _ = frontmatter.typed_leniently(ModuleFront, Front({**values, "topics": ["heart"]}), "a.md")
    assert value.topics == ("heart",)
