"""The `lms` command."""

from lms.cli.command import main as main
