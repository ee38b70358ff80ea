"""How certificates look, as a release says it: all that goes into a drawing besides what one certificate says."""

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field

from lms.text.values import Value

#: The one accent where a programme says none.
ACCENT = "#0a6a68"


class Signed(Value):
    """Who signs certificates, and the picture of the signature, if there is one."""

    name: str
    role: str = ""
    image: str = ""
    """A key of `Paper.files`."""


class Paper(BaseModel):
    """A look of certificates: the built-in one, as it is."""

    # Bytes and templates are taken as they are: a blank line at the top of a template counts as a line.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    template: str | None = None
    """The typst text that stands in for the built-in template."""
    files: Mapping[str, bytes] = Field(default={}, repr=False)
    """Files that the template may read, by name: those of certificate/ from there, others from the content folder."""
    logo: str = ""
    """A key of `files`."""
    signatories: tuple[Signed, ...] = ()
    accent: str = ACCENT
    wording: Mapping[str, Mapping[str, str]] = {}
    """Words said otherwise than the built-in ones, by language and name."""

    @property
    def fonts(self) -> dict[str, bytes]:
        """The fonts among the files."""
        return {name: held for name, held in self.files.items() if name.lower().endswith((".ttf", ".otf", ".ttc"))}

    @cached_property
    def digest(self) -> str:
        """The same for the same look, on every machine."""
        digest = sha256(self.model_dump_json(exclude={"files"}).encode())
        for name, held in sorted(self.files.items()):
            digest.update(f"\n{len(held)} {name}\n".encode() + held)
        return digest.hexdigest()
