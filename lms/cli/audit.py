"""`lms audit`: whether anything that was issued has been removed, altered or back-dated since."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.cli.saying import printable, progress_of
from lms.cli.settings import FOLDER, in_words, setting, settings_of

if TYPE_CHECKING:
    from lms.certificates.models.log import Audit, Kept


@click.command()
@click.argument("checkpoints", nargs=-1, metavar="[CHECKPOINT]...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="how findings are said")
@setting("data", type=FOLDER)
@setting("database_url")
def audit(checkpoints: tuple[str, ...], form: str, **given: Any) -> None:
    """Prove that no certificate was removed, altered or back-dated since it was issued.

    Everything is reckoned anew from the rows of the database: each certificate, each change of state, each entry of
    the log, each checkpoint, each PDF that is kept. Whoever can write to the database could still write all of it
    anew; CHECKPOINTs that somebody outside kept show that too. A CHECKPOINT is a file, as /certificates/log/checkpoint
    gave it, or the one printed on a certificate, as SIZE:ROOT.

    Ends with 0 when all is as it was, 1 when something is not, 2 for wrong usage, or when it cannot be found out.
    """
    settings = settings_of(**given)
    kept = [_kept(one) for one in checkpoints]
    from lms import db
    from lms.certificates.service.auditing import audit as audited

    try:
        with in_words(), progress_of("Auditing") as progress:
            url = db.address(settings.database_url, settings.data)
            db.verify(url)
            with db.session(url) as session:
                found = audited(session, kept, datetime.now(UTC), progress)
    except click.ClickException as fault:
        fault.exit_code = 2
        raise
    click.echo(found.model_dump_json(indent=2)) if form == "json" else _say(found)
    sys.exit(0 if found.sound else 1)


@click.command("put-clock-back")
@click.option("--yes", is_flag=True, help="do not ask")
@setting("data", type=FOLDER)
@setting("database_url")
def put_clock_back(yes: bool, **given: Any) -> None:
    """Say in the transparency log that the clock had been ahead, so that certificates can be issued again.

    Nothing is logged with a time before the last entry's. When that has a time still to come, for the clock was wrong,
    this puts an entry into the log that says so, for ever and for all to see. Set the clock right first.
    """
    settings = settings_of(**given)
    from lms import db
    from lms.certificates.store import log

    now = datetime.now(UTC)
    if not yes:
        click.confirm(f"It is {now:%Y-%m-%d %H:%M} UTC now: is that right, and shall the log say so", abort=True)
    with in_words():
        url = db.address(settings.database_url, settings.data)
        db.verify(url)
        with db.session(url) as session:
            db.writing(session)
            ahead = log.put_clock_back(session, now)
    if ahead is None:
        click.echo("Nothing to do: the log's last entry is not of a time still to come.")
    else:
        click.echo(
            f"Put back from {ahead:%Y-%m-%d %H:%M} UTC. Each audit, and the page of the log, say so from now on."
        )


def _kept(given: str) -> "Kept":
    from lms.certificates.rules import checkpoints

    found = checkpoints.typed(given)
    if found is not None:
        return found
    try:
        return checkpoints.read(given, Path(given).read_bytes()[:100_000].decode())
    except OSError as fault:
        raise click.UsageError(f"{given}: {fault.strerror or fault}") from None
    except ValueError as fault:
        raise click.UsageError(f"{given}: {printable(str(fault))}") from None


def _say(found: "Audit") -> None:
    for one in found.findings:
        click.echo(f"{click.style(printable(one.about), fg='red', bold=True)}: {printable(one.what)}.")
    if found.more:
        click.echo(f"And {found.more} more.")
    for one in found.notes:
        click.echo(f"{click.style(printable(one.about), fg='yellow', bold=True)}: {printable(one.what)}.")
    for kept in found.held:
        click.echo(f"{printable(kept.name)}: the first {kept.size} entries are as they were then.")
    click.echo(
        f"{_many(found.certificates, 'certificate')} and {_many(found.changes, 'change')} of state; "
        f"the log has {_many(found.size, 'entry', 'entries')}, their root is {found.root}."
    )
    if found.sound:
        click.echo(click.style("Nothing was removed, altered or back-dated.", fg="green"))
        if not found.held:
            click.echo("Give it a checkpoint that somebody outside kept, and it shows that nobody wrote it all anew.")
    else:
        count = len(found.findings) + found.more
        click.echo(f"{_many(count, 'finding')}. Keep the database as it is, and look at who could write to it.")


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
