"""The `lms` command: check, publish, serve, rollback, schema. What a command does not need, it does not import."""

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms import __version__
from lms.config import VARIABLES, SettingError, Settings
from lms.text.problems import Problem, has_errors

if TYPE_CHECKING:
    from lms.library.service import Published

_FOLDER = click.Path(path_type=Path, file_okay=False)


def _setting(name: str, **more: Any) -> Any:
    """A flag for a setting; where it is not given, its environment variable counts."""
    flag = f"--{name.replace('_', '-')}"
    return click.option(flag, name, default=None, help=f"{VARIABLES[name]}  [LMS_{name.upper()}]", **more)


def _settings(**given: Any) -> Settings:
    try:
        return Settings.from_environment(os.environ, **given)
    except SettingError as fault:
        raise click.UsageError(str(fault)) from None


class _Lms(click.Group):
    """The command, with every setting listed below its subcommands."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Settings, by environment variable or flag"):
            formatter.write_dl([(f"LMS_{name.upper()}", words) for name, words in VARIABLES.items()])


@click.group(cls=_Lms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lms")
def main() -> None:
    """Spoke: a self-paced learning content server for healthcare telementoring.

    `lms serve` publishes the content folder and serves it; `lms check` says what is wrong with it.
    """


@main.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="how problems are said"
)
@_setting("jobs", type=int)
def check(folder: Path | None, form: str, jobs: int | None) -> None:
    """Say every problem of the content folder FOLDER (LMS_CONTENT, or ./content, where it is not given).

    Ends with 0 when there is no error, 1 when there is one, 2 for wrong usage. Warnings are no errors.
    """
    settings = _settings(content=folder, jobs=jobs)
    _folder_there(settings.content)
    from lms.library.service import check as checked

    with _progress("Checking") as progress:
        problems = checked(settings.content, date.today(), settings.jobs, progress)
    say_problems(problems, form, settings.content)
    sys.exit(1 if has_errors(problems) else 0)


@main.command()
@_setting("content", type=_FOLDER)
@_setting("data", type=_FOLDER)
@_setting("keep", type=int)
@_setting("feed_hosts", type=str)
@_setting("jobs", type=int)
@click.option("--drafts", is_flag=True, help="publish drafts too, for a preview")
def publish(drafts: bool, **given: Any) -> None:
    """Check the content folder, build a release of it, and switch to it in one step.

    With an error in the folder nothing is switched, and the command ends with 1.
    """
    settings = _settings(**_split(given))
    _folder_there(settings.content)
    if _publish(settings, drafts=drafts).refused:
        sys.exit(1)


@main.command()
@_setting("data", type=_FOLDER)
def rollback(data: Path | None) -> None:
    """Make the release before the current one current again. Running workers take it up at once."""
    from lms.library.service import NothingToGoBackTo, roll_back

    settings = _settings(data=data)
    try:
        click.echo(f"Release {roll_back(settings.data)} is current again.")
    except NothingToGoBackTo:
        raise click.ClickException(f"{settings.data} keeps no release older than the current one.") from None


@main.command()
@_setting("content", type=_FOLDER)
@_setting("data", type=_FOLDER)
@_setting("host")
@_setting("port", type=int)
@_setting("workers", type=int)
@_setting("keep", type=int)
@_setting("url")
@_setting("media_url")
@_setting("accel")
@_setting("feed_hosts", type=str)
@_setting("jobs", type=int)
@_setting("page_cache", type=int)
@_setting("proxies", type=int)
@click.option("--watch/--no-watch", default=None, help=f"{VARIABLES['watch']}  [LMS_WATCH]")
def serve(**given: Any) -> None:
    """Publish the content folder if it has changed, then serve it.

    A folder with errors does not stop the server when an older release is there: that one is served.
    """
    settings = _settings(**_split(given))
    _folder_there(settings.content)
    from lms.library.release import current

    # What takes minutes to encode is left for later, so that the first page is there within seconds.
    published = _publish(settings, drafts=settings.watch, only_if_needed=True, encode=False)
    if published.refused and current(settings.data) is None and not settings.watch:
        raise click.ClickException("nothing could be published, and no older release is there to serve.")
    from lms.server import run

    run(settings, published.pending)


@main.command()
@click.argument("folder", required=False, type=_FOLDER)
def schema(folder: Path | None) -> None:
    """Write the JSON Schemas of the content format to FOLDER (one file a kind), or all of them to standard output.

    Editors complete and check front matter by them.
    """
    from lms.library.schemas import schemas

    made = schemas()
    if folder is None:
        click.echo(json.dumps(made, indent=2, ensure_ascii=False))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in made.items():
        (folder / f"{name}.schema.json").write_text(
            json.dumps(one, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    click.echo(f"Wrote {len(made)} schemas to {folder}.")


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
        click.echo(_counted(errors, warnings))


def _plain(problem: Problem) -> str:
    head = click.style(problem.severity, fg="red" if problem.severity == "error" else "yellow", bold=True)
    path, what, mend = (_printable(text) for text in (problem.path, problem.what, problem.mend))
    return f"{path}:{problem.line}: {head}: {what}\n    {mend}"


def _printable(text: str) -> str:
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


def _counted(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return click.style("No problems.", fg="green")
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return f"{' and '.join(parts)}."


def _publish(settings: Settings, *, drafts: bool, only_if_needed: bool = False, encode: bool = True) -> "Published":
    """Publish, and say how it went."""
    from lms.library.reader import Options
    from lms.library.service import publish as published
    from lms.search.service import parts

    options = Options(
        data=settings.data,
        drafts=drafts,
        feed_hosts=settings.feed_hosts,
        url=settings.url,
        fetch=True,
        encode=encode,
        jobs=settings.jobs,
    )
    try:
        with _progress("Publishing") as progress:
            result = published(
                settings.content,
                options,
                datetime.now(UTC),
                keep_releases=settings.keep,
                only_if_needed=only_if_needed,
                parts=parts(settings.jobs),
                progress=progress,
            )
    except OSError as fault:
        place = fault.filename or settings.data
        raise click.ClickException(f"{place}: {fault.strerror or fault}; nothing was published.") from fault
    if result.refused:
        say_problems(list(result.problems), "text", settings.content)
        click.echo("Nothing was published: mend the errors above.", err=True)
    elif result.changed:
        warnings = len(result.problems)
        also = f"; {_counted(0, warnings)[:-1]} (see `lms check`)" if warnings else ""
        click.echo(
            f"Published release {result.release} in {result.seconds:.1f} s: {result.renders} texts rendered{also}."
        )
    else:
        click.echo(f"Release {result.release} is up to date.")
    return result


def _folder_there(folder: Path) -> None:
    if not folder.is_dir():
        raise click.UsageError(f"there is no content folder `{folder}`; name one by --content or LMS_CONTENT")


def _split(given: dict[str, Any]) -> dict[str, Any]:
    hosts = given.get("feed_hosts")
    if hosts is not None:
        given["feed_hosts"] = tuple(part.strip() for part in hosts.split(",") if part.strip())
    return given


class _progress:  # noqa: N801 - it reads as the function that it stands for
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


if __name__ == "__main__":
    main()
