"""The production server, and the author's preview: Granian's workers, and a process that publishes what changes."""

import multiprocessing
import os
import signal
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lms.config import Settings

#: Requests that one worker answers at once; they mostly wait for slow lines, which Granian holds for them.
THREADS = 4


def run(settings: Settings) -> None:
    """Serve the data folder's current release until SIGTERM or SIGINT; publish on every change when watching."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # Workers are processes of their own: they read the same settings from their environment.
    os.environ.update(environment(settings))
    watcher = None
    if settings.watch:
        start = multiprocessing.get_context("spawn")
        watcher = start.Process(target=watch, args=(settings,), daemon=False)
        watcher.start()
    click.echo(f"Spoke listens at http://{_shown(settings.host)}:{settings.port} (Ctrl-C ends it).")
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
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()
    finally:
        if watcher is not None:
            watcher.terminate()
            watcher.join()


def environment(settings: Settings) -> dict[str, str]:
    """The environment variables that make the same settings again."""
    return {f"LMS_{field.name.upper()}": _written(getattr(settings, field.name)) for field in fields(settings)}


def watch(settings: Settings) -> None:
    """Publish the content folder, drafts and all, whenever something in it changes, until terminated."""
    from watchfiles import Change
    from watchfiles import watch as changes

    from lms.library.reader import Options
    from lms.library.service import publish
    from lms.search.service import parts

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    data = settings.data.resolve()

    def content(change: Change, path: str) -> bool:
        inside = Path(path).relative_to(root).parts
        return not Path(path).is_relative_to(data) and not any(part.startswith((".", "_")) for part in inside)

    root = settings.content.resolve()
    last = ""
    options = Options(data=settings.data, drafts=True, feed_hosts=settings.feed_hosts, fetch=False, jobs=settings.jobs)
    # It also looks every few seconds: what changed before watching began, or where no system tells of changes.
    for _ in changes(
        root,
        watch_filter=content,
        debounce=150,
        step=30,
        rust_timeout=3_000,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        try:
            result = publish(
                settings.content, options, datetime.now(UTC), keep_releases=settings.keep, parts=parts(settings.jobs)
            )
        except OSError as fault:
            # A file that vanished between two looks: the next change tells the rest.
            click.echo(f"Not published: {fault}", err=True)
            continue
        errors = sum(problem.severity == "error" for problem in result.problems)
        said = (
            f"Not published: {errors} errors; see /preview/problems."
            if result.refused
            else f"Release {result.release}."
        )
        if said != last:
            click.echo(said)
        last = said


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value.resolve()) if isinstance(value, Path) else str(value)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
