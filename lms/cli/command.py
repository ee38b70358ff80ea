"""The `lms` command: check, publish, serve, rollback, schema. What a command does not need, it does not import."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms import __version__
from lms.cli import audit, database, keys, users
from lms.cli.saying import counted, progress_of, say_problems
from lms.cli.settings import FOLDER, in_words, setting, settings_of
from lms.config import VARIABLES, Settings
from lms.text.problems import has_errors

if TYPE_CHECKING:
    from lms.library.service import Published


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
@setting("jobs", type=int)
def check(folder: Path | None, form: str, jobs: int | None) -> None:
    """Say every problem of the content folder FOLDER (LMS_CONTENT, or ./content, where it is not given).

    Ends with 0 when there is no error, 1 when there is one, 2 for wrong usage, or when a file or folder cannot be
    read. Warnings are no errors.
    """
    settings = settings_of(content=folder, jobs=jobs)
    _folder_there(settings.content)
    from lms.publishing import check as checked

    try:
        with progress_of("Checking") as progress:
            problems = checked(settings.content, date.today(), settings.jobs, progress)
    except OSError as fault:
        refusal = click.ClickException(f"{fault.filename or settings.content}: {fault.strerror or fault}.")
        refusal.exit_code = 2
        raise refusal from fault
    say_problems(problems, form, settings.content)
    sys.exit(1 if has_errors(problems) else 0)


@main.command()
@setting("content", type=FOLDER)
@setting("data", type=FOLDER)
@setting("keep", type=int)
@setting("url")
@setting("feed_hosts", type=str)
@setting("jobs", type=int)
@click.option("--drafts", is_flag=True, help="publish drafts too, for a preview")
def publish(drafts: bool, **given: Any) -> None:
    """Check the content folder, build a release of it, and switch to it in one step.

    With an error in the folder nothing is switched, and the command ends with 1.
    """
    settings = settings_of(**given)
    _folder_there(settings.content)
    if _publish(settings, drafts=drafts).refused:
        sys.exit(1)


@main.command()
@setting("data", type=FOLDER)
def rollback(data: Path | None) -> None:
    """Make the release before the current one current again. Running workers take it up at once."""
    from lms.library.service import NothingToGoBackTo, roll_back

    settings = settings_of(data=data)
    try:
        click.echo(f"Release {roll_back(settings.data)} is current again.")
    except NothingToGoBackTo:
        raise click.ClickException(f"{settings.data} keeps no release older than the current one.") from None


@main.command()
@setting("content", type=FOLDER)
@setting("data", type=FOLDER)
@setting("host")
@setting("port", type=int)
@setting("workers", type=int)
@setting("keep", type=int)
@setting("url")
@setting("media_url")
@setting("accel")
@setting("feed_hosts", type=str)
@setting("jobs", type=int)
@setting("page_cache", type=int)
@setting("proxies", type=int)
@setting("database_url")
@setting("secret")
@setting("signing_key")
@setting("mail_url")
@setting("mail_from")
@click.option("--watch/--no-watch", default=None, help=f"{VARIABLES['watch']}  [LMS_WATCH]")
def serve(**given: Any) -> None:
    """Publish the content folder if it has changed, then serve it.

    A folder with errors does not stop the server when an older release is there: that one is served. A SQLite
    database is made and upgraded first; any other one must have been, by `lms db upgrade`.
    """
    settings = settings_of(**given)
    _folder_there(settings.content)
    from lms.cli.inviting import verify_letters
    from lms.library.shelf import current
    from lms.server import prepare, run

    with in_words():
        if prepare(settings):
            click.echo("The database is of this version of Spoke now.")

    # What takes minutes to encode is left for later, so that the first page is there within seconds.
    published = _publish(settings, drafts=settings.watch, only_if_needed=True, encode=False)
    if published.refused and current(settings.data) is None and not settings.watch:
        raise click.ClickException("nothing could be published, and no older release is there to serve.")
    verify_letters(settings)
    run(settings, published.pending)


@main.command()
@click.argument("folder", required=False, type=FOLDER)
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


def _publish(settings: Settings, *, drafts: bool, only_if_needed: bool = False, encode: bool = True) -> "Published":
    """Publish, and say how it went."""
    from lms.library.register import DamagedRegister
    from lms.publishing import publish as published

    try:
        with progress_of("Publishing") as progress:
            result = published(
                settings,
                datetime.now(UTC),
                drafts=drafts,
                fetch=True,
                encode=encode,
                only_if_needed=only_if_needed,
                progress=progress,
            )
    except DamagedRegister as fault:
        raise click.ClickException(f"{fault}; nothing was published.") from None
    except OSError as fault:
        place = fault.filename or settings.data
        raise click.ClickException(f"{place}: {fault.strerror or fault}; nothing was published.") from fault
    if result.refused:
        say_problems(list(result.problems), "text", settings.content)
        click.echo("Nothing was published: mend the errors above.", err=True)
    elif result.changed:
        warnings = len(result.problems)
        also = f"; {counted(0, warnings)[:-1]} (see `lms check`)" if warnings else ""
        click.echo(
            f"Published release {result.release} in {result.seconds:.1f} s: {result.renders} texts rendered{also}."
        )
    else:
        click.echo(f"Release {result.release} is up to date.")
    return result


def _folder_there(folder: Path) -> None:
    if not folder.is_dir():
        raise click.UsageError(f"there is no content folder `{folder}`; name one by --content or LMS_CONTENT")


main.add_command(database.db)
main.add_command(users.users)
main.add_command(audit.audit)
main.add_command(keys.keys)
main.add_command(audit.put_clock_back)
