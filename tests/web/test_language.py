"""Which language a visitor gets, and the way back from the switch."""

import pytest
from flask.testing import FlaskClient

from lms.config import Settings
from lms.web.languages import choose, offered, own_name, right_to_left
from lms.web.switch import local
from tests.web.conftest import serve


def test_the_cookie_wins_over_the_browser_and_the_browser_over_the_site() -> None:
    assert choose("", "", ("en", "es")) == "en"
    assert choose("", "", ("es", "en")) == "es"
    assert choose("", "es-PE,es;q=0.9,en;q=0.5", ("en", "es")) == "es"
    assert choose("en", "es", ("en", "es")) == "en"
    assert choose("xx", "fr,de", ("en", "es")) == "en"
    assert choose("es", "es", ("en",)) == "en", "what the site does not offer"


def test_only_languages_that_the_interface_speaks_are_offered() -> None:
    assert offered(("en", "es", "qu")) == ("en", "es")
    assert offered(("qu",)) == ("en",)
    assert offered(("es-PE",)) == ("es",)


def test_languages_are_called_by_their_own_names() -> None:
    assert (own_name("en"), own_name("es"), own_name("not a tag")) == ("English", "Español", "not a tag")


def test_the_switch_keeps_the_choice_and_leads_back(client: FlaskClient) -> None:
    response = client.get("/language?to=es&next=/modules/measuring-bp/cuff")
    assert response.status_code == 303
    assert response.headers["Location"] == "/modules/measuring-bp/cuff"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("lang=es;")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Lecciones" in client.get("/modules/measuring-bp").text


def test_a_language_that_is_not_offered_changes_nothing(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/language?to=xx&next=/").headers
    assert client.get("/language").headers["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "//[",
    ],
)
def test_nobody_is_sent_to_another_site(address: str) -> None:
    assert local(address) == "/"


def test_paths_of_this_site_are_kept() -> None:
    assert local("/modules/x?page=2") == "/modules/x?page=2"
    assert local("/topics/atención") == "/topics/atenci%C3%B3n"
    assert local("/a//b") == "/a//b"


def test_spanish_pages_are_spanish(client: FlaskClient) -> None:
    html = client.get("/courses/hypertension", headers={"Accept-Language": "es"}).text
    for said in (
        "Al terminar" if "objectives" in html else "El recorrido",
        "opcional",
        "Esta página pesó",
        "Saltar al",
    ):
        assert said in html


@pytest.mark.parametrize("tag", ["zz", "es-LA", "en-XX", "ar-XX"])
def test_content_may_be_in_a_language_that_babel_does_not_know(publisher, folder, data, tag: str) -> None:  # type: ignore[no-untyped-def]
    files = {
        "site.yaml": f"title: Test\nlanguages: [en, {tag}]\n",
        "modules/a/module.md": f"---\ntitle: A\nlang: {tag}\n---\n\nWords.\n",
        "modules/a/01-a.md": "# A\n\nWords.\n",
        "glossary.yaml": f"word: {{ term: Word, definition: One., lang: {tag} }}\n",
    }
    result = publisher(folder(files))
    assert result.release is not None, result.problems
    client = serve(Settings(data=data)).test_client()
    for path in ("/", "/modules", "/modules/a", "/modules/a/a", "/glossary"):
        assert client.get(path).status_code == 200, path


def test_an_unknown_kind_of_a_language_goes_by_the_name_of_that_language() -> None:
    assert [own_name(tag) for tag in ("zz", "es-LA", "en-XX", "zz-Latn-ZZ")] == [
        "zz",
        "Español",
        "English",
        "zz-Latn-ZZ",
    ]
    assert [right_to_left(tag) for tag in ("ar-XX", "zz", "es-LA")] == [True, False, False]
