"""`python -m lms.certificates.drawing.trying`: draw specimens of a look, in a process that may be ended at any time."""

import json
import pickle
import resource
import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import typst

from lms.certificates.drawing.paper import press, sources
from lms.certificates.models.look import Paper
from lms.certificates.models.paper import Signature, Snapshot

#: Bytes of memory, and seconds of work, that all specimens may take. Those of the built-in template take two.
_MEMORY, _WORK = 4 << 30, 30
_MOMENT = datetime(2026, 3, 4, 12, tzinfo=UTC)
_LONG = "María de los Ángeles Quispe Huamán Ñahui · 王小明 · فاطمة الزهراء · #panic() *x* $ @a <b> \\ "


def specimens(look: Paper) -> list[tuple[Snapshot, str]]:
    """Certificates that say little, and some that say all they can, at length, in every language of the words."""
    signed = tuple(Signature(name=one.name, role=one.role) for one in look.signatories)
    plain = {
        "id": "0123456789ABCDEFGHJKM0",
        "holder": "0" * 64,
        "activity": "/modules/specimen",
        "title": "Measuring blood pressure",
        "lang": "en",
        "medium": "reading",
        "edition": 1,
        "revision": "specimen",
        "organisation": "A programme",
        "issuer": "https://learn.example.org",
        "system": "plain",
        "system_name": "Hours of learning",
        "unit": "hour",
        "units": "hours",
        "offered": Decimal("0.5"),
        "claimed": Decimal("0.5"),
        "signatures": signed,
        "completed": _MOMENT,
        "issued": _MOMENT,
        "log_size": 12,
        "log_root": "0" * 64,
    }
    full = plain | {
        "title": (_LONG * 3)[:200],
        "medium": "course",
        "system": "AMA",
        "system_name": "AMA PRA Category 1 Credit™",
        "unit": "credit",
        "units": "credits",
        "claimed": Decimal("0.25"),
        "provider": "A school of medicine",
        "provider_number": "0001",
        "provider_address": "1 Bridge Road",
        "statement": "This is what a credit system wants to have said. " * 6,
        "faculty": ("Rosa Quispe, MD", "Samuel Achebe, RN", "Ingrid Solheim, PharmD"),
        "expires": date(2029, 3, 4),
        "supersedes": "0123456789ABCDEFGHJKM0",
        "sample": True,
    }
    langs = list(dict.fromkeys(["en", "es", *look.wording]))
    said = [(Snapshot(**plain), "Ana Díaz"), (Snapshot(**plain | {"kind": "teaching", "medium": "teaching"}), "فاطمة")]
    return said + [(Snapshot(**full | {"lang": lang}), (_LONG * 3)[:200]) for lang in langs[:8]]


def packed(look: Paper) -> bytes:
    """A look as this process is handed it."""
    return pickle.dumps(look)


def main() -> None:
    """Say as JSON how many pages the longest specimen has, or what typst said of the first that cannot be drawn."""
    look = pickle.load(sys.stdin.buffer)
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _WORK)):
        with suppress(ValueError, OSError):  # not every system lets one say so
            resource.setrlimit(what, (most, most))
    try:
        pages = max(_pages(look, snapshot, name) for snapshot, name in specimens(look))
        print(json.dumps({"pages": pages}))
    except typst.TypstError as fault:
        print(json.dumps({"message": fault.message, "diagnostic": fault.diagnostic, "hints": list(fault.hints)}))


def _pages(look: Paper, snapshot: Snapshot, name: str) -> int:
    files = sources(snapshot, name, look)
    press(look).print(files, "pdf", snapshot.issued)
    return len(press(look).print(files, "png", snapshot.issued, sharp=9))


if __name__ == "__main__":
    main()
