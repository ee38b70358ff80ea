"""`lms db`: the database of accounts and of what learners did."""

from typing import Any

import click

from lms.cli.settings import FOLDER, in_words, setting, settings_of


@click.group()
def db() -> None:
    """Keep the database: learners' accounts, and what they did."""


@db.command()
@setting("data", type=FOLDER)
@setting("database_url")
def upgrade(**given: Any) -> None:
    """Bring the database to this version of Spoke, or make it. Nothing is lost; what is done is said.

    Make a backup first: an older Spoke does not run on it afterwards.
    """
    settings = settings_of(**given)
    from lms import db as database

    with in_words():
        steps = database.upgrade(database.address(settings.database_url, settings.data))
    for step in steps:
        click.echo(f"- {step}")
    click.echo(
        f"{len(steps)} step{'' if len(steps) == 1 else 's'} done: the database is of this version of Spoke now."
        if steps
        else "Nothing to do: the database is of this version of Spoke."
    )


@db.command()
@setting("data", type=FOLDER)
@setting("database_url")
def check(**given: Any) -> None:
    """Say whether the database can be reached, and is of this version of Spoke; 1 when not. Nothing is changed."""
    settings = settings_of(**given)
    from lms import db as database

    with in_words():
        database.verify(database.address(settings.database_url, settings.data))
    click.echo("The database is of this version of Spoke.")
