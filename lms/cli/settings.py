"""Flags that are settings, and what goes wrong with settings, in words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lms.config import VARIABLES, SettingError, Settings

FOLDER = click.Path(path_type=Path, file_okay=False)


def setting(name: str, **more: Any) -> Any:
    """A flag for a setting; where it is not given, its environment variable counts."""
    flag = f"--{name.replace('_', '-')}"
    return click.option(flag, name, default=None, help=f"{VARIABLES[name]}  [LMS_{name.upper()}]", **more)


def settings_of(**given: Any) -> Settings:
    """The settings of flags and environment; wrong ones are wrong usage."""
    try:
        return Settings.from_environment(os.environ, **given)
    except SettingError as fault:
        raise click.UsageError(str(fault)) from None


@contextmanager
def in_words() -> Iterator[None]:
    """Say in words what is wrong with the database, and end."""
    from lms.db import NewerDatabase, NoDatabase, OldDatabase, WrongAddress

    try:
        yield
    except WrongAddress as fault:
        raise click.UsageError(f"LMS_DATABASE_URL: {fault}") from None
    except (NewerDatabase, NoDatabase, OldDatabase) as fault:
        words = str(fault)
        raise click.ClickException(f"{words[0].upper()}{words[1:]}.") from fault
