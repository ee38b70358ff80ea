"""Pictures: sizes from headers, renditions, and what is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from lms.media.renditions.pictures import BrokenPicture, image_size, make_pictures, picture, planned
from lms.media.renditions.store import Store
from lms.text.folder import Folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "content").mkdir()
    image = Image.new("RGB", (1200, 800), "teal")
    ImageDraw.Draw(image).ellipse((100, 100, 900, 700), fill="white")
    for name in ("arm.png", "arm.jpg", "arm.webp", "arm.gif", "arm.avif"):
        image.save(tmp_path / "content" / name)
    return Folder.scan(tmp_path / "content")


def put(folder, name, data):
    (folder.root / name).write_bytes(data)
    return Folder.scan(folder.root)


def png_header(width, height):
    """A PNG that says its size and has nothing else."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + body
        + struct.pack(">I", zlib.crc32(body))
        + b"\0\0\0\x0aIDAT\0\0"
    )


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "gif", "avif"])
def test_the_size_and_type_of_each_format_are_read(folder, kind):
    size = image_size(folder.locate(f"arm.{kind}"))
    assert (size.width, size.height) == (1200, 800)
    assert size.type == {"jpg": "image/jpeg"}.get(kind, f"image/{kind}")


def test_a_picture_is_planned_with_addresses_that_stay(folder):
    first, assets, problems = planned(folder, "arm.png", "An arm")
    again = planned(folder, "arm.png", "An arm")[0]
    assert (first, problems) == (again, [])
    assert [(width, url.rpartition("/")[2]) for width, url in first.renditions] == [
        (480, "arm-480.webp"),
        (960, "arm-960.webp"),
    ]
    assert [(asset.url, asset.source) for asset in assets] == [(first.url, "arm.png")]


def test_renditions_are_made_once_and_match_their_plan(folder, tmp_path):
    store = Store(tmp_path / "store")
    shown, assets, problems = picture(folder, "arm.png", "An arm", store)
    assert problems == []
    assert [asset.type for asset in assets] == ["image/png", "image/webp", "image/webp"]
    assert all(store.size(asset.url) == asset.bytes for asset in assets)
    assert shown.bytes == assets[2].bytes
    with Image.open(store.path(shown.renditions[0][1])) as small:
        assert small.size == (480, 320)
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}
    assert make_pictures(folder, "arm.png", shown, store) == assets[1:]
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_nothing_is_written_without_a_store(folder):
    before = sorted(folder.root.parent.rglob("*"))
    shown, assets, _ = picture(folder, "arm.jpg", "An arm", None)
    assert shown.url == assets[0].url
    assert sorted(folder.root.parent.rglob("*")) == before


def test_a_picture_that_lies_on_its_side_is_measured_and_made_upright(folder, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(out, "JPEG", exif=exif)
    folder = put(folder, "turned.jpg", out.getvalue())
    shown, _, _ = picture(folder, "turned.jpg", "x", store := Store(tmp_path / "store"))
    assert (shown.width, shown.height) == (800, 1200)
    with Image.open(store.path(shown.renditions[0][1])) as small:
        assert small.size == (480, 720)


def test_an_animated_picture_stays_as_it_is(folder, tmp_path):
    out = BytesIO()
    frames = [Image.new("RGB", (600, 400), colour) for colour in ("red", "white", "teal")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    shown, assets, _ = picture(put(folder, "moves.gif", out.getvalue()), "moves.gif", "x", Store(tmp_path / "s"))
    assert (shown.renditions, len(assets)) == ((), 1)


def test_an_image_bomb_is_refused_by_its_header(folder):
    for width, height in ((10_000, 5_000), (60_000, 60_000)):
        _, _, problems = planned(put(folder, "bomb.png", png_header(width, height)), "bomb.png", "x")
        assert [problem.rule for problem in problems] == ["broken-picture"]
        assert "megapixels" in problems[0].what


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<html></html>",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        png_header(100, 100),
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_picture_is_a_problem(folder, data):
    shown, assets, problems = planned(put(folder, "broken.png", data), "broken.png", "x")
    assert (shown, assets) == (None, [])
    assert [(problem.rule, problem.severity) for problem in problems] == [("broken-picture", "error")]
    assert problems[0].what and problems[0].mend


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "gif", "avif"])
def test_a_picture_cut_short_is_a_problem(folder, kind):
    whole = folder.read(f"arm.{kind}")
    folder = put(folder, f"cut.{kind}", whole[: len(whole) // 2])
    assert [problem.rule for problem in planned(folder, f"cut.{kind}", "x")[2]] == ["broken-picture"]


def test_a_name_that_lies_about_its_format_is_a_warning(folder):
    folder = put(folder, "arm2.png", folder.read("arm.jpg"))
    shown, _, problems = planned(folder, "arm2.png", "x")
    assert shown is not None
    assert [(problem.rule, problem.severity) for problem in problems] == [("picture-name", "warning")]


def svg(inside="", head='viewBox="0 0 200 100"', before=""):
    text = f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {head}>'
    return f"{text}\n{inside}\n</svg>".encode()


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('viewBox="0 0 200 100"', (200, 100)),
        ('width="50mm" height="1in"', (189, 96)),
        ('width="400" viewBox="0 0 200 100"', (400, 200)),
        ('width="100%" viewBox="0,0,64,64"', (64, 64)),
    ],
)
def test_the_size_of_an_svg_is_known(folder, head, size):
    shown, _, problems = planned(put(folder, "a.svg", svg(head=head)), "a.svg", "x")
    assert (shown.width, shown.height, shown.renditions, problems) == (*size, (), [])


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<a href="java&#10;script:alert(1)"><rect/></a>',
        "<foreignObject/>",
        '<image href="https://example.org/a.png"/>',
        '<use xlink:href="other.svg#a"/>',
        '<rect style="fill: url(https://example.org/a)"/>',
        "<style>@import 'https://example.org/a.css';</style>",
        '<set attributeName="href" to="x"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
    ],
)
def test_an_svg_that_does_more_than_show_is_refused_with_its_line(folder, inside):
    _, _, problems = planned(put(folder, "a.svg", svg(inside)), "a.svg", "x")
    assert [(problem.rule, problem.severity, problem.line) for problem in problems] == [("svg-script", "error", 2)]


def test_an_svg_with_entities_or_a_stylesheet_is_refused(folder):
    bomb = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    secret = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    sheet = '<?xml-stylesheet href="https://example.org/a.css"?>'
    for before in (bomb, secret, sheet):
        _, _, problems = planned(put(folder, "a.svg", svg(before=before)), "a.svg", "x")
        assert [problem.rule for problem in problems] == ["svg-script"]


def test_a_plain_svg_with_inner_links_passes(folder):
    inside = (
        '<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use xlink:href="#a"/><style>a{fill:red}</style>'
    )
    assert planned(put(folder, "a.svg", svg(inside)), "a.svg", "x")[2] == []


def test_an_svg_without_a_size_is_a_problem(folder):
    assert [problem.rule for problem in planned(put(folder, "a.svg", svg(head="")), "a.svg", "x")[2]] == ["svg-size"]


def test_broken_xml_is_a_problem_with_its_line(folder):
    with pytest.raises(BrokenPicture) as caught:
        image_size(put(folder, "a.svg", b"<svg>\n<g>\n</svg>").locate("a.svg"))
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "head",
    [
        'viewBox="0 0 inf inf"',
        'viewBox="0 0 nan 1" width="inf"',
        'viewBox="0 0 1e308 1e-308" height="100"',
        'viewBox="0 0 1e-308 1e308"',
        f'width="{"9" * 400}" height="1"',
        f'width="{"9" * 5000}" height="{"9" * 5000}"',
        'width="100001" height="10"',
    ],
)
def test_an_svg_of_a_size_that_cannot_be_is_a_problem(folder, head):
    shown, _, problems = planned(put(folder, "a.svg", svg(head=head)), "a.svg", "x")
    assert shown is None
    assert [(problem.rule, problem.severity) for problem in problems] in (
        [("broken-picture", "error")],
        [("svg-size", "error")],
    )


@pytest.mark.parametrize("size", [(39_000_000, 1), (1, 39_000_000), (16_001, 10)])
def test_a_picture_with_a_side_too_long_is_refused_by_its_header(folder, size):
    shown, _, problems = planned(put(folder, "long.png", png_header(*size)), "long.png", "x")
    assert shown is None
    assert [(problem.rule, problem.severity) for problem in problems] == [("broken-picture", "error")]


def test_the_longest_picture_allowed_has_renditions(folder, tmp_path):
    out = BytesIO()
    Image.new("RGB", (500, 16_000)).save(out, "PNG")
    shown, _, problems = picture(put(folder, "tall.png", out.getvalue()), "tall.png", "x", Store(tmp_path / "media"))
    assert (len(shown.renditions), problems) == (1, [])
