"""What can be counted is counted: queries and file reads a page."""

import sys

import pytest

PAGES = {
    "/": 13,
    "/courses/hypertension": 4,
    "/modules/measuring-bp": 4,
    "/modules/measuring-bp/cuff": 4,
    "/webinars/stroke-in-the-clinic": 4,
    "/podcasts/ward-round": 4,
    "/podcasts/ward-round/2026-03-04-sepsis": 5,
    "/topics/hypertension": 3,
    "/people/rosa": 4,
    "/glossary": 3,
    "/sitemap.xml": 12,
    "/robots.txt": 1,
}


@pytest.mark.parametrize(("path", "most"), PAGES.items())
def test_a_page_asks_the_release_a_few_things_and_the_second_time_none(client, path, most):
    release = client.application.extensions["spoke"].shelf.release()
    asked: list[str] = []
    client.get("/about")  # what every page has, its menu and its foot, is asked for once
    release._db.set_trace_callback(asked.append)
    try:
        assert client.get(path).status_code == 200
        first = len(asked)
        client.get(path)
    finally:
        release._db.set_trace_callback(None)
    assert first <= most, asked
    assert len(asked) == first


@pytest.mark.parametrize("path", ["/", "/sitemap.xml", "/robots.txt"])
def test_what_was_made_once_is_kept_whole(client, path):
    first = client.get(path)
    house = client.application.extensions["spoke"]
    kept = [page for key, page in house.pages._pages.items() if path in key]
    assert [dict(page.headers)["Content-Type"] for page in kept] == [first.content_type]
    assert client.get(path).data == first.data


def test_a_page_that_is_kept_opens_no_file(client):
    client.get("/modules/measuring-bp/cuff")
    opened: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(hook)
    assert client.get("/modules/measuring-bp/cuff").status_code == 200
    watching = False
    assert opened == []
