"""Where somebody stands with an activity: what they did of it, and what is still to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

Kind = Literal["lesson", "recording", "quiz", "item", "test"]


class Told(Protocol):
    """What folding reads of an entry of the ledger: an `Entry`, or the row of one."""

    @property
    def id(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def activity(self) -> str: ...
    @property
    def edition(self) -> int: ...
    @property
    def happened(self) -> datetime: ...
    @property
    def arrived(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """What there is to do in an activity."""

    url: str
    edition: int = 1
    lessons: tuple[str, ...] = ()
    """Slugs of the lessons to be read."""
    seconds: float = 0
    """How long the recording is; 0 without one that is measured."""
    watch: int = 90
    """The percentage of the recording that counts as the whole."""
    reads: bool = False
    """Whether reading the transcript counts too."""
    quiz: bool = False
    items: tuple[tuple[str, bool], ...] = ()
    """Of a course: the address of each item, and whether it is optional."""
    test: bool = False
    """Of a course: whether there is a test after it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to do: a lesson by its slug, an item by its address, the recording, the quiz, the test of a course."""

    kind: Kind
    key: str = ""
    done: datetime | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody was: the lesson read last, or the second of the recording."""

    activity: str
    when: datetime
    lesson: str = ""
    second: float = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What one learner's entries say of one activity."""

    url: str
    edition: int
    """The present one, which all parts are of."""
    parts: tuple[Part, ...]
    completed: datetime | None = None
    """When it was completed last, in whichever edition."""
    completed_edition: int = 0
    """The latest edition that was completed; 0 while none was."""
    place: Place | None = None
    heard: float = 0
    """Of a recording: the share of it that was played."""

    @property
    def needed(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.optional)

    @property
    def left(self) -> tuple[Part, ...]:
        """What is still to do before it is complete."""
        return () if self.complete else tuple(part for part in self.needed if not part.done)

    @property
    def count(self) -> int:
        """How many parts that are needed are done."""
        return sum(1 for part in self.needed if part.done)

    @property
    def share(self) -> float:
        """How much of what is needed is done, from 0 to 1."""
        return 1.0 if self.complete else self.count / len(self.needed) if self.needed else 0.0

    @property
    def complete(self) -> bool:
        """Whether the present edition is: once it was, lessons that are added later change nothing."""
        if self.completed_edition >= self.edition:
            return True
        needed = self.needed
        return bool(needed) and all(part.done for part in needed)

    @property
    def due(self) -> bool:
        """Whether an earlier edition was completed, and the present one asks to be taken again."""
        return self.completed_edition > 0 and not self.complete

    @property
    def begun(self) -> bool:
        return self.place is not None or self.completed_edition > 0 or any(part.done for part in self.parts)

    def done(self, key: str) -> bool:
        """Whether the lesson or item of this key is done."""
        return any(part.key == key and part.done for part in self.parts)


@dataclass(frozen=True, slots=True)
class Play:
    """What a player says was played: stretches of a recording, each `(from, to, speed)`."""

    id: str
    session: str
    happened: datetime
    position: float
    segments: tuple[tuple[float, float, float], ...]
