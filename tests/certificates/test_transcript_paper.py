"""Transcripts on paper, whatever a programme's logo is like and however little there is to tell."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from lms.certificates.drawing.transcripts import draw
from lms.certificates.models.look import Paper
from lms.certificates.models.sheet import Row, Sheet, Sum
from tests.conftest import NOW

ROW = Row(
    day="21 Nov 2026",
    title="Stroke in the clinic",
    lang="en",
    detail="Webinar",
    amount="0.5",
    units="hours of learning",
    state="",
    counts=True,
    address="https://hillside.example/v/0123456789ABCDEFGHJKMN",
)
SHEET = Sheet(
    lang="en",
    right_to_left=False,
    organisation="Hillside Hospital",
    heading="Transcript of credit",
    name="Rosa Quispe",
    period="All years",
    made="Made on 21 November 2026 at hillside.example",
    sums=(Sum("0.5", "hours of learning", ""),),
    systems=("hours of learning",),
    years=(("2026", "0.5"),),
    rows=(ROW,),
    notes=("Whoever opens the address sees it.",),
    sample="",
    page="Page {number} of {total}",
    certificates="Certificates",
    columns=("Completed", "Title", "Credit"),
    year="Year",
    sum="Earned",
)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'


def said(made: bytes) -> str:
    pages = PdfReader(io.BytesIO(made)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET,
        replace(SHEET, rows=(), sums=(Sum("0", "credits", ""),), systems=(), years=()),
        replace(SHEET, years=(("2026", "0.5"), ("2025", "–")), sample="Sample"),
        replace(
            SHEET, sums=SHEET.sums * 7, systems=SHEET.systems * 7, years=(("2026", *"1234567"), ("2025", *"1234567"))
        ),
        replace(SHEET, rows=(replace(ROW, title="W" * 300, detail="D " * 200, counts=False, state="revoked"),) * 40),
        replace(SHEET, name="Ñ" * 200, organisation="O " * 100, lang="ar", right_to_left=True),
    ],
)
def test_a_sheet_is_drawn_however_much_or_little_it_says(sheet):
    assert sheet.name[:3] in said(draw(sheet, Paper(), NOW))


def test_the_same_sheet_gives_the_same_bytes():
    assert draw(SHEET, Paper(), NOW) == draw(SHEET, Paper(), NOW)


def test_the_logo_of_the_programme_stands_on_it_and_a_broken_one_keeps_nobody_from_their_transcript():
    plain = draw(SHEET, Paper(), NOW)
    with_logo = draw(SHEET, Paper(files={"logo.svg": LOGO}, logo="logo.svg"), NOW)
    broken = draw(SHEET, Paper(files={"logo.svg": b"<svg"}, logo="logo.svg"), NOW)
    assert said(plain) == said(with_logo) == said(broken)
    assert with_logo != plain == broken
