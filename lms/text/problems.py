"""What is wrong in a content folder, said so that its author can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong: where (path from the content folder, line from 1), what, and how to mend it.

    An error keeps the folder from being published; a warning does not. `rule` is a stable short name.
    """

    path: str
    line: int
    severity: Severity
    rule: str
    what: str
    mend: str


def error(path: str, line: int, rule: str, what: str, mend: str) -> Problem:
    return Problem(path, max(line, 1), "error", rule, what, mend)


def warning(path: str, line: int, rule: str, what: str, mend: str) -> Problem:
    return Problem(path, max(line, 1), "warning", rule, what, mend)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word most like `word`, or None when none is as like it as `likeness`, from 0 to 1."""
    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=likeness)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A mend that names the nearest known word, or `otherwise`."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else otherwise
