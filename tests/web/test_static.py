"""Stylesheets, scripts, icons and the site's own colours."""

import gzip
import re
from pathlib import Path

from flask.testing import FlaskClient

from lms.library.models import Theme
from lms.web.static import StaticFiles, _theme, contrast


def test_a_static_file_never_changes_at_its_address(client: FlaskClient) -> None:
    url = StaticFiles.read()["spoke.css"].url
    response = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert response.content_type == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(response.data) == client.get(url).data
    assert client.get(url, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_a_wrong_hash_or_name_is_not_there(client: FlaskClient) -> None:
    url = StaticFiles.read()["spoke.css"].url
    digest = url.split("/")[2]
    for wrong in ("/static/0000000000/spoke.css", f"/static/{digest}/other.css", f"/static/{digest}/../lms/app.py"):
        assert client.get(wrong).status_code == 404


def test_icons_are_where_browsers_look(client: FlaskClient) -> None:
    for path, kind in (
        ("/favicon.ico", "image/x-icon"),
        ("/favicon.svg", "image/svg+xml"),
        ("/apple-touch-icon.png", "image/png"),
    ):
        assert client.get(path).content_type.split(";")[0] == kind


def test_a_site_may_have_its_own_accent(served, publisher, cast: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with (cast / "site.yaml").open("a") as site:
        site.write('theme: { accent: "#7a1f5c", accent_dark: "#e59ad0" }\n')
    publisher(cast)
    client = served(data=tmp_path / "data")
    url = re.findall(r'href="(/theme-[^"]+)"', client.get("/").text)[0]
    sheet = client.get(url)
    assert "--accent:#7a1f5c;--on-accent:#ffffff" in sheet.text
    assert sheet.headers["Cache-Control"].endswith("immutable")
    assert client.get("/theme-0000000000.css").status_code == 404


def test_the_usual_colours_need_no_sheet_of_their_own(client: FlaskClient) -> None:
    assert "/theme-" not in client.get("/").text


def test_words_on_any_accent_can_be_read() -> None:
    for accent in ("#000000", "#ffff00", "#888888", "#0a6a68", "#e59ad0"):
        on = re.findall(r"--on-accent:(#\w+)", _theme(Theme(accent=accent)).decode())[0]
        assert contrast(on, accent) >= 4.5


def test_the_look_keeps_its_contrasts() -> None:
    sheet = StaticFiles.read()["spoke.css"].data.decode()
    for palette in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]:
        of = {name: _long(value) for name, value in re.findall(r"--([\w-]+): (#\w+)", palette)}
        for ground in ("paper", "card"):
            assert contrast(of["ink"], of[ground]) >= 7
            assert contrast(of["soft"], of[ground]) >= 5
            assert contrast(of["accent"], of[ground]) >= 5
            assert contrast(of["edge"], of[ground]) >= 3
        assert contrast(of["accent"], of["tint"]) >= 5
        assert contrast(of["warm"], of["amber-tint"]) >= 5
        assert contrast(of["on-accent"], of["accent"]) >= 5
        assert contrast(of["soft"], of["tint"]) >= 5


def _long(colour: str) -> str:
    return "#" + "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour
