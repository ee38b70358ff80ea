"""Certificates on paper, beside bare typst on the very same page."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import typst

from lms.certificates.drawing.paper import draw, preview, sources
from lms.certificates.drawing.signs import FONTS
from lms.certificates.models.look import Paper
from lms.certificates.models.paper import Snapshot
from lms.certificates.rules import ids

#: Certificates that are drawn of each kind.
DRAWN = 40

Row = Callable[..., None]


def printing(row: Row) -> None:
    """The rows of the table."""
    look, moment = Paper(), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    snapshot = Snapshot(
        id="7Q4M9ZK2T8WXC3V5NJ6RGH",
        holder="0" * 64,
        activity="/courses/hypertension",
        title="Blood pressure you can act on",
        lang="en",
        medium="course",
        edition=1,
        revision="bench",
        organisation="Alto Río Regional Hospital",
        issuer="https://learn.example.org",
        system="AMA",
        system_name="AMA PRA Category 1 Credit™",
        unit="AMA PRA Category 1 Credit™",
        units="AMA PRA Category 1 Credits™",
        offered=Decimal("1.50"),
        claimed=Decimal("1.25"),
        provider="Alto Río School of Medicine",
        provider_number="0001234",
        statement="Alto Río School of Medicine designates this enduring material for a maximum of 1.50 credits.",
        faculty=("Rosa Quispe, MD", "Samuel Achebe, RN, MPH"),
        completed=moment,
        issued=moment,
        expires=date(2029, 11, 3),
        log_size=1234,
        log_root="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
    draw(snapshot, "Warm-up", look)
    ours, theirs, pictures = [], [], []
    for number in range(DRAWN):
        # In turn, and each with a name and an id of its own: typst and we remember what was drawn before.
        snapshot = snapshot.model_copy(update={"id": ids.fresh()})
        name = f"Ana Lucía Mendoza {number:03}"
        ours.append(_timed(lambda one=snapshot, name=name: draw(one, name, look)))
        pictures.append(_timed(lambda one=snapshot, name=name: preview(one, name, look)))
        files = sources(snapshot, f"Ana Lucía Quispe {number:03}", look)
        theirs.append(_timed(lambda files=files: _bare(files, moment)))
    bare = statistics.median(theirs) * 1000
    row("a certificate's PDF, ms", statistics.median(ours) * 1000, bare, 2, "bare typst on the same page")
    row("a certificate's picture, ms", statistics.median(pictures) * 1000, bare, None, "bare typst's PDF of it")


def _bare(files: dict[str, bytes], moment: datetime) -> None:
    typst.compile(
        files,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(moment.timestamp()),
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
