"""Notes that learners keep for themselves, and the places that they are about."""

from dataclasses import dataclass

#: Signs of a note, and notes of a learner.
LONGEST, MOST = 20_000, 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that one may keep: a page, a heading on it, or a second of its recording."""

    page: str
    """The address of the page alone."""
    title: str
    detail: str = ""
    """The heading's words; nothing for the whole page, or a second."""
    anchor: str = ""
    second: int | None = None

    @property
    def address(self) -> str:
        """Where it is, as a link."""
        if self.second is not None:
            return f"{self.page}?t={self.second}"
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


class TooMany(Exception):
    """A learner keeps as many notes as one may."""
