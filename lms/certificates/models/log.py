"""What is said of the transparency log: checkpoints that somebody kept, and what an audit finds."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from lms.text.values import Value


class Kept(Value):
    """A checkpoint that somebody outside kept."""

    name: str
    """Of the file, or as it was typed."""
    size: Annotated[int, Field(ge=0)]
    root: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    origin: str = ""
    said: AwareDatetime | None = None
    """When the server gave it: what was logged later cannot be of an earlier day."""


class Finding(Value):
    """Something that is not as it must be."""

    about: str
    """The certificate, the entry or the checkpoint."""
    what: str


class Audit(Value):
    """What an audit came to."""

    size: int
    root: str
    certificates: int
    changes: int
    findings: tuple[Finding, ...] = ()
    more: int = 0
    """Findings past those that are told."""
    notes: tuple[Finding, ...] = ()
    """What the log itself says openly, and whoever reads it should know."""
    held: tuple[Kept, ...] = ()
    """Checkpoints that the log is consistent with."""

    @property
    def sound(self) -> bool:
        return not self.findings
