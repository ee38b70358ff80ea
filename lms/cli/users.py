"""`lms users`: the people with accounts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.cli.settings import FOLDER, in_words, setting, settings_of
from lms.config import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.people.service.refusals import Letter
    from lms.people.store import Learner

#: What each word that a verb refuses with means here.
_REFUSALS = {
    "last administrator": "This is the last administrator: give somebody else that role first, or nobody could do it."
}
_COLUMNS = ("email", "name", "roles", "group", "opened", "closed")


@click.group()
def users() -> None:
    """The people with accounts: list, add and invite them, set their roles, close accounts."""


@users.command("list")
@click.option("--search", default="", help="only those with these words in name or address")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="how they are said")
@setting("data", type=FOLDER)
@setting("database_url")
def list_(search: str, form: str, **given: Any) -> None:
    """List everybody with an account, by e-mail address. An erased account has none, and is not listed."""
    settings = settings_of(**given)
    from lms.text import spreadsheet

    with _opened(settings) as session:
        rows = (_row(learner) for learner in _everybody(session, search))
        if form == "csv":
            for line in spreadsheet.lines(_COLUMNS, rows):
                click.echo(line, nl=False)
        elif form == "json":
            click.echo(
                json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], indent=2, ensure_ascii=False)
            )
        else:
            said = [click.echo(_line(*row)) for row in rows]
            click.echo(f"{len(said)} account{'' if len(said) == 1 else 's'}.", err=True)


@users.command()
@click.argument("email")
@click.option("--name", default="", help="as printed on certificates; they may change it")
@click.option("--role", "roles", multiple=True, help="a role besides learner; may be given several times")
@setting("data", type=FOLDER)
@setting("database_url")
@setting("url")
@setting("mail_url")
@setting("mail_from")
def add(email: str, name: str, roles: tuple[str, ...], **given: Any) -> None:
    """Invite somebody: prints the link by which they choose a password, good once and for 14 days.

    With a mail server it is sent to them, too. Who was invited before is invited anew.
    """
    settings = settings_of(**given)
    from lms.cli.inviting import link, send, verify_sender
    from lms.people.service.opening import invite

    known = _roles(",".join(roles))
    verify_sender(settings)
    with _opened(settings) as session:
        try:
            letter = invite(session, email, datetime.now(UTC), name=name, roles=known)
        except ValueError as fault:
            raise click.UsageError(f"{fault}") from None
        if letter is None:
            raise click.ClickException(f"{email} has an account already; `lms users roles` sets its roles.")
    click.echo(link(settings, letter))
    if settings.mail_url:
        _told(send(settings, [letter]), 1)


@users.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="only say what is wrong with the file")
@setting("data", type=FOLDER)
@setting("database_url")
@setting("url")
@setting("mail_url")
@setting("mail_from")
def invite(file: Path, dry_run: bool, **given: Any) -> None:
    """Invite everybody in FILE, a table (CSV) whose first line names its columns: email, name, role, group.

    With anything wrong in it, all of that is said with its line, and nobody is invited. Who has an account already is
    passed over. Without a mail server the links are printed as CSV.
    """
    settings = settings_of(**given)
    from lms.cli.inviting import send, verify_sender
    from lms.people import roster
    from lms.people.service.opening import invite_all
    from lms.text import spreadsheet

    verify_sender(settings)
    try:
        people, mistakes = roster.read(file.read_bytes())
    except OSError as fault:
        raise click.ClickException(f"{file}: {fault.strerror}.") from None
    for mistake in mistakes:
        click.echo(f"{file}:{mistake.line}: {mistake.what}", err=True)
    if mistakes:
        raise click.ClickException("nobody was invited: mend the file.")
    with _opened(settings) as session:
        if dry_run:
            click.echo(f"{len(people)} could be invited; nothing was done.")
            return
        letters = invite_all(session, people, datetime.now(UTC))
    if settings.mail_url:
        _told(send(settings, letters), len(letters))
    else:
        for line in spreadsheet.lines(("email", "name", "link"), _links(settings, letters)):
            click.echo(line, nl=False)
    passed = len(people) - len(letters)
    also = f"; {passed} passed over, who had an account already" if passed else ""
    click.echo(f"{len(letters)} invited{also}.", err=True)


@users.command()
@click.argument("email")
@click.argument("roles")
@setting("data", type=FOLDER)
@setting("database_url")
def roles(email: str, roles: str, **given: Any) -> None:
    """Set the ROLES of EMAIL, with commas between them: learner, author, mentor, coordinator, administrator."""
    settings = settings_of(**given)
    from lms.people.service.administering import set_roles

    known = _roles(roles)
    with _one(settings, email) as (session, learner):
        set_roles(session, learner, known)
        click.echo(f"{learner.email} is {', '.join(learner.roles)} now.")


@users.command()
@click.argument("email")
@setting("data", type=FOLDER)
@setting("database_url")
def deactivate(email: str, **given: Any) -> None:
    """Close the account of EMAIL, and sign it out everywhere. Nothing of it is lost."""
    settings = settings_of(**given)
    from lms.people.service.administering import deactivate as close

    with _one(settings, email) as (session, learner):
        close(session, learner, datetime.now(UTC))
        click.echo(f"The account of {learner.email} is closed.")


@users.command()
@click.argument("email")
@setting("data", type=FOLDER)
@setting("database_url")
def reactivate(email: str, **given: Any) -> None:
    """Open the closed account of EMAIL again."""
    settings = settings_of(**given)
    from lms.people.service.administering import reactivate as reopen

    with _one(settings, email) as (session, learner):
        reopen(session, learner)
        click.echo(f"The account of {learner.email} is open.")


@users.command("sign-out")
@click.argument("email")
@setting("data", type=FOLDER)
@setting("database_url")
def sign_out(email: str, **given: Any) -> None:
    """Sign EMAIL out in every browser."""
    settings = settings_of(**given)
    from lms.people.service.entering import sign_out_everywhere

    with _one(settings, email) as (session, learner):
        sign_out_everywhere(session, learner)
        click.echo(f"{learner.email} is signed out everywhere.")


@contextmanager
def _opened(settings: Settings) -> Iterator["Session"]:
    """The database, which must be there and of this version."""
    from lms import db

    with in_words():
        url = db.address(settings.database_url, settings.data)
        db.verify(url)
        with db.session(url) as session:
            yield session


@contextmanager
def _one(settings: Settings, email: str) -> Iterator[tuple["Session", "Learner"]]:
    """The account of this address; what a verb refuses is said in words."""
    from lms.people import models, store
    from lms.people.service.refusals import Refused

    try:
        address = models.email(email)
    except ValueError as fault:
        raise click.UsageError(f"`{email}`: {fault}") from None
    with _opened(settings) as session:
        learner = store.by_email(session, address)
        if learner is None:
            near = store.like(session, address)
            also = f"; did you mean {near}?" if near else "; `lms users list` lists those there are."
            raise click.ClickException(f"there is no account of {address}{also}")
        try:
            yield session, learner
        except Refused as fault:
            raise click.ClickException(_REFUSALS.get(str(fault), f"refused: {fault}.")) from None


def _roles(text: str) -> Any:
    from lms.people.models import ROLES
    from lms.text.problems import did_you_mean

    given = [role.strip().casefold() for role in text.split(",") if role.strip()]
    for role in given:
        if role not in ROLES:
            mend = did_you_mean(role, ROLES, f"roles are {', '.join(ROLES)}")
            raise click.UsageError(f"`{role}` is no role: {mend}")
    return given


def _everybody(session: "Session", search: str) -> Iterator["Learner"]:
    from lms.people import store

    after = ""
    while page := store.everybody(session, search, after, 500):
        yield from page
        after = page[-1].email or ""
        session.expunge_all()


def _row(learner: "Learner") -> tuple[str, ...]:
    closed = learner.closed.isoformat() if learner.closed else ""
    roles = ", ".join(learner.roles)
    return learner.email or "", learner.name, roles, learner.group, learner.opened.isoformat(), closed


def _line(email: str, name: str, roles: str, group: str, _: str, closed: str) -> str:
    more = [roles, *([f"in {group}"] if group else []), *([f"closed {closed[:10]}"] if closed else [])]
    return f"{email}  {name}  ({'; '.join(more)})"


def _links(settings: Settings, letters: list["Letter"]) -> Iterator[tuple[str, str, str]]:
    from lms.cli.inviting import link

    for letter in letters:
        yield letter.to, letter.name, link(settings, letter)


def _told(failed: list[str], count: int) -> None:
    for address in failed:
        click.echo(f"{address}: the letter could not be sent", err=True)
    if failed:
        raise click.ClickException(
            f"{len(failed)} of {count} letters could not be sent: look at LMS_MAIL_URL, and invite them again."
        )
