"""How certificates look, as authors say it: read, tried before it is published, and kept from harming anybody."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from lms.certificates.drawing.looks import attempt, check, look
from lms.certificates.drawing.paper import draw
from lms.certificates.drawing.signs import FONTS, spans, uncovered
from lms.certificates.models.look import Paper
from lms.config import Settings
from lms.credit.models import CreditFile, Look, Signatory
from lms.library.reader import Options, ground
from lms.library.shelf import current
from lms.publishing import publish
from lms.text.folder import Folder
from lms.text.problems import Problem
from tests.certificates.drawn import LOGO, plain
from tests.certificates.test_paper import text_of
from tests.conftest import NOW

OWN = '#import "parts.typ": *\n#show: certificate\n= Our own\n#data.name\n#code(3cm)\n'


@pytest.fixture
def found(folder: Callable[..., Path]) -> Callable[..., list[Problem]]:
    """What is said of a certificate/ folder of the given files."""

    def said(files: dict[str, str | bytes], credit: CreditFile | None = None, data: Path | None = None):
        root = folder({"site.yaml": "title: Test\n", **{f"certificate/{name}": held for name, held in files.items()}})
        made = ground(Folder.scan(root), Options(data=data))
        made.credit = credit or CreditFile()
        return check(made)

    return said


def test_a_look_is_made_of_credit_yaml_and_the_folder_beside_it():
    said = Look(
        logo="img/logo.svg",
        signatories=(Signatory(name="Rosa Quispe", role="Director", image="certificate/rosa.png"),),
        wording={"en": {"heading": "Well done"}},
    )
    files = {"img/logo.svg": LOGO, "certificate/rosa.png": b"png", "certificate/certificate.typ": OWN.encode()}
    files |= {"certificate/fonts/a.ttf": b"font", "img/other.png": b"other"}
    made = look(CreditFile(certificate=said), "#123456", files, files.__getitem__)
    assert made.template == OWN
    assert set(made.files) == {"content/img/logo.svg", "rosa.png", "fonts/a.ttf"}
    assert (made.logo, made.signatories[0].image) == ("content/img/logo.svg", "rosa.png")
    assert set(made.fonts) == {"fonts/a.ttf"}
    assert made.accent == "#123456"
    assert made.wording["en"]["heading"] == "Well done"


def test_a_folder_that_says_nothing_has_the_built_in_look(found):
    assert found({}) == []
    assert look(CreditFile(), "#0a6a68", (), bytes) == Paper()


def test_a_template_that_can_be_drawn_has_no_problem(found):
    assert found({"certificate.typ": OWN, "crest.svg": LOGO}) == []


@pytest.mark.parametrize(
    ("template", "line", "what"),
    [
        ("#let x = (1\n", 1, "unclosed delimiter"),
        ('#set document(title: "x")\n\n#image("crest.png", alt: "x")', 3, "file not found"),
        ('#set document(title: "x")\n#image("qr.svg")', 2, "missing alt text"),
        ("#lorem(5)", 1, "missing document title"),
        (OWN + "#let deep(n) = deep(n + 1)\n#deep(1)", 6, "maximum function call depth exceeded"),
        (OWN + "#seal(3)", 6, "expected"),
        (OWN + '#import ("@pre" + "view/cetz:0.3.0"): *', 6, "failed to download package"),
        (OWN + '#read("../site.yaml")', 6, ""),
    ],
)
def test_a_template_that_cannot_be_drawn_is_a_problem_with_its_line(found, template, line, what):
    (problem,) = found({"certificate.typ": template})
    assert (problem.path, problem.severity, problem.rule) == ("certificate/certificate.typ", "error", "certificate")
    assert problem.line == line
    assert what in problem.what
    assert "/tmp" not in problem.what
    assert problem.mend


def test_a_fault_in_another_file_is_told_there(found):
    files = {
        "certificate.typ": OWN + '#import "more/border.typ": border\n#border',
        "more/border.typ": "\n\n#let border = 1 + true",
    }
    (problem,) = found(files)
    assert (problem.path, problem.line) == ("certificate/more/border.typ", 3)


def test_a_package_from_the_net_is_refused_before_it_is_looked_for(found):
    (problem,) = found({"certificate.typ": OWN + '#import "@preview/cetz:0.3.0": canvas\n'})
    assert (problem.rule, problem.line) == ("certificate-package", 6)


def test_a_template_without_end_is_ended():
    endless = Paper(template="#for a in range(1000000) { for b in range(1000000) { let c = a * b } }")
    assert attempt(endless, patience=4)["message"] == "drawing it takes more than 4 seconds"


def test_a_certificate_of_two_pages_is_a_warning(found):
    (problem,) = found({"certificate.typ": OWN + "#pagebreak()\nmore"})
    assert (problem.rule, problem.severity) == ("certificate-pages", "warning")


def test_names_of_words_and_files_are_looked_at(found):
    credit = CreditFile(certificate=Look(wording={"en": {"headings": "Well done"}}))
    (problem,) = found({}, credit)
    assert (problem.path, problem.severity) == ("credit.yaml", "warning")
    assert "`heading`" in problem.mend
    assert [problem.rule for problem in found({"data.json": "{}"})] == ["reserved"]


def test_what_is_no_font_is_a_problem(found):
    assert [problem.rule for problem in found({"data.json": "{}", "fonts/a.ttf": b"no font"})] == [
        "reserved",
        "broken-font",
    ]


def test_a_look_that_was_drawn_is_not_drawn_again(found, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    assert found({"certificate.typ": OWN}, data=data) == []
    stamp = (data / "specimen.json").stat().st_mtime_ns
    assert found({"certificate.typ": OWN}, data=data) == []
    assert (data / "specimen.json").stat().st_mtime_ns == stamp
    assert found({"certificate.typ": OWN + "#1x"}, data=data)[0].line == 6


def test_a_template_that_breaks_leaves_what_is_published(cast, tmp_path):
    settings = Settings(content=cast, data=tmp_path / "data", jobs=1)
    (cast / "certificate").mkdir()
    (cast / "certificate/certificate.typ").write_text(OWN)
    before = publish(settings, NOW, encode=False)
    assert before.release is not None and not before.refused
    (cast / "certificate/certificate.typ").write_text(OWN + "#(")
    after = publish(settings, NOW, encode=False)
    assert after.refused
    assert after.release == before.release == current(tmp_path / "data")


def font_of(sign: str) -> bytes:
    """A font that has one sign: a box, which is as good as any drawing."""
    made, pen, out = FontBuilder(1000, isTTF=True), TTGlyphPen(None), BytesIO()
    pen.moveTo((100, 0))
    for corner in ((100, 700), (600, 700), (600, 0)):
        pen.lineTo(corner)
    pen.closePath()
    glyphs = dict.fromkeys((".notdef", "own"), pen.glyph())
    made.setupGlyphOrder(list(glyphs))
    made.setupCharacterMap({ord(sign): "own"})
    made.setupGlyf(glyphs)
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (700, 100)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupHead(unitsPerEm=1000)
    made.setupNameTable({"familyName": "Own", "styleName": "Regular", "fullName": "Own", "psName": "Own"})
    made.setupOS2()
    made.setupPost()
    made.save(out)
    return out.getvalue()


def test_a_font_of_a_programme_covers_what_ours_lack():
    name = "\U00016800"  # Bamum Supplement
    assert uncovered(name, Paper()) == [name]
    own = Paper(files={"fonts/own.ttf": font_of(name)})
    assert uncovered(name, own) == []
    assert name in text_of(draw(plain(), name, own))


def test_what_fonts_have_is_read_as_a_library_reads_it():
    for path in sorted(FONTS.glob("*.[ot]tf")):
        ours = {sign for first, last in spans(path.read_bytes()) for sign in range(first, last + 1)}
        assert ours == set(TTFont(path).getBestCmap()), path.name


def test_fonts_come_with_their_licences():
    licences = "".join(path.read_text() for path in FONTS.glob("*.txt"))
    for word in ("SIL OPEN FONT LICENSE Version 1.1", "Apache License", "Georg Duffner", "Google", "Adobe"):
        assert word in licences
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 7_500_000
