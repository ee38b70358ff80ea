"""Shows from outside: kept as files here, or fetched from where they are made."""

import shutil
from datetime import UTC, datetime

import pytest
from test_feed_fetching import Server

from lms.library.reader import Options, ground
from lms.media.reader import read_show
from lms.media.renditions.store import Store
from lms.text.folder import Folder

PATH = "podcasts/elsewhere/show.md"


@pytest.fixture
def home(cast):
    return cast / "podcasts/elsewhere"


@pytest.fixture
def server():
    from threading import Thread

    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def read(cast, tmp_path):
    def run(**more):
        options = Options(feed_hosts=("127.0.0.1",), **({"data": tmp_path / "data"} | more))
        return read_show(ground(Folder.scan(cast), options).context(), PATH)

    return run


def said(found):
    return [
        (problem.path.rpartition("/")[2], problem.line, problem.severity, problem.rule) for problem in found.problems
    ]


def from_address(home, url):
    (home / "show.md").write_text(f"---\ntitle: Elsewhere\nfeed: {url}\n---\n")


def test_a_feed_beside_the_show_becomes_episodes(read):
    found = read()
    show = found.value
    assert found.problems == []
    assert (show.title, show.outside, show.author, show.source) == (
        "Elsewhere",
        True,
        "Another network",
        "podcasts/elsewhere/feed.xml",
    )
    boat, fridge = show.episodes
    assert (boat.slug, boat.url, boat.guid) == (
        "elsewhere-boat",
        "/podcasts/elsewhere/elsewhere-boat",
        "elsewhere-boat",
    )
    assert (boat.outside, boat.link, boat.minutes) == (True, "https://media.example.org/boat", 2)
    assert boat.moment == datetime(2026, 5, 12, 6, tzinfo=UTC)
    assert boat.notes.html == "<p>It comes by <b>boat</b>.</p>"
    assert [(one.way, one.url, one.bytes) for one in boat.recording.renditions] == [
        ("listen", "https://media.example.org/boat.mp3", 240_000)
    ]
    assert fridge.recording.seconds == 45


def test_sounds_beside_the_feed_are_kept_as_our_own(read, home, cast, tmp_path):
    (home / "audio").mkdir()
    shutil.copy(cast / "podcasts/ward-round/2026-03-04-sepsis.mp3", home / "audio/boat.mp3")
    shutil.copy(cast / "podcasts/ward-round/2026-03-04-sepsis.vtt", home / "audio/boat.vtt")
    shutil.copy(cast / "podcasts/ward-round/artwork.jpg", home / "art.jpg")
    text = (home / "feed.xml").read_text().replace("https://media.example.org/boat.mp3", "audio/boat.mp3")
    spaces = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    text = text.replace("<rss ", f"<rss {spaces} ").replace(
        "<itunes:duration>1:02", '<podcast:transcript url="audio/boat.vtt" type="text/vtt"/><itunes:duration>1:02'
    )
    (home / "feed.xml").write_text(text.replace("<itunes:author>", '<itunes:image href="art.jpg"/><itunes:author>'))
    found = read()
    assert found.problems == []
    boat = found.value.episodes[0]
    assert [one.way for one in boat.recording.renditions] == ["listen-low", "listen"]
    assert [one.lang for one in boat.recording.captions] == ["en"]
    assert found.value.artwork.width == 1400
    store = Store(tmp_path / "data/store")
    assert all(store.size(asset.url) == asset.bytes for asset in found.assets)


def test_a_sound_that_is_not_beside_the_feed_is_a_problem_at_its_item(read, home):
    text = (home / "feed.xml").read_text().replace("https://media.example.org/boat.mp3", "audio/boat.mp3")
    (home / "feed.xml").write_text(text)
    assert said(read()) == [("feed.xml", 11, "error", "missing-recording")]


def test_a_feed_that_is_not_there_or_no_feed_is_an_error(read, home):
    (home / "feed.xml").write_text("<html></html>")
    assert said(read()) == [("feed.xml", 1, "error", "broken-feed")]
    (home / "feed.xml").unlink()
    assert said(read()) == [("show.md", 3, "error", "missing-file")]


def test_a_feed_is_fetched_when_it_may_be(read, home, server):
    data = (home / "feed.xml").read_bytes()
    server.answers["feed"] = lambda to: to.answer(200, data)
    from_address(home, server.url("feed"))
    assert read(data=None, fetch=True).value.episodes == ()
    assert server.asked == []
    found = read(fetch=True)
    assert (found.problems, len(found.value.episodes), found.value.stale) == ([], 2, "")
    # Later, without asking again, the kept copy is shown.
    assert len(read(fetch=False).value.episodes) == 2
    assert len(server.asked) == 1


def test_an_outage_elsewhere_keeps_the_last_copy_and_warns(read, home, server):
    whole = (home / "feed.xml").read_bytes()
    answers = [lambda to: to.answer(200, whole)]
    server.answers["feed"] = lambda to: answers[-1](to)
    from_address(home, server.url("feed"))
    read(fetch=True)
    for bad in (lambda to: to.answer(500), lambda to: to.answer(200, whole[: len(whole) // 2])):
        answers.append(bad)
        found = read(fetch=True)
        assert said(found) == [("show.md", 3, "warning", "feed-stale")]
        assert len(found.value.episodes) == 2
        assert found.value.stale


def test_an_outage_at_the_first_fetch_leaves_a_show_without_episodes(read, home, server):
    server.answers["feed"] = lambda to: to.answer(500)
    from_address(home, server.url("feed"))
    found = read(fetch=True)
    assert said(found) == [("show.md", 3, "warning", "feed-stale")]
    assert found.value.episodes == ()


def test_an_address_that_is_none_is_an_error(read, home):
    from_address(home, "ftp://example.org/feed")
    assert said(read()) == [("show.md", 3, "error", "feed")]


def test_an_address_that_cannot_be_read_is_an_error_at_its_line(read, home):
    from_address(home, '"http://[evil"')
    assert said(read()) == [("show.md", 3, "error", "feed")]


@pytest.mark.parametrize("host", ["10.0.0.1", "[::1]", "127.0.0.2:8000", "169.254.169.254", "localhost", "[fec0::1]"])
def test_a_private_address_is_an_error_before_anything_is_fetched(read, home, host):
    from_address(home, f'"http://{host}/feed.xml"')
    assert said(read()) == [("show.md", 3, "error", "feed")]


def test_a_private_address_that_is_allowed_or_a_public_one_is_none(read, home):
    for host in ("127.0.0.1", "93.184.215.14", "example.org"):
        from_address(home, f"http://{host}/feed.xml")
        assert said(read()) == []


def test_funding_that_is_no_web_address_is_an_error(read, home):
    (home / "show.md").write_text(
        "---\ntitle: Elsewhere\nfeed: feed.xml\nfunding:\n  url: javascript:alert(1)\n  text: Give\n---\n"
    )
    (problem,) = [one for one in read().problems if one.severity == "error"]
    assert problem.line == 5
    assert "is not a web address" in problem.what


def test_a_feed_that_has_moved_for_good_is_a_warning_with_its_new_address(read, home, server):
    whole = (home / "feed.xml").read_bytes()
    server.answers["new"] = lambda to: to.answer(200, whole)
    server.answers["old"] = lambda to: to.answer(301, Location="/new")
    from_address(home, server.url("old"))
    found = read(fetch=True)
    assert said(found) == [("show.md", 3, "warning", "feed-moved")]
    assert found.problems[0].mend == f"write `feed: {server.url('new')}`"
    told = whole.replace(b"<channel>", b"<channel><itunes:new-feed-url>https://new.example/</itunes:new-feed-url>")
    server.answers["new"] = lambda to: to.answer(200, told)
    from_address(home, server.url("new"))
    assert read(fetch=True).problems[0].what == "the feed has moved for good, to https://new.example/"


def test_a_feed_that_is_gone_keeps_its_copy_and_says_so(read, home, server):
    whole = (home / "feed.xml").read_bytes()
    server.answers["feed"] = lambda to: to.answer(200, whole)
    from_address(home, server.url("feed"))
    read(fetch=True)
    server.answers["feed"] = lambda to: to.answer(410)
    found = read(fetch=True)
    assert len(found.value.episodes) == 2
    assert found.problems[0].mend == "find its new address, or take the show out"
