"""What all verbs have in common: how they refuse, what is written to people, and for how long things are good."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

#: How long a browser stays signed in, and after how long its key is changed.
SIGNED_IN, TURN, OVERLAP = timedelta(days=30), timedelta(days=1), timedelta(minutes=2)
#: How long links in letters are good.
WELCOME, INVITED, RESET = timedelta(days=1), timedelta(days=14), timedelta(hours=1)
#: Letters of one kind to one address while their links are good: more would be somebody's mischief.
MOST_LETTERS = 3


class Refused(Exception):
    """It is not done; the message says why, in words for the person."""


class Paused(Refused):
    """Too many failures: nothing is tried for `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("paused")
        self.wait = wait


@dataclass(frozen=True)
class Letter:
    """What is to be written to somebody; the words of it are the post's."""

    kind: Literal["welcome", "invitation", "known", "reset", "email", "moved", "changed"]
    to: str
    language: str
    token: str = ""
    name: str = ""
