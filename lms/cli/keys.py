"""`lms keys`: the keys that credentials are signed with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from lms.cli.settings import FOLDER, in_words, setting, settings_of
from lms.config import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.certificates.keys import Keyring


@click.group()
def keys() -> None:
    """The keys that credentials are signed with: list them, and begin a new one."""


@keys.command("list")
@setting("data", type=FOLDER)
@setting("database_url")
@setting("signing_key")
def list_(**given: Any) -> None:
    """List all keys there ever were, the oldest first; ends with 1 when the one that signs now cannot be used."""
    settings = settings_of(**given)
    from lms.certificates.keys import LostKey
    from lms.certificates.service import keys as service
    from lms.certificates.store.keys import known

    with _opened(settings) as (session, ring):
        found = known(session)
        for key in found:
            state = f"retired {key.retired:%Y-%m-%d}" if key.retired else "signs now"
            click.echo(f"{key.id}  {key.public}  (made {key.made:%Y-%m-%d}; {state})")
        if not found:
            click.echo("There is no key yet: the first is made when the first credential is signed.", err=True)
        try:
            service.verify(session, ring)
        except LostKey as fault:
            raise click.ClickException(f"{fault}.") from None


@keys.command()
@setting("data", type=FOLDER)
@setting("database_url")
@setting("signing_key")
def rotate(**given: Any) -> None:
    """Begin a new key, and retire the one before. What that one signed stays verifiable.

    Where LMS_SIGNING_KEY is set, set it to the new key on every machine first.
    """
    settings = settings_of(**given)
    from lms.certificates.keys import LostKey
    from lms.certificates.service import keys as service

    with _opened(settings) as (session, ring):
        try:
            made, retired = service.rotate(session, ring, datetime.now(UTC))
        except (LostKey, service.NothingToRotate) as fault:
            raise click.ClickException(f"{fault}.") from None
        click.echo(f"{made.id} signs from now on.")
        if not ring.is_given:
            click.echo(f"Make a backup of {ring.folder / made.id}, and copy it to the other machines if there are any.")
        for key in retired:
            click.echo(f"{key.id} is retired. What it signed stays verifiable; its secret signs no more: delete it.")


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple["Session", "Keyring"]]:
    """The database, which must be there and of this version, and the secrets."""
    from lms import db
    from lms.certificates.keys import Keyring

    with in_words():
        url = db.address(settings.database_url, settings.data)
        db.verify(url)
        with db.session(url) as session:
            yield session, Keyring(settings.data, settings.signing_key)
