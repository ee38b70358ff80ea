"""The production server, and the author's preview: Granian's workers, and a process that publishes what changes."""

import logging
import multiprocessing
import os
import signal
import socket
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.config import Settings

if TYPE_CHECKING:
    from lms.library.service import Published

#: Requests that one worker answers at once; they mostly wait for slow lines, which Granian holds for them.
THREADS = 4


def prepare(settings: Settings) -> bool:
    """Have the database ready: a file of this machine is made, or brought to this version; True when it was not of it.

    Raises what `db.verify` raises where the database is elsewhere and not ready.
    """
    from lms import db

    url = db.address(settings.database_url, settings.data)
    if db.is_embedded(url):
        return bool(db.upgrade(url))
    db.verify(url)
    return False


def origin(settings: Settings) -> str:
    """Where this server is reached from its own machine, or by the address that it was given."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return settings.url.rstrip("/") or f"http://{_shown(host)}:{settings.port}"


def run(settings: Settings, pending: int = 0) -> None:
    """Serve the data folder's current release until SIGTERM or SIGINT; publish on every change when watching.

    Where recordings are `pending`, their lighter renditions are made meanwhile, and published when they are done.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _verify_free(settings.host, settings.port)
    # Workers are processes of their own: they read the same settings from their environment.
    os.environ.update(environment(settings))
    beside = None
    if settings.watch or pending:
        if pending:
            click.echo(f"Lighter versions of {pending} recordings are being made, and come by themselves.")
        start = multiprocessing.get_context("spawn")
        beside = start.Process(target=watch if settings.watch else finish, args=(settings,))
        beside.start()
    click.echo(f"Spoke listens at http://{_shown(settings.host)}:{settings.port} (Ctrl-C ends it).")
    _welcome(settings)
    try:
        Granian(
            "lms.app:create_from_environment",
            factory=True,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=THREADS,
            backpressure=THREADS * 16,
            respawn_failed_workers=True,
            # A connection that a client keeps open must not keep the server from ending.
            workers_kill_timeout=5,
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()
    finally:
        if beside is not None:
            beside.terminate()
            beside.join()


def _welcome(settings: Settings) -> None:
    """Say where the first administrator opens an account, while there is none."""
    from lms import db
    from lms.people.service.opening import first_administrator

    with db.session(db.address(settings.database_url, settings.data)) as session:
        token = first_administrator(session, datetime.now(UTC))
    if token:
        click.echo(
            "Nobody looks after this Spoke yet. Whoever opens this link becomes its administrator, within 14 days:\n\n"
            f"    {origin(settings)}/welcome/{token}\n"
        )


def environment(settings: Settings) -> dict[str, str]:
    """The environment variables that make the same settings again."""
    return {f"LMS_{field.name.upper()}": _written(getattr(settings, field.name)) for field in fields(settings)}


def finish(settings: Settings) -> None:
    """Publish the content folder again, with all that takes long; gives way to those who read meanwhile."""
    from lms.publishing import publish

    _until_told()
    os.nice(10)
    result = publish(settings, datetime.now(UTC))
    if result.changed:
        click.echo(f"Published release {result.release}, with lighter versions of every recording.")


def watch(settings: Settings) -> None:
    """Publish the content folder, drafts and all, whenever something in it changes, until terminated."""
    from watchfiles import Change
    from watchfiles import watch as changes

    from lms.publishing import publish

    _until_told()
    data = settings.data.resolve()

    def content(change: Change, path: str) -> bool:
        inside = Path(path).relative_to(root).parts
        return not Path(path).is_relative_to(data) and not any(part.startswith((".", "_")) for part in inside)

    root = settings.content.resolve()
    said = ""
    # It also looks every few seconds: what changed before watching began, or where no system tells of changes.
    looks = {"debounce": 150, "step": 30, "rust_timeout": 3_000, "yield_on_timeout": True, "raise_interrupt": False}
    for _ in changes(root, watch_filter=content, **looks):
        # What was written is shown at once; only then come the recordings that take long to encode.
        for encode in (False, True):
            try:
                result = publish(settings, datetime.now(UTC), drafts=True, encode=encode)
            except Exception as fault:  # whatever it was, the next change must be looked at again
                click.echo(f"Not published: {type(fault).__name__}: {fault}", err=True)
                break
            before, said = said, _outcome(result)
            if said != before:
                click.echo(said)
            if not result.pending:
                break


def _outcome(result: "Published") -> str:
    errors = sum(problem.severity == "error" for problem in result.problems)
    if result.refused:
        return f"Not published: {errors} error{'' if errors == 1 else 's'}; see /preview/problems."
    return f"Release {result.release}."


def _verify_free(host: str, port: int) -> None:
    """Raise when another server listens there: Granian would share the port, and each answer every other request."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as fault:
            message = f"cannot listen at {_shown(host)}:{port}: {fault.strerror}; end what listens there, or say --port"
            raise click.ClickException(message) from None


def _until_told() -> None:
    """Ctrl-C reaches every process of the terminal; this one ends when the server tells it to."""
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # At once, though recordings be encoded: all that is written is written whole, and half of it is swept away later.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value.resolve()) if isinstance(value, Path) else str(value)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
