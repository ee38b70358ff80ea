"""`python -m lms.cli` is the command too."""

from lms.cli.command import main

main()
