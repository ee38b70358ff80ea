"""Certificates on paper: read back, looked at, and drawn for people with any name."""

import io
import json
import logging
import re
import unicodedata
from decimal import Decimal

import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from lms.certificates.drawing.paper import Press, draw, preview, sources
from lms.certificates.drawing.signs import plainest, uncovered
from lms.certificates.drawing.wording import NAMES, filled, said, words_of
from lms.certificates.models.look import Paper
from lms.certificates.models.paper import Snapshot
from tests.certificates.drawn import OURS, full, plain

#: A name in each of many scripts, as people there write it.
NAMES_OF_PEOPLE = {
    "Spanish": "José Ángel Núñez Güemes",
    "Quechua": "Ñust'a Quyllur Ch'aska Tupaq Amaru",
    "Arabic": "فاطمة الزهراء بنت محمد",
    "Chinese": "王小明、歐陽靜",
    "rare Chinese": "喆堃頔翀",
    "Japanese": "佐藤 さくら ナオミ",
    "Korean": "김민수",
    "Hindi": "स्वास्थ्य श्रीमती लक्ष्मी",
    "Bengali": "রবীন্দ্রনাথ",
    "Tamil": "மீனாட்சி",
    "Sinhala": "ශ්‍රී ලංකා",
    "Thai": "สมชาย ใจดี",
    "Khmer": "សុខា",
    "Myanmar": "အောင်ဆန်း",
    "Lao": "ສົມສັກ",
    "Tibetan": "བསྟན་འཛིན",
    "Amharic": "አበበ ቢቂላ",
    "Hebrew": "שָׂרָה כֹּהֵן",
    "Urdu": "محمد اقبال ڑے",
    "Russian": "Ольга Ёлкина",
    "Greek": "Ἀλέξανδρος Παπαδόπουλος",
    "Georgian": "ნინო ბერიძე",
    "Armenian": "Արամ Խաչատրյան",
    "Vietnamese": "Nguyễn Thị Ánh Tuyết",
    "Yoruba": "Ọlábísí Adébáyọ̀",
    "Navajo": "Łį́į́ʼ Dinééʼ",
    "Inuktitut": "ᓄᓇᕗᑦ",
    "N'Ko": "ߒߞߏ",
}
HOSTILE = '#panic("x") *bold* _it_ $x^2$ @ref <label> \\ `raw` // no /* c */ #let <b>HTML</b> {title} "q" \'s'


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The words of the first page, with spaces as they come."""
    return " ".join(read(pdf).pages[0].extract_text().split())


def bare(text: str) -> str:
    """A text without spaces and signs that have no shape: lines are broken anywhere in it."""
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFKC", text))


def code_of(png: bytes) -> str:
    return zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))[0].text


def pages(snapshot: Snapshot, name: str, look: Paper) -> int:
    """How many pages there are, whatever a reader of PDF makes of it."""
    press = Press(look.files)
    return len(press.print(sources(snapshot, name, look), "png", snapshot.issued, sharp=9))


# -- What it says -------------------------------------------------------------------------------------------------


def test_every_field_can_be_read_back():
    said = text_of(draw(full(), "Ana Lucía Mendoza", OURS))
    for words in (
        "Hillside Hospital",
        "Certificate of completion",
        "Ana Lucía Mendoza",
        "has completed",
        "Blood pressure you can act on",
        "Course",
        "November 3, 2026",
        "November 22, 2026",
        "Valid until",
        "November 3, 2029",
        "1.25 AMA PRA Category 1 Credits™",
        "of 1.5 offered",
        "designates this enduring material for a maximum of 1.50 credits.",
        "Provider: Hillside School of Medicine · No. 0001234 · Bridge Road 12",
        "Faculty: Rosa Quispe, MD · Samuel Achebe, RN",
        "Director of education",
        "hillside.example/v/",
        "7Q4M-9ZK2-T8WX-C3V5-NJ6R-GH",
        "Public log, 1,234 entries",
        "9f86d081 884c7d65 9a2feaa0 c55ad015",
        "Replaces 0123-4567-89AB-CDEF-GHJK-M0",
    ):
        assert words in said


def test_plain_hours_claim_nothing_of_a_credit_system():
    said = text_of(draw(plain(statement="Designated for 0.5 credits.", provider="Somebody"), "Ana", Paper()))
    assert "0.5 hours of learning" in said
    assert "Designated" not in said
    assert "Somebody" not in said
    assert "offered" not in said


def test_one_hour_is_an_hour():
    one = Decimal("1.00")
    assert "1 hour of learning" in text_of(draw(plain(claimed=one, offered=one), "Ana", Paper()))
    credit = text_of(draw(full(claimed=one, unit="contact hour", units="contact hours"), "Ana", Paper()))
    assert "1 contact hour of 1.5 offered AMA PRA Category 1 Credit™" in credit


def test_words_and_dates_are_in_the_activitys_language():
    said = text_of(draw(plain(lang="es", title="Medir la presión"), "Ana", Paper()))
    assert "Certificado de finalización" in said
    assert "ha completado Medir la presión" in said
    assert "3 de noviembre de 2026" in said
    assert "0.5 horas de aprendizaje" in said


def test_learning_from_teaching_says_so():
    said = text_of(draw(plain(kind="teaching", medium="teaching"), "Ana", Paper()))
    assert "Certificate of learning from teaching" in said
    assert "has completed" not in said


def test_a_sample_says_that_it_is_worth_nothing():
    assert "A sample. It certifies nothing." in text_of(draw(full(sample=True), "Ana", Paper()))
    assert "sample" not in text_of(draw(full(), "Ana", Paper())).lower()


def test_the_code_on_the_page_leads_to_the_verification_page():
    for snapshot in (plain(), full(sample=True)):
        assert code_of(preview(snapshot, "Ana", OURS)) == "https://hillside.example/v/7Q4M9ZK2T8WXC3V5NJ6RGH"


# -- The file -----------------------------------------------------------------------------------------------------


def test_it_is_a_pdf_that_everyone_can_read():
    pdf = read(draw(full(lang="es", title="Medir la presión"), "Ana", OURS))
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.metadata.title == "Certificado de finalización: Medir la presión"
    assert pdf.metadata.author == "Hillside Hospital"
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part>1<|pdfuaid:part=\"1\"", xmp)
    tags = list(_tags(root["/StructTreeRoot"]))
    assert [tag["/S"] for tag in tags].count("/H1") == 1
    alts = {str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"}
    assert alts == {
        "Logotipo de Hillside Hospital",
        "Firma de Rosa Quispe",
        "Código QR de https://hillside.example/v/7Q4M9ZK2T8WXC3V5NJ6RGH",
    }


def test_all_its_fonts_are_in_it():
    page = read(draw(full(), "王小明 فاطمة", OURS)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert len(fonts) > 3
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(inner)


def test_the_same_certificate_has_the_same_bytes():
    snapshot, name = full(), "Ana Lucía Mendoza"
    again = Press(OURS.files).print(sources(snapshot, name, OURS), "pdf", snapshot.issued)
    assert draw(snapshot, name, OURS) == draw(snapshot, name, OURS) == again[0]
    assert draw(snapshot, "Ana", OURS) != again[0]


def _tags(tag):
    """Every element of the structure, in reading order."""
    kids = tag.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        inner = kid.get_object()
        if isinstance(inner, DictionaryObject) and "/S" in inner:
            yield inner
            yield from _tags(inner)


# -- Any name -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", NAMES_OF_PEOPLE)
def test_a_name_in_any_script_is_drawn_without_an_empty_box(language):
    name = NAMES_OF_PEOPLE[language]
    assert uncovered(name, Paper()) == []
    # PDF/UA refuses a font's empty box: that it could be drawn says that there is none.
    assert len(read(draw(plain(title=name), name, Paper())).pages) == 1


@pytest.mark.parametrize("language", ["Spanish", "Quechua", "Chinese", "Russian", "Korean", "Vietnamese"])
def test_a_name_is_in_the_file_as_text(language):
    name = NAMES_OF_PEOPLE[language]
    assert bare(name) in bare(text_of(draw(plain(), name, Paper())))


def test_names_and_titles_are_taken_word_for_word():
    said = text_of(draw(full(title=HOSTILE, organisation=HOSTILE, statement=HOSTILE), HOSTILE, Paper()))
    assert bare(said).count(bare(HOSTILE)) == 4


@pytest.mark.parametrize(
    "name", ["W" * 200, "Wilhelmina " * 18, "王" * 200, "م" * 200, "ไทย" * 66, "i" * 200, "👩‍⚕️" * 50]
)
def test_what_is_long_is_set_smaller_and_stays_on_the_page(name):
    snapshot = full(title=name, organisation=name, statement=name * 4, faculty=(name,) * 3)
    pdf = draw(snapshot, name, OURS)
    assert len(read(pdf).pages) == 1
    assert pages(snapshot, name, OURS) == 1
    assert code_of(preview(snapshot, name, OURS)).endswith("/v/7Q4M9ZK2T8WXC3V5NJ6RGH")


def test_nothing_turns_a_line_round():
    assert "gnp.exe" in text_of(draw(plain(title="a\u202egnp.exe"), "Ana", Paper()))


def test_what_no_font_has_is_shown_as_missing():
    name = "Ana \U0002a700 b\u0651"
    assert uncovered(name, Paper()) == ["\U0002a700", "\u0651"]
    assert "Ana \N{REPLACEMENT CHARACTER} b\N{REPLACEMENT CHARACTER}" in text_of(draw(plain(), name, Paper()))


def test_a_sign_that_spoils_its_neighbour_stops_nobody():
    # A vowel that has a font, upon a sign that has none; and one that typst draws with what it does not belong to.
    for name in ("Ana \U0002db49\u0e33", "Ana \u3d20\u0cc7 \U00011374\U0001f239\u1c9e", "\u17c5\u1770Ana"):
        assert "Ana" in text_of(draw(plain(), name, Paper()))


def test_words_that_can_be_drawn_in_any_case_are_latin_letters():
    assert (
        plainest("José Ñusta – 王 فا™")
        == "José Ñusta – \N{REPLACEMENT CHARACTER} " + "\N{REPLACEMENT CHARACTER}" * 2 + "™"
    )
    files = sources(plain(), "Ana", Paper())
    data = said(full(lang="es", title="".join(map(chr, range(0x20, 0x250)))), "Nguyễn Thị Ánh 王", OURS, plainly=True)
    Press(OURS.files).print(files | {"data.json": json.dumps(data).encode()}, "pdf", plain().issued)


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_any_text_at_all_makes_one_page(name, title):
    snapshot = plain(title=title.strip() or "x")
    assert len(read(draw(snapshot, name, Paper())).pages) == 1


# -- Looks --------------------------------------------------------------------------------------------------------


def test_a_programmes_own_template_is_used():
    own = '#import "parts.typ": *\n#show: certificate\n= Our own\n#data.name\n#code(3cm)\n#address(9pt)'
    assert text_of(draw(plain(), "Ana", Paper(template=own))).startswith("Our own Ana")


def test_a_template_that_fails_gives_way_to_the_built_in_one(caplog):
    own = '#import "parts.typ": *\n#show: certificate\n#if data.name == "Ana" { panic("no") }'
    with caplog.at_level(logging.ERROR):
        pdf = draw(plain(), "Ana", Paper(template=own))
    assert pdf == draw(plain(), "Ana", Paper())
    assert "7Q4M9ZK2T8WXC3V5NJ6RGH" in caplog.text
    assert "Ana" not in caplog.text


def test_a_template_reads_nothing_of_the_machine():
    for path in ("/etc/passwd", "../../etc/passwd"):
        own = Paper(template=f'#set document(title: "x")\n#read("{path}")')
        with pytest.raises(typst.TypstError):
            Press({}).print(sources(plain(), "Ana", own), "pdf", plain().issued)


def test_pictures_may_be_of_any_kind():
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "#c81e1e").save(drawn, "PNG")
    look = Paper(files={"content/logo.png": drawn.getvalue()}, logo="content/logo.png")
    page = Image.open(io.BytesIO(preview(plain(), "Ana", look))).convert("RGB")
    assert page.getpixel((int(page.width * 29 / 297), int(page.height * 30 / 210))) == (200, 30, 30)


def test_words_can_be_said_otherwise_and_in_more_languages():
    look = Paper(wording={"en": {"has_completed": "was with us for"}, "qu": {"hours": "pacha"}})
    assert "was with us for Measuring" in text_of(draw(plain(), "Ana", look))
    said = text_of(draw(plain(lang="qu"), "Ana", look))
    assert "0.5 pacha" in said
    assert read(draw(plain(lang="qu"), "Ana", look)).trailer["/Root"]["/Lang"] == "qu"


def test_every_language_has_every_word():
    for lang in ("en", "es"):
        assert tuple(words_of(lang, Paper())[1]) == NAMES


def test_what_fills_a_blank_is_not_filled_again():
    assert filled("{a} {b} {c} {", a="{b}", b="2") == "{b} 2 {c} {"


def test_a_language_that_runs_from_the_right_turns_the_page_round():
    words = {"heading": "شهادة إتمام", "has_completed": "أكمل"}
    snapshot, look = plain(lang="ar", title="قياس ضغط الدم"), Paper(wording={"ar": words})
    assert read(draw(snapshot, "فاطمة", look)).trailer["/Root"]["/Lang"] == "ar"
    page = Image.open(io.BytesIO(preview(snapshot, "فاطمة", look)))
    (found,) = zxingcpp.read_barcodes(page)
    assert found.text == snapshot.url
    assert found.position.top_right.x < page.width / 3
