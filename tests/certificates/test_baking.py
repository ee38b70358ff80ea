"""Credentials in pictures: put in once, taken out whole, and no longer good once anything was changed."""

import io
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openbadgeslib import baking as theirs
from PIL import Image

from lms.certificates.drawing import badge
from lms.certificates.models.paper import canonical
from lms.certificates.rules.baking import NotBaked, bake_png, bake_svg, unbaked
from lms.certificates.service.credentials import verify
from tests.certificates.cast import snapshot
from tests.certificates.conftest import did_of_hillside

ACCENT = "#0a6a68"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" class="x"><title>A &amp; B</title><path d="M0 0"/></svg>'


@pytest.fixture(scope="module")
def held(signed):
    return canonical(signed(title="]]> & <b>测量</b>")).decode()


@pytest.fixture(scope="module")
def png(held):
    return bake_png(badge.png(snapshot(), ACCENT), held)


@pytest.fixture(scope="module")
def svg(held):
    return bake_svg(badge.svg(snapshot(), ACCENT), held)


def test_a_baked_png_is_the_same_picture_with_the_credential_in_it(png, held):
    with Image.open(io.BytesIO(png)) as picture, Image.open(io.BytesIO(badge.png(snapshot(), ACCENT))) as bare:
        assert picture.text["openbadgecredential"] == held
        assert (picture.size, picture.tobytes()) == (bare.size, bare.tobytes())
    assert unbaked(png) == held
    assert theirs.extract_png(png, keyword=theirs.ITXT_KEYWORD_OB3) == held


def test_a_baked_svg_has_the_credential_as_the_standard_says(svg, held):
    root = etree.fromstring(svg)
    assert root.nsmap["openbadges"] == "https://purl.imsglobal.org/ob/v3p0"
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert b"<openbadges:credential><![CDATA[" in svg
    assert json.loads(unbaked(svg)) == json.loads(held)
    taken = theirs.extract_svg(svg, element=theirs.SVG_ELEMENT_OB3, text_fallback=True)
    assert json.loads(taken) == json.loads(held)


def test_what_is_baked_again_has_the_new_credential_alone(png, svg):
    assert unbaked(bake_png(png, '{"a":1}')) == '{"a":1}'
    assert unbaked(bake_svg(svg, '{"a":1}')) == '{"a":1}'
    assert bake_png(bake_png(png, "{}"), "{}").count(b"openbadgecredential") == 1
    assert bake_svg(bake_svg(svg, "{}"), "{}").count(b"<openbadges:credential>") == 1


def test_the_rest_of_an_svg_stays(held):
    root = etree.fromstring(bake_svg(SVG, held))
    assert (root.get("viewBox"), root.get("class"), root[1].text, root[2].get("d")) == ("0 0 9 9", "x", "A & B", "M0 0")


def test_baked_pictures_are_verified_by_both(png, svg, digital_bazaar, openbadgeslib):
    taken = [json.loads(unbaked(png)), json.loads(unbaked(svg))]
    assert [verify(one, did_of_hillside()) for one in taken] == [[], []]
    assert openbadgeslib(taken, did_of_hillside()) == ["", ""]
    assert digital_bazaar(taken, did_of_hillside()) == ["", ""]


def test_a_credential_changed_within_a_picture_fails_both(held, digital_bazaar, openbadgeslib):
    better = held.replace('"creditsEarned":0.75', '"creditsEarned":75')
    assert better != held
    pictures = [bake_png(badge.png(snapshot(), ACCENT), better), bake_svg(SVG, better)]
    taken = [json.loads(unbaked(one)) for one in pictures]
    assert [verify(one, did_of_hillside()) for one in taken] == [
        ["its signature is not of what it says: something was changed"]
    ] * 2
    assert all([*openbadgeslib(taken, did_of_hillside()), *digital_bazaar(taken, did_of_hillside())])


@given(st.data())
def test_no_byte_of_the_credential_in_a_png_can_be_another(held, data):
    """The checksum tells; with a checksum to suit, the signature does."""
    png = bake_png(SMALL, held)
    start = png.index(b"openbadgecredential")
    at = data.draw(st.integers(start, start + len(held)))
    changed = png[:at] + bytes([png[at] ^ data.draw(st.integers(1, 255))]) + png[at + 1 :]
    with pytest.raises(NotBaked, match="damaged"):
        unbaked(changed)


def test_a_compressed_credential_of_others_is_read(held):
    text = b"openbadgecredential\0\1\0en\0\0" + zlib.compress(held.encode())
    assert unbaked(with_chunk(text)) == held


@pytest.mark.parametrize(
    "text",
    [
        b"openbadgecredential\0",
        b"openbadgecredential\0\0\0",
        b"openbadgecredential\0\1\0\0\0no zlib",
        b"openbadgecredential\0\0\0\0\0\xff\xfe",
        b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(2_000_000)),
    ],
)
def test_a_damaged_or_huge_credential_is_refused_in_words(text):
    with pytest.raises(NotBaked):
        unbaked(with_chunk(text))


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (b"", "neither"),
        (b"GIF89a", "neither"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"<html/>", "no SVG"),
        (SVG, "no credential"),
        (
            SVG.replace(
                b"<title>", b'<a xmlns="https://purl.imsglobal.org/ob/v3p0"><credential/><credential/></a><title>'
            ),
            "more than one",
        ),
        (b'<!DOCTYPE s [<!ENTITY a "&b;"><!ENTITY b SYSTEM "file:///etc/passwd">]><s>&a;</s>', "no SVG"),
    ],
)
def test_a_picture_without_one_credential_is_refused_in_words(picture, why):
    with pytest.raises(NotBaked, match=why):
        unbaked(picture)


@pytest.mark.parametrize(
    "words", ["#strong[x] <b>&amp; \"' ]]>", "قياس ضغط الدم", "Ñ" * 200, "medir " * 33, "\\ $x$ // /* `code` @ref"]
)
def test_words_on_the_badge_are_words_and_nothing_else(words):
    drawn = badge.svg(snapshot(title=words, organisation=words), ACCENT)
    root = etree.fromstring(drawn)
    assert root[0].text.startswith(words.strip())
    assert root.get("role") == "img"
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")
    with Image.open(io.BytesIO(badge.png(snapshot(title=words), ACCENT))) as picture:
        assert picture.size == (1024, 1024)


def with_chunk(text: bytes) -> bytes:
    chunk = len(text).to_bytes(4) + b"iTXt" + text + zlib.crc32(b"iTXt" + text).to_bytes(4)
    return SMALL[:33] + chunk + SMALL[33:]


def small() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(written, "PNG")
    return written.getvalue()


SMALL = small()
