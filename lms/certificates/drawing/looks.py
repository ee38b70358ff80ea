"""What a content folder or a release says of the look of certificates, tried before it is published."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import typst

import lms
from lms.certificates.drawing import trying, wording
from lms.certificates.drawing.paper import TAKEN, built_in
from lms.certificates.drawing.signs import spans
from lms.certificates.models.look import Paper, Signed
from lms.credit.models import CreditFile
from lms.library.reader import Ground
from lms.library.release import Release
from lms.text.folder import Folder
from lms.text.frontmatter import Front
from lms.text.problems import Problem, did_you_mean, error, warning

#: The folder of the template and what it needs.
HOME = "certificate/"
#: All files of a look together may have so many bytes: a drawing has them all in memory.
LARGEST = 24_000_000
#: Seconds in which all specimens must be drawn, on a machine that has much else to do; see `trying` for their work.
PATIENCE = 120
_TEMPLATE = f"{HOME}certificate.typ"
_PACKAGE = re.compile(r'"@[a-z][\w-]*/[^"\n]*"')
_SPOT = re.compile(r"┌─ (.+?):(\d+):\d+\n")
#: Where typst looked for a file: a folder that is gone by now.
_SOUGHT = re.compile(r" \(searched at [^)]*\)")


def look_of(release: Release) -> Paper:
    """How the certificates of a release look."""
    return _look_of(release)


@lru_cache(maxsize=2)
def _look_of(release: Release) -> Paper:
    def read(path: str) -> bytes:
        return release.file(path) or b""

    return look(release.credit(), release.site.theme.accent, release.files(), read)


def look(credit: CreditFile, accent: str, paths: Iterable[str], read: Callable[[str], bytes]) -> Paper:
    """The look that credit.yaml and the files of certificate/ make; `accent` is the site's.

    Of `paths` are taken those of certificate/, which the template knows by their names there, and the pictures that
    credit.yaml names.
    """
    said = credit.certificate
    named = {said.logo, *(one.image for one in said.signatories)}
    files = {_name(path): read(path) for path in sorted(paths) if path.startswith(HOME) or path in named}
    template = files.pop(_name(_TEMPLATE), None)
    signatories = (Signed(name=one.name, role=one.role or "", image=_name(one.image or "")) for one in said.signatories)
    return Paper(
        template=None if template is None else template.decode(errors="replace"),
        files=files,
        logo=_name(said.logo or ""),
        signatories=tuple(signatories),
        accent=said.accent or accent,
        wording=said.wording,
    )


def check(ground: Ground) -> list[Problem]:
    """What is wrong with the look of certificates: specimens of it are drawn, unless they were drawn before.

    A folder that says nothing of it costs nothing. Where releases are written, it is remembered there what was drawn.
    """
    folder, credit = ground.folder, ground.credit
    found = [*_words(credit, ground.credit_front), *_files(folder)]
    if any(problem.severity == "error" for problem in found):
        return found
    made = look(credit, ground.site.theme.accent, folder.files, folder.read)
    if made == Paper(accent=made.accent):
        return found
    kept = ground.options.data / "specimen.json" if ground.options.data else None
    key = sha256(f"{lms.__version__} {typst.__version__} {made.digest} {_built_in()}".encode()).hexdigest()
    pages = _remembered(kept, key)
    if pages is None:
        tried = attempt(made)
        if "pages" not in tried:
            return [*found, _told(tried, folder)]
        pages = tried["pages"]
        _remember(kept, key, pages)
    if pages > 1:
        what, mend = f"a certificate has {pages} pages", "set it so that long names and titles fit on one"
        found.append(warning(_TEMPLATE, 1, "certificate-pages", what, mend))
    return found


def attempt(look: Paper, patience: float = PATIENCE) -> dict[str, Any]:
    """Draw specimens in a process of their own, which is ended when it takes too long, or too much memory.

    Returns `{"pages": …}`, how many pages the longest has, or what typst said: `message`, `diagnostic`, `hints`.
    """
    # Nothing leads out: whoever downloads a package asks this proxy, where nobody answers.
    apart = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    environment = {**os.environ, **apart, **{name.lower(): value for name, value in apart.items()}}
    environment["PYTHONPATH"] = str(Path(lms.__file__).parent.parent)
    command = [sys.executable, "-m", trying.__name__]
    try:
        ended = subprocess.run(
            command, input=trying.packed(look), capture_output=True, timeout=patience, env=environment, check=False
        )
        return dict(json.loads(ended.stdout))
    except subprocess.TimeoutExpired:
        return {"message": f"drawing it takes more than {patience:g} seconds", "diagnostic": "", "hints": []}
    except ValueError:
        return {"message": "drawing it takes too much work or memory", "diagnostic": "", "hints": []}


def _name(path: str) -> str:
    """The name by which the template knows a file."""
    return path.removeprefix(HOME) if path.startswith(HOME) else f"content/{path}" if path else ""


def _words(credit: CreditFile, front: Front) -> Iterator[Problem]:
    for lang, words in credit.certificate.wording.items():
        for name in words:
            if name not in wording.NAMES:
                mend = did_you_mean(name, wording.NAMES, f"the words are {', '.join(wording.NAMES)}")
                what = f"certificates have no words named `{name}`"
                yield warning("credit.yaml", front.line("certificate", "wording", lang, name), "unused", what, mend)


def _files(folder: Folder) -> Iterator[Problem]:
    """Files that cannot be taken as they are."""
    paths = [path for path in folder.files if path.startswith(HOME)]
    total = sum(folder.files[path].size for path in paths)
    if total > LARGEST:
        largest = max(paths, key=lambda path: folder.files[path].size)
        what = f"the files of {HOME} have {total / 1e6:.0f} MB together; {LARGEST // 1_000_000} are the most"
        yield error(largest, 1, "too-large", what, "make the largest smaller: this one")
        return
    for path in paths:
        if path.removeprefix(HOME) in TAKEN:
            yield error(path, 1, "reserved", "Spoke itself gives templates a file of this name", "rename the file")
        elif path.lower().endswith((".ttf", ".otf", ".ttc")):
            try:
                spans(folder.read(path))
            except ValueError as fault:
                yield error(path, 1, "broken-font", f"this cannot be read: {fault}", "save the font again")
        elif path.endswith(".typ"):
            text, problems = folder.text(path)
            yield from problems
            for number, line in enumerate(text.split("\n"), 1):
                if not line.lstrip().startswith("//") and (package := _PACKAGE.search(line)):
                    what = f"{package[0]} is a package from the net, which certificates are drawn without"
                    yield error(
                        path, number, "certificate-package", what, f"copy its files into {HOME}, and import those"
                    )


def _told(tried: dict[str, Any], folder: Folder) -> Problem:
    """What typst said, as a problem in the file and line that it is about."""
    path, line = _TEMPLATE if _TEMPLATE in folder.files else "credit.yaml", 1
    names = {path.removeprefix(HOME): path for path in folder.files if path.startswith(HOME)}
    for place, number in _SPOT.findall(tried["diagnostic"]):
        # Paths are told from wherever the root stands; ours end one of them.
        meant = [name for name in names if place == name or place.endswith(f"/{name}")]
        if meant:
            path, line = names[max(meant, key=len)], int(number)
            break
    mend = "; ".join(tried["hints"]) or "mend it there; docs/authoring.md says what a template is given"
    what = f"certificates cannot be drawn: {_SOUGHT.sub('', tried['message'])}"
    return error(path, line, "certificate", what, mend)


@lru_cache(maxsize=1)
def _built_in() -> str:
    return sha256(b"".join(text for _, text in sorted(built_in().items()))).hexdigest()


def _remembered(kept: Path | None, key: str) -> int | None:
    """How many pages the specimens had, when the same look was drawn before."""
    try:
        said = json.loads(kept.read_text(encoding="utf-8")) if kept else {}
    except (OSError, ValueError):
        return None
    return said["pages"] if said.get("key") == key else None


def _remember(kept: Path | None, key: str, pages: int) -> None:
    if kept is not None:
        fresh = kept.with_name(f".{kept.name}")
        fresh.write_text(json.dumps({"key": key, "pages": pages}), encoding="utf-8")
        fresh.replace(kept)
