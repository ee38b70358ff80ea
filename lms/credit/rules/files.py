"""What is wrong with credit.yaml that its model alone cannot tell."""

import re
from collections.abc import Iterator

from lms.credit.models import PLAIN, CreditFile, System
from lms.credit.rules import columns
from lms.credit.rules.offers import OTHER
from lms.credit.rules.statements import BLANKS, unknown
from lms.credit.rules.systems import BUILT_IN, codes
from lms.credit.rules.targets import suggestion
from lms.people.models import PROFESSIONS
from lms.text.frontmatter import Front
from lms.text.problems import Problem, did_you_mean, error, warning

PATH = "credit.yaml"

#: Words that hours of learning may not be called by: they are others' names.
_BORROWED = re.compile(r"™|®|category\s*1|accredited|\b(?:CME|CEUs?|ECMECs?|PRA|AMA|ANCC|ACPE|EACCME|RCP|MOC)\b", re.I)


def check(file: CreditFile, front: Front) -> list[Problem]:
    """Problems of credit.yaml, each at its line."""
    found = [problem for code, one in file.systems.items() for problem in _system(code, one, front)]
    return [*found, *_accreditation(file, front), *_target(file, front), *_columns(file, front)]


def _system(code: str, one: System, front: Front) -> Iterator[Problem]:
    if code == PLAIN:
        for key in ("statements", "designation", "requires"):
            if getattr(one, key):
                what = f"hours of learning have no `{key}`: they claim nothing in anybody's name"
                mend = "delete it, or make it a credit system of its own, with an accreditation record"
                yield error(PATH, front.line("systems", code, key), "credit-plain", what, mend)
        for key in ("name", "unit", "units"):
            if _BORROWED.search(getattr(one, key)):
                what = f"`{key}` of plain hours sounds like a credit system, which they are not"
                yield error(PATH, front.line("systems", code, key), "credit-plain", what, "call them hours of learning")
    elif not one.accredited:
        what = f"`{code}` needs accreditation; only hours of learning do not"
        yield error(PATH, front.line("systems", code, "accredited"), "credit-plain", what, "delete the line")
    twin = next((name for name in BUILT_IN if name != code and name.casefold() == code.casefold()), None)
    if twin:
        what = f"`{code}` differs from the built-in `{twin}` by capital letters alone"
        yield error(PATH, front.line("systems", code), "credit-twice", what, f"write `{twin}`, or choose another code")
    for profession, text in one.statements.items():
        line = front.line("systems", code, "statements", profession)
        if profession != OTHER and profession not in PROFESSIONS:
            known = (*PROFESSIONS, OTHER)
            mend = did_you_mean(profession, known, f"use one of {', '.join(known)}")
            yield error(PATH, line, "credit-profession", f"`{profession}` is no profession that accounts have", mend)
        yield from _blanks(text, line, BLANKS)
    if one.designation:
        line = front.line("systems", code, "designation")
        yield from _blanks(one.designation, line, tuple(name for name in BLANKS if name != "claimed"))


def _blanks(text: str, line: int, known: tuple[str, ...]) -> Iterator[Problem]:
    for name in dict.fromkeys(unknown(text, known)):
        braces = [f"{{{one}}}" for one in known]
        if name in ("{", "}"):
            what, mend = "a brace stands alone in these words", f"write a blank such as {braces[0]}, or no brace"
        else:
            what, mend = f"`{{{name}}}` cannot be filled in here", f"use one of {' '.join(braces)}"
            mend = did_you_mean(name, known, mend)
        yield error(PATH, line, "credit-blank", what, mend)


def _accreditation(file: CreditFile, front: Front) -> Iterator[Problem]:
    for number, one in enumerate(file.accreditation):
        line = front.line("accreditation", number, "system")
        if one.system == PLAIN:
            what = "hours of learning need no accreditation, and have none"
            yield error(PATH, line, "credit-plain", what, "delete the record")
        elif one.system not in codes(file):
            mend = did_you_mean(one.system, codes(file), "add it to `systems`")
            yield error(PATH, line, "credit-system", f"`{one.system}` is no credit system that is known", mend)
        for other in file.accreditation[:number]:
            if other.system == one.system and other.valid_from <= one.valid_to and one.valid_from <= other.valid_to:
                what = f"two records of `{one.system}` are valid on the same days; the first of them is taken"
                yield warning(PATH, line, "credit-twice", what, "let one begin where the other ends")


def _target(file: CreditFile, front: Front) -> Iterator[Problem]:
    if file.target and suggestion(file.target, codes(file)) is None:
        what = f"`{file.target}` is no target: an amount, hours or the code of a credit system, and a day"
        mend = "write it as `50 hours by 2028-06-30`, or `20 AMA by 2028-06-30`"
        yield error(PATH, front.line("target"), "credit-target", what, mend)


def _columns(file: CreditFile, front: Front) -> Iterator[Problem]:
    for one in columns.problems(file.columns):
        yield error(PATH, front.line("columns", one.heading), "credit-column", one.words, one.mend)
