"""Pages for when something is not there, or went wrong."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.app import create_app
from lms.config import Settings
from lms.web.errors import nearest
from lms.web.gate import opens_to
from tests.web.conftest import serve


def test_a_missing_page_names_what_is_near(client: FlaskClient) -> None:
    response = client.get("/modules/measuring/cuf")
    assert response.status_code == 404
    assert "This page is not here." in response.text
    assert 'href="/modules/measuring-bp"' in response.text
    assert '<meta name="robots" content="noindex">' in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_a_missing_page_speaks_the_visitors_language(client: FlaskClient) -> None:
    assert "Esta página no está aquí." in client.get("/nada", headers={"Accept-Language": "es"}).text


def test_nothing_near_is_no_harm(client: FlaskClient) -> None:
    with client.application.test_request_context("/"):
        assert nearest("/" + "x" * 5_000) == []
        assert nearest("/%00") == []
        assert [card.url for card in nearest("/teach-back")] == ["/modules/teach-back"]


def test_a_slash_too_many_is_mended(client: FlaskClient) -> None:
    response = client.get("/modules/measuring-bp/?page=1")
    assert (response.status_code, response.headers["Location"]) == (308, "/modules/measuring-bp?page=1")


def test_a_slash_too_many_leads_to_no_other_site(client: FlaskClient) -> None:
    for path in ("//evil.example/", "///evil.example//", "/\\evil.example/", "/%5Cevil.example/", "/%2F/evil.example/"):
        location = client.get(path).headers.get("Location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


def test_sending_where_one_can_only_read_is_refused(client: FlaskClient) -> None:
    response = client.post("/modules/measuring-bp")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "This address cannot do that." in response.text


def test_before_the_first_publish_the_site_says_so(tmp_path: Path) -> None:
    client = create_app(Settings(data=tmp_path)).test_client()
    for path in ("/", "/modules/x", "/sitemap.xml", "/media/x/y"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "30"
        assert "Nothing is published here yet." in response.text
    assert client.get("/nothing/at/all").status_code == 404


def test_our_own_faults_are_told_and_noted(settings: Settings, caplog) -> None:  # type: ignore[no-untyped-def]
    app = create_app(settings)

    @app.get("/broken")
    @opens_to("everyone")
    def broken() -> str:
        raise RuntimeError("the cup fell down")

    response = app.test_client().get("/broken")
    assert response.status_code == 500
    assert "Something went wrong on our side." in response.text
    assert "cup" not in response.text
    assert "the cup fell down" in caplog.text
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("opened", [True, False], ids=["while it is served", "before it is opened"])
def test_a_damaged_release_is_told_of_with_a_page_that_helps(published: Path, tmp_path: Path, opened: bool) -> None:
    data = shutil.copytree(published, tmp_path / "data", symlinks=True)
    client = serve(Settings(data=data, page_cache=0)).test_client()
    if opened:
        assert client.get("/glossary").status_code == 200
        # So small a file SQLite has read whole by now; a large one it reads as it goes.
        client.application.extensions["spoke"].shelf.release()._db.execute("PRAGMA shrink_memory")
    file = data / "current" / "release.db"
    file.write_bytes(b"\xa5" * file.stat().st_size)
    for path in ("/modules/measuring-bp", "/", "/sitemap.xml", "/media/x/y", *(["/nothing/at/all"] if opened else [])):
        response = client.get(path, headers={"Accept-Language": "es"})
        assert response.status_code == 503, path
        assert "No se puede leer lo que está publicado aquí." in response.text, path
        assert (response.headers["Retry-After"], response.headers["Cache-Control"]) == ("30", "no-store")
