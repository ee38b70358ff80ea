"""What `lms check` says of credit: in credit.yaml, and in the activities that offer it."""

from collections.abc import Callable

import pytest

from lms.text.problems import Problem

MODULE = """---
title: B
authors: [rosa]
objectives: [Choose]
references: [A book.]
audience: nurses
support: none
published: 2026-01-01
reviewed: 2026-10-01
review_by: 2028-10-01
credit: { hours: 0.25 }
---
"""
PEOPLE = "rosa: { name: Rosa, disclosure: None., disclosed: 2026-01-10 }\n"
RECORD = "accreditation:\n  - { system: AMA, provider: P, number: 1, valid_from: 2026-01-01, valid_to: 2030-12-31 }\n"
QUIZ = "## Which? {#a}\n\n- [x] This\n- [ ] That\n"
FILES = {
    "people.yaml": PEOPLE,
    "modules/b/module.md": MODULE,
    "modules/b/01-a.md": "# A\n\n" + "Words to read. " * 60,
    "modules/b/quiz.md": QUIZ,
}
AMA = MODULE.replace("{ hours: 0.25 }", "{ system: AMA, credits: 0.25 }")

Problems = Callable[..., list[Problem]]


@pytest.fixture
def problems(problems: Problems) -> Problems:
    """Those besides what the module says that stands in every made folder."""
    return lambda files: [one for one in problems(files) if not one.path.startswith("modules/a/")]


def told(problems: list[Problem]) -> list[tuple[str, int, str, str]]:
    return [(one.path, one.line, one.severity, one.rule) for one in problems]


def test_an_activity_that_says_all_has_no_problem(problems: Problems) -> None:
    assert problems(FILES) == []
    assert problems(FILES | {"modules/b/module.md": AMA, "credit.yaml": RECORD}) == []


@pytest.mark.parametrize("key", ["authors", "objectives", "references", "audience", "support", "review_by"])
def test_what_the_front_lacks_is_a_warning_for_hours_and_an_error_for_a_credit_system(problems, key: str) -> None:  # type: ignore[no-untyped-def]
    def without(text: str) -> str:
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(key))

    (one,) = problems(FILES | {"modules/b/module.md": without(MODULE)})
    assert told([one]) == [("modules/b/module.md", 10, "warning", "credit-front")]
    assert f"`{key}`" in one.mend
    (one,) = problems(FILES | {"modules/b/module.md": without(AMA), "credit.yaml": RECORD})
    assert told([one]) == [("modules/b/module.md", 10, "error", "credit-front")]


def test_a_pass_mark_is_missed(problems: Problems) -> None:
    files = {path: text for path, text in FILES.items() if not path.endswith("quiz.md")}
    (one,) = problems(files)
    assert (one.rule, one.mend) == ("credit-front", "add a quiz")


@pytest.mark.parametrize(
    ("change", "line", "severity", "rule"),
    [
        ({"credit: { hours: 0.25 }": "credit: { system: AMMA, credits: 0.25 }"}, 11, "error", "credit-system"),
        ({"credit: { hours: 0.25 }": "credit: { system: AMA, credits: 0.25 }"}, 11, "warning", "credit-accreditation"),
        ({"credit: { hours: 0.25 }": "credit:\n  - { hours: 0.25 }\n  - { hours: 0.25 }"}, 13, "error", "credit-twice"),
        ({"hours: 0.25": "hours: 0.1"}, 11, "warning", "credit-amount"),
        ({"hours: 0.25": "credits: 0.27"}, 11, "warning", "credit-amount"),
        ({"hours: 0.25": "system: plain"}, 11, "error", "wrong-value"),
        ({"hours: 0.25": "hours: 1"}, 11, "warning", "credit-minutes"),
        ({"review_by: 2028": "review_by: 2029"}, 10, "warning", None),
        ({"review_by: 2028-10-01": "review_by: 2029-10-02"}, 10, "error", "credit-days"),
        ({"support: none": "support: none\nexpires: 2026-02-01"}, 8, "error", "credit-days"),
        ({"support: none": "support: none\nexpires: 2026-11-20"}, 8, "warning", "credit-ended"),
        ({"support: none": "support: none\nevaluation: lnog"}, 8, "error", "credit-evaluation"),
        ({"support: none": "support: none\nplanners: [nobody]"}, 8, "error", "unknown-person"),
    ],
)
def test_each_fault_is_told_at_its_line(problems, change, line, severity, rule) -> None:  # type: ignore[no-untyped-def]
    text = MODULE
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    found = told(problems(FILES | {"modules/b/module.md": text}))
    assert found == ([("modules/b/module.md", line, severity, rule)] if rule else [])


def test_the_nearest_credit_system_and_form_are_named(problems: Problems) -> None:
    text = MODULE.replace("{ hours: 0.25 }", "{ system: AMMA, hours: 0.25 }\nevaluation: lnog")
    forms = "evaluations:\n  long:\n    title: L\n    questions: [{ id: a, ask: Good?, kind: scale }]\n"
    found = problems(FILES | {"modules/b/module.md": text, "credit.yaml": forms})
    assert [one.mend for one in found] == ["did you mean `AMA`?", "did you mean `long`?"]


@pytest.mark.parametrize(
    ("days", "what"),
    [
        ("valid_from: 2024-01-01, valid_to: 2025-12-31", "the last one ended on 2025-12-31"),
        ("valid_from: 2026-01-01, valid_to: 2027-12-31", "ends on 2027-12-31, before the activity does"),
    ],
)
def test_an_accreditation_that_does_not_last_is_told(problems, days: str, what: str) -> None:  # type: ignore[no-untyped-def]
    said = f"accreditation:\n  - {{ system: AMA, provider: P, number: 1, {days} }}\n"
    (one,) = problems(FILES | {"modules/b/module.md": AMA, "credit.yaml": said})
    assert (one.severity, one.rule, one.line) == ("warning", "credit-accreditation", 11)
    assert what in one.what


@pytest.mark.parametrize("day", ["", ", disclosed: 2024-10-20"])
def test_a_disclosure_without_a_day_or_too_old_is_told_once(problems, day: str) -> None:  # type: ignore[no-untyped-def]
    people = PEOPLE.replace(", disclosed: 2026-01-10", day)
    two = {path.replace("/b/", "/c/"): text.replace("title: B", "title: C") for path, text in FILES.items()}
    found = problems(FILES | two | {"people.yaml": people})
    assert told(found) == [("people.yaml", 1, "warning", "credit-disclosure")]
    strict = problems(FILES | two | {"people.yaml": people, "modules/c/module.md": AMA, "credit.yaml": RECORD})
    assert told(strict) == [("people.yaml", 1, "error", "credit-disclosure")]


def test_hours_that_cannot_be_true_of_a_credit_system_are_an_error(problems: Problems) -> None:
    text = AMA.replace("0.25", "5")
    (one,) = problems(FILES | {"modules/b/module.md": text, "credit.yaml": RECORD})
    assert (one.severity, one.rule) == ("error", "credit-minutes")
    assert "for 300 minutes, and a slow learner needs 3 at most" in one.what


def test_what_a_draft_lacks_is_a_warning(problems: Problems) -> None:
    text = AMA.replace("audience: nurses", "draft: true")
    assert {one.severity for one in problems(FILES | {"modules/b/module.md": text, "credit.yaml": RECORD})} == {
        "warning"
    }


def test_a_course_is_passed_by_its_parts_and_takes_as_long_as_they_do(problems: Problems) -> None:
    course = MODULE.replace("title: B", "title: Course\nitems: [modules/b]").replace("references: [A book.]\n", "")
    assert problems(FILES | {"courses/one.md": course}) == []
    long = course.replace("hours: 0.25", "hours: 3")
    assert [one.rule for one in problems(FILES | {"courses/one.md": long})] == ["credit-minutes"]


def test_a_course_whose_parts_ask_nothing_passes_nobody(problems: Problems) -> None:
    course = MODULE.replace("title: B", "title: Course\nitems: [modules/b]")
    files = {path: text for path, text in FILES.items() if not path.endswith("quiz.md")}
    found = problems(files | {"courses/one.md": course})
    assert [(one.path, one.rule) for one in found] == [
        ("courses/one.md", "credit-front"),
        ("modules/b/module.md", "credit-front"),
    ]


SYSTEM = "  PTS: { name: P, unit: point, units: points, minutes: 60, step: 1 }\n"


@pytest.mark.parametrize(
    ("text", "line", "rule", "mend"),
    [
        ("systems:\n  PTS: { nmae: P, unit: p, units: p, minutes: 60, step: 1 }\n", 2, "missing-key", "add `name: …`"),
        ("sistems: {}\n", 1, "unknown-key", "did you mean `systems`?"),
        ("systems:\n  PTS: { name: P, unit: p, units: p, minutes: 0, step: 1 }\n", 2, "wrong-value", None),
        (f"systems:\n{SYSTEM.replace('step: 1', 'step: 1, accredited: false')}", 2, "credit-plain", "delete the line"),
        (f"systems:\n{SYSTEM.replace('PTS', 'ama')}", 2, "credit-twice", "write `AMA`, or choose another code"),
        (
            "systems:\n  PTS:\n    name: P\n    unit: p\n    units: p\n    minutes: 60\n    step: 1\n    statements:\n"
            "      nurze: Well done.\n",
            9,
            "credit-profession",
            "did you mean `nurse`?",
        ),
        (
            "systems:\n  PTS:\n    name: P\n    unit: p\n    units: p\n    minutes: 60\n    step: 1\n    statements:\n"
            "      nurse: '{claimd}'\n",
            9,
            "credit-blank",
            "did you mean `claimed`?",
        ),
        (
            "systems:\n" + SYSTEM.replace("step: 1", "step: 1, designation: 'at most {claimed}'"),
            2,
            "credit-blank",
            None,
        ),
        (f"systems:\n{SYSTEM.replace('PTS', 'plain').replace('name: P', 'name: CME')}", 2, "credit-plain", None),
        (RECORD.replace("AMA", "AMAA"), 2, "credit-system", "did you mean `AMA`?"),
        (RECORD.replace("AMA", "plain"), 2, "credit-plain", "delete the record"),
        (RECORD + RECORD.partition("\n")[2], 3, "credit-twice", "let one begin where the other ends"),
        (RECORD.replace("2030-12-31", "2025-12-31"), 2, "wrong-value", "turn them round"),
        ("columns:\n  Day: completed\n  Units: claimd\n", 3, "credit-column", "did you mean `claimed`?"),
        ("systems: {}\ntarget: much\n", 2, "credit-target", None),
        ("target: 50 points by 2028-06-30\n", 1, "credit-target", None),
        ("target: 0 hours by 2028-06-30\n", 1, "credit-target", None),
        ("target: 50 hours by 2028-06-31\n", 1, "credit-target", None),
        ("certificate: { logo: logo.png }\n", 1, "missing-picture", None),
        ("certificate: { logo: ../logo.png }\n", 1, "outside", "keep it inside"),
        ("certificate:\n  signatories:\n    - { name: R, image: site.yaml }\n", 3, "broken-picture", None),
        (
            "evaluations:\n  a:\n    title: A\n    questions:\n      - { id: a, ask: A?, kind: choice, choices: [x] }\n",
            5,
            "wrong-value",
            "add some to `choices`",
        ),
        (
            "evaluations:\n  a:\n    title: A\n    questions:\n      - { id: a, ask: A?, kind: text }\n"
            "      - { id: a, ask: B?, kind: text }\n",
            2,
            "wrong-value",
            "give one another",
        ),
    ],
)
def test_each_fault_of_credit_yaml_is_told_at_its_line(problems, text, line, rule, mend) -> None:  # type: ignore[no-untyped-def]
    found = problems({"credit.yaml": text})
    assert [(one.path, one.line, one.rule) for one in found][:1] == [("credit.yaml", line, rule)]
    assert mend in (None, found[0].mend)


def test_a_picture_that_runs_something_is_refused(problems: Problems) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>'
    (one,) = problems({"credit.yaml": "certificate: { logo: certificate/logo.svg }\n", "certificate/logo.svg": svg})
    assert (one.path, one.rule) == ("certificate/logo.svg", "svg-script")


def test_accreditation_in_site_yaml_is_said_to_have_moved(problems: Problems) -> None:
    (one,) = problems({"site.yaml": f"title: Test\n{RECORD}"})
    assert (one.path, one.line, one.rule) == ("site.yaml", 2, "moved")
    assert "credit.yaml" in one.what


def test_a_faulty_credit_yaml_does_not_blame_the_activities(problems: Problems) -> None:
    found = problems(FILES | {"modules/b/module.md": AMA, "credit.yaml": RECORD.replace("provider", "povider")})
    assert {one.path for one in found} == {"credit.yaml"}
