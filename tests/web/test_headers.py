"""The headers of every response."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import PAGES

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/sitemap.xml", "/favicon.ico", "/language?to=es", "/courses/"])
def test_every_response_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers.getlist("Content-Security-Policy")) == 1
    if not path.startswith("/podcasts"):
        assert headers["Content-Security-Policy"] == POLICY


def test_only_pages_of_outside_shows_may_play_from_elsewhere(client: FlaskClient) -> None:
    assert "https:" not in client.get("/podcasts/ward-round").headers["Content-Security-Policy"]
    outside = client.get("/podcasts/elsewhere").headers["Content-Security-Policy"]
    assert "media-src 'self' https:;" in outside
    assert "script-src 'self';" in outside


def test_a_media_host_is_let_in_where_there_is_one(served) -> None:  # type: ignore[no-untyped-def]
    client = served(media_url="https://cdn.example/spoke")
    response = client.get("/webinars/stroke-in-the-clinic")
    assert "media-src 'self' https://cdn.example;" in response.headers["Content-Security-Policy"]
    assert 'src="https://cdn.example/spoke/media/' in response.text
    assert " crossorigin" in response.text
    assert '"/media/' not in response.text
    assert '"/media/' not in client.get("/modules/measuring-bp/cuff").text


def test_no_cookie_is_set_by_reading(client: FlaskClient) -> None:
    for path in PAGES:
        assert "Set-Cookie" not in client.get(path).headers


def test_behind_a_proxy_the_address_is_the_visitors(served) -> None:  # type: ignore[no-untyped-def]
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "learn.example"}
    trusting, wary = served(proxies=1, url=""), served(url="")
    assert 'href="https://learn.example/about"' in trusting.get("/about", headers=told).text
    assert 'href="http://localhost/about"' in wary.get("/about", headers=told).text


def test_a_cookie_that_came_over_tls_goes_back_over_nothing_else(served):
    for base, secure in (("https://hillside.example", True), ("http://hillside.example", False)):
        set_cookie = served(url="").get("/sign-in", base_url=base).headers["Set-Cookie"]
        assert ("Secure" in set_cookie) == secure and "HttpOnly" in set_cookie and "SameSite=Lax" in set_cookie
