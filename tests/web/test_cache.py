"""Pages are finished once, and tell a browser that has them so."""

import gzip
from datetime import date

from flask.testing import FlaskClient

from lms.web.pages import Page, PageCache, takes_gzip

LESSON = "/modules/measuring-bp/cuff"


def test_a_page_that_one_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(LESSON)
    again = client.get(LESSON, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"
    assert client.get(LESSON, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(LESSON, headers={"If-None-Match": f'"a", {first.headers["ETag"]}'}).status_code == 304


def test_compressed_and_plain_are_the_same_page(client: FlaskClient) -> None:
    plain = client.get(LESSON)
    packed = client.get(LESSON, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert set(plain.headers["Vary"].split(", ")) >= {"Accept-Language", "Cookie", "Accept-Encoding"}


def test_the_cached_page_is_the_fresh_one(client: FlaskClient) -> None:
    assert client.get(LESSON).data == client.get(LESSON).data
    assert client.get(LESSON).headers["ETag"] == client.get(LESSON + "?x=1").headers["ETag"]


def test_languages_do_not_mix_in_the_cache(client: FlaskClient) -> None:
    for _ in range(2):
        assert '<html lang="en">' in client.get(LESSON, headers={"Accept-Language": "en"}).text
        assert '<html lang="es">' in client.get(LESSON, headers={"Accept-Language": "es"}).text


def test_hosts_do_not_mix_in_the_cache(served) -> None:  # type: ignore[no-untyped-def]
    client = served(url="")
    assert "http://evil.example" in client.get(LESSON, headers={"Host": "evil.example"}).text
    assert "evil.example" not in client.get(LESSON, headers={"Host": "hillside.example"}).text


def test_a_new_day_makes_a_new_page(client: FlaskClient) -> None:
    house = client.application.extensions["spoke"]
    before = house.clock
    client.get("/modules/measuring-bp")
    house.clock = lambda: date(2030, 1, 1)
    assert "Due for review." in client.get("/modules/measuring-bp").text
    house.clock = before


def test_a_new_release_is_seen_at_once(served, publisher, cast, tmp_path) -> None:  # type: ignore[no-untyped-def]
    publisher(cast)
    client = served(data=tmp_path / "data")
    old = client.get("/about")
    page = cast / "pages" / "about.md"
    page.write_text(page.read_text("utf-8").replace("We teach.", "We learn."), "utf-8")
    publisher(cast)
    new = client.get("/about", headers={"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200
    assert "We learn." in new.text


def test_the_cache_stays_in_its_room() -> None:
    cache = PageCache(1)
    for number in range(100):
        cache.put(number, Page(b"x" * 100_000, str(number), ()))
    held = [number for number in range(100) if cache.get(number)]
    assert held == list(range(91, 100))


def test_the_page_asked_for_last_stays_longest() -> None:
    cache = PageCache(1)
    for number in range(9):
        cache.put(number, Page(b"x" * 100_000, str(number), ()))
    cache.get(0)
    cache.put(9, Page(b"x" * 100_000, "9", ()))
    assert cache.get(0) is not None
    assert cache.get(1) is None


def test_a_cache_without_room_keeps_nothing(served) -> None:  # type: ignore[no-untyped-def]
    client = served(page_cache=0)
    assert client.get(LESSON).data == client.get(LESSON).data


def test_gzip_is_sent_to_those_who_take_it() -> None:
    assert takes_gzip("gzip")
    assert takes_gzip("br;q=1.0, gzip;q=0.8, *;q=0.1")
    assert not takes_gzip("")
    assert not takes_gzip("br, deflate")
    assert not takes_gzip("gzip;q=0")
