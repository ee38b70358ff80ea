"""The content folder on disk: the one door through which its files are read."""

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from lms.text.problems import Problem, error, nearest, warning
from lms.text.source import LARGEST, decode, too_large

#: Folders of tools, never of content.
_NOT_CONTENT = {"node_modules", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Stat:
    """What tells that a file has not changed, without reading it."""

    size: int
    mtime_ns: int


@dataclass
class Folder:
    """A content folder as it stood when it was scanned. Paths are `/`-separated, from its root.

    `known` may carry digests of an earlier scan: they are reused for files whose size and time are the same.
    """

    root: Path
    apart: Path | None = None
    files: dict[str, Stat] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    known: dict[str, tuple[Stat, str]] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _folded: dict[str, str] = field(default_factory=dict)
    _lasts: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def scan(cls, root: Path, apart: Path | None = None) -> "Folder":
        """The folder's files, without hidden ones (`.x`, `_x`), and without what a symlink brings from outside.

        Nor is anything of the folder `apart` content, which may stand inside: it is where releases are written.
        """
        folder = cls(root.resolve(), apart=apart.resolve() if apart else None)
        _scan(folder, "")
        return folder

    def locate(self, path: str) -> Path:
        return self.root / path

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def text(self, path: str) -> tuple[str, list[Problem]]:
        """The text of the file, and what is wrong with it as text; a file too large is not read at all."""
        size = self.files[path].size
        return too_large(size, path) if size > LARGEST else decode(self.read(path), path)

    def sha256(self, path: str) -> str:
        """The digest of the file's bytes, in hex."""
        stat = self.files[path]
        if path not in self.known or self.known[path][0] != stat:
            with self.locate(path).open("rb") as opened:
                digest = sha256()
                while block := opened.read(1 << 20):
                    digest.update(block)
            self.known[path] = stat, digest.hexdigest()
        return self.known[path][1]

    def inside(self, path: str) -> list[str]:
        """Names of the files directly in the folder `path`, in order."""
        if not self._names:
            for name in sorted(self.files):
                above, _, last = name.rpartition("/")
                self._names.setdefault(above, []).append(last)
        return self._names.get(path, [])

    def find(self, base: str, target: str) -> str | None:
        """The path that `target`, written in the file `base`, leads to: a file or folder of this one, or None.

        Percent signs are decoded; a target that leaves the folder is None.
        """
        joined = resolve(base, target)
        return joined if joined is not None and (joined in self.files or joined in self.folders) else None

    def _by_fold(self) -> dict[str, str]:
        if not self._folded:
            self._folded.update((name.casefold(), name) for name in self.files)
        return self._folded

    def _same_name(self, last: str) -> list[str]:
        if not self._lasts:
            for name in self.files:
                self._lasts.setdefault(name.rpartition("/")[2].casefold(), []).append(name)
        return self._lasts.get(last.casefold(), [])[:20]

    def missing(self, base: str, line: int, target: str, what: str = "file") -> Problem:
        """The problem that `target`, written in `base`, leads nowhere, with the mend that is nearest."""
        joined = resolve(base, target)
        if joined is None:
            return error(base, line, "outside", f"`{target}` leads out of the content folder", "keep it inside")
        found = self._by_fold().get(joined.casefold())
        if found is not None:
            mend = f"write `{relative(base, found)}`: capital letters count"
            return error(base, line, "wrong-case", f"`{target}` differs from the {what}'s name by case", mend)
        # Guessing among thousands of names takes long: only those beside it, and those of the same name, are looked at.
        above, _, last = joined.rpartition("/")
        beside = [f"{above}/{name}" for name in self.inside(above) if _ending(name) == _ending(last)][:200]
        near = nearest(joined, [*beside, *self._same_name(last)], 0.8)
        mend = f"did you mean `{relative(base, near)}`?" if near else "add the file, or mend the path"
        return error(base, line, f"missing-{what}", f"there is no {what} `{target}`", mend)


def resolve(base: str, target: str) -> str | None:
    """The path from the content folder that `target`, written in the file `base`, means; None when it leaves it."""
    target = unquote(target.split("#", 1)[0].split("?", 1)[0])
    if "\0" in target or "\\" in target:
        return None
    parts = [] if target.startswith("/") else list(PurePosixPath(base).parent.parts)
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def relative(base: str, path: str) -> str:
    """`path` as one writes it in a link in the file `base`."""
    return Path(os.path.relpath(path, PurePosixPath(base).parent)).as_posix()


def _ending(path: str) -> str:
    return path.rpartition(".")[2]


def _scan(folder: Folder, at: str) -> None:
    with os.scandir(folder.root / at) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    names: dict[str, str] = {}
    for entry in found:
        if entry.name.startswith((".", "_")) or entry.name in _NOT_CONTENT:
            continue
        if folder.apart is not None and Path(entry.path) == folder.apart:
            continue
        path = f"{at}/{entry.name}" if at else entry.name
        if not _fit(folder, path, entry, names):
            continue
        if entry.is_dir():
            folder.folders.add(path)
            _scan(folder, path)
        elif entry.is_file():
            stat = entry.stat()
            folder.files[path] = Stat(stat.st_size, stat.st_mtime_ns)
        else:
            # Never opened: who reads a pipe waits for ever.
            what = "this is a pipe, a socket or a device, and nothing of it is read"
            folder.problems.append(warning(path, 1, "no-file", what, "delete it, or put a file here"))


def _fit(folder: Folder, path: str, entry: os.DirEntry[str], names: dict[str, str]) -> bool:
    """Whether an entry may be content; the problem is noted when it may not."""
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        shown = path.encode(errors="replace").decode()
        folder.problems.append(error(shown, 1, "name", "the name is not UTF-8", "rename the file"))
        return False
    if any(ord(sign) < 32 or sign == "\\" for sign in entry.name):
        folder.problems.append(
            error(path, 1, "name", "the name holds a control sign or a backslash", "rename the file")
        )
        return False
    if entry.is_symlink():
        target = Path(os.path.realpath(entry.path))
        if not target.is_relative_to(folder.root):
            what = "this symlink leads out of the content folder"
            folder.problems.append(error(path, 1, "symlink", what, "put the file itself here"))
            return False
        hidden = any(part.startswith(".") for part in target.relative_to(folder.root).parts)
        if hidden or (folder.apart is not None and target.is_relative_to(folder.apart)):
            what = "this symlink leads to a hidden file, which is not content"
            folder.problems.append(error(path, 1, "symlink", what, "put the file itself here"))
            return False
        if not target.exists():
            folder.problems.append(error(path, 1, "symlink", "this symlink leads nowhere", "delete it"))
            return False
        if target.is_dir():
            # A folder linked twice would be read twice, or for ever.
            folder.problems.append(
                warning(path, 1, "symlink", "a symlink to a folder is not followed", "move the folder")
            )
            return False
    twin = names.setdefault(entry.name.casefold(), path)
    if twin != path:
        what = f"`{entry.name}` and `{twin.rpartition('/')[2]}` differ by case alone"
        folder.problems.append(error(path, 1, "wrong-case", what, "rename one: they are one file on many machines"))
    return True
