"""How commands say what they found, and how far they are."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click

from lms.text.problems import Problem


def say_problems(problems: list[Problem], form: str, folder: Path) -> None:
    """Problems as text for people, JSON for programs, or GitHub's workflow annotations."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if form == "json":
        listed = [
            {
                "file": problem.path,
                "line": problem.line,
                "severity": problem.severity,
                "rule": problem.rule,
                "what": problem.what,
                "mend": problem.mend,
            }
            for problem in problems
        ]
        click.echo(
            json.dumps({"errors": errors, "warnings": warnings, "problems": listed}, indent=2, ensure_ascii=False)
        )
        return
    for severity in ("warning", "error"):
        for problem in problems:
            if problem.severity == severity:
                click.echo(_github(problem, folder) if form == "github" else _plain(problem))
    if form == "text":
        click.echo(counted(errors, warnings))


def _plain(problem: Problem) -> str:
    head = click.style(problem.severity, fg="red" if problem.severity == "error" else "yellow", bold=True)
    path, what, mend = (printable(text) for text in (problem.path, problem.what, problem.mend))
    return f"{path}:{problem.line}: {head}: {what}\n    {mend}"


def printable(text: str) -> str:
    """Text on one line: a sign that a terminal, or a log that is read by programs, would act on is shown instead."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def _github(problem: Problem, folder: Path) -> str:
    """https://docs.github.com/actions: commands end at a line end, and properties at a comma or colon."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    path = value((folder / problem.path).as_posix())
    place = f"file={path},line={problem.line},title={value(problem.rule)}"
    return f"::{problem.severity} {place}::{data(f'{problem.what}: {problem.mend}')}"


def counted(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return click.style("No problems.", fg="green")
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return f"{' and '.join(parts)}."


class progress_of:  # noqa: N801 - it reads as the function that it stands for
    """Progress on standard error: a bar on a terminal, elsewhere a plain line every few seconds of long work."""

    def __init__(self, label: str, every: float = 5.0) -> None:
        self.label, self.every, self.bar, self.last = label, every, None, time.monotonic()

    def __enter__(self) -> Any:
        return self.step

    def step(self, done: int, total: int, what: str) -> None:
        if sys.stderr.isatty():
            if self.bar is None:
                self.bar = click.progressbar(
                    length=total, label=self.label, file=sys.stderr, item_show_func=lambda x: x
                )
                self.bar.__enter__()
            self.bar.update(done - self.bar.pos, what)
        elif time.monotonic() - self.last > self.every:
            self.last = time.monotonic()
            click.echo(f"{self.label}: {done} of {total}", err=True)

    def __exit__(self, *fault: object) -> None:
        if self.bar is not None:
            self.bar.__exit__(*fault)
