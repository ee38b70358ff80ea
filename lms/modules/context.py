"""What every reader is given, and what every reader gives back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from lms.media.models import Asset
from lms.modules.models import Picture
from lms.text.folder import Folder
from lms.text.problems import Problem
from lms.text.values import Value


class Reference(Value):
    """Something that a file names and that is checked when the whole folder has been read.

    `target` is a key of people.yaml, a path from the content folder, a path with `#` and an anchor, or the ISO day
    that a review is due. An item must be something that a course may hold; an activity may be a course as well. Of an
    activity with credit, `credit` notes the line of each of its keys.
    """

    kind: Literal["person", "content", "item", "activity", "anchor", "review", "credit"]
    target: str
    path: str
    line: int


@dataclass
class Notes:
    """What a reader met besides the value it read."""

    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    draft_assets: list[Asset] = field(default_factory=list)
    """Files that only drafts inside a unit use."""
    drafts: list[str] = field(default_factory=list)
    """Paths of the files that are drafts, or belong to one, whether or not anything could be made of them."""
    uses: dict[str, str] = field(default_factory=dict)
    """Digest of everything outside the file itself that the reading depends on, by its path."""

    weight: int = 0
    """Bytes of the pictures shown, as a phone downloads them."""
    pending: int = 0
    """How many recordings still want lighter renditions."""

    def of_draft(self) -> "Notes":
        """The same notes, when they are those of a draft."""
        return replace(self, assets=[], draft_assets=[*self.draft_assets, *self.assets])

    def take(self, other: "Notes") -> None:
        self.problems += other.problems
        self.references += other.references
        self.assets += other.assets
        self.draft_assets += other.draft_assets
        self.drafts += other.drafts
        self.uses |= other.uses
        self.weight += other.weight
        self.pending += other.pending


@dataclass
class Found(Notes):
    """A unit of content as it was read: one module, webinar, show, course, page, …; None when it can't be had."""

    value: Value | None = None
    anchors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The anchors that other files may link to, by file."""
    bodies: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Of what is kept apart: key, JSON of what was rendered, JSON of its reading; by address. Empty when unchanged."""
    renders: int = 0
    """How many bodies were rendered anew."""


#: Makes a picture of the content folder ready: the picture without its words, its assets, and what is wrong with it.
Pictured = tuple[Picture | None, list[Asset], list[Problem]]


@dataclass(frozen=True)
class Context:
    """What a reader knows besides its own files. Nothing of it changes while a folder is read."""

    folder: Folder
    lang: str = "en"
    """The site's language of content."""
    organisation: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """The page that each file or folder of the content folder becomes."""
    meant: Callable[[str], str | None] = lambda target: None
    """The path that `modules/measuring-bp`, as front matter writes it, means."""
    abbreviations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each abbreviation of the glossary stands for, by language."""
    picture: Callable[[Folder, str, str], Pictured] | None = None
    """Picture at a path, with its alternative text."""
    file: Callable[[Folder, str], Asset] | None = None
    """The asset that a file to take away becomes."""
    remembered: Callable[[str, str], tuple[str, str] | None] = lambda url, key: None
    """JSON of what was rendered at an address and of its reading, when its key is the same."""
    identity: str = ""
    """Digest of all that goes into every rendering: version, glossary, settings."""
    store: Path | None = None
    """Where the files of pages go; None when nothing is to be written."""
    feeds: Path | None = None
    """Where copies of outside feeds are kept; None when nothing is to be written."""
    feed_hosts: tuple[str, ...] = ()
    url: str = ""
    """The site's own address, that those who are asked for feeds are told."""
    fetch: bool = False
    encode: bool = True
    """Whether recordings may be encoded now, which takes minutes; otherwise those that never were stay as they are."""

    def page(self, path: str, anchor: str = "") -> str:
        """The address that a link to a file, or to an anchor in it, becomes.

        In a module of one file an anchor is a lesson's, or stands in one: its page knows which.
        """
        url = self.addresses[path]
        if anchor and one_file(path):
            return f"{url}/{anchor}"
        return f"{url}#{anchor}" if anchor else url

    def digest(self, path: str) -> str:
        """What tells that the thing at `path` is still as it was when another file was rendered with it."""
        if path in self.addresses:
            return self.addresses[path]
        return self.folder.sha256(path) if path in self.folder.files else ""

    def has(self, assets: Iterable[Asset]) -> bool:
        """Whether the store still has all of these files, so that what uses them need not be read again."""
        store = self.store
        return store is None or all((store / asset.url.removeprefix("/media/")).exists() for asset in assets)


def one_file(path: str) -> bool:
    """Whether a file is a whole module."""
    return path.startswith("modules/") and path.count("/") == 1 and path.endswith(".md")
