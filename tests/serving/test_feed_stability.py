"""No client finds a new episode where there is none, whatever is renamed, dated anew, replaced or moved."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.media.recordings import sound
from tests.serving.conftest import Archive, Server
from tests.serving.recorder import Recorder

FEED = "/podcasts/ward-round/feed.xml"
GUID = "{https://podcastindex.org/namespace/1.0}guid"


@pytest.fixture
def home(cast: Path) -> Path:
    """The cast's own show, with a webinar in it: only the register keeps its guids."""
    show = cast / "podcasts" / "ward-round" / "show.md"
    reword(show, "topics:", "webinars: [stroke-in-the-clinic]\ntopics:")
    return cast


@pytest.fixture
def running(home: Path, publisher: Callable[..., object], serve: Callable[..., Server], recorder: Recorder) -> Server:
    """A server that the recorder stands before."""
    publisher(home, url=recorder.address)
    server = serve(home, "--url", recorder.address)
    server.until(FEED, "</rss>")
    recorder.to = server.port
    return server


def test_gpodder_is_told_304_and_no_change_makes_an_episode_new(
    running: Server, home: Path, publisher: Callable[..., object], recorder: Recorder, gpo: Callable[..., str]
) -> None:
    feed = recorder.address + FEED
    gpo("subscribe", feed)
    gpo("download", feed)
    before = known(running)
    assert recorder.since(0)[0] == (FEED, 200)

    seen = len(recorder.passed)
    gpo("update", feed)
    assert recorder.since(seen) == [(FEED, 304)]
    assert recorder.passed[-1].conditional
    assert "0 new episodes" in gpo("pending")

    change(home)
    publisher(home, url=recorder.address)
    running.until(FEED, "At the bedside")
    seen = len(recorder.passed)
    gpo("update", feed)
    assert "0 new episodes" in gpo("pending")
    # One publish later: what was renamed and replaced at once, nobody could tell from a new episode.
    corrected = replace_sound(home)
    publisher(home, url=recorder.address)
    running.until(FEED, f'length="{len(corrected)}"')
    gpo("update", feed)
    assert recorder.since(seen) == [(FEED, 200), (FEED, 200)]
    assert "0 new episodes" in gpo("pending")
    listed = gpo("episodes", "--guid", feed)
    assert [title in listed for title in ("Wheezing at night", "Sepsis, sooner", "Face, arm, speech")] == [True] * 3
    assert len([line for line in listed.splitlines() if "▉" in line]) == 3
    assert known(running) == before

    gpo("update", feed)
    assert recorder.passed[-1].status == 304


def test_podcast_archiver_is_told_304_and_downloads_nothing_after_a_change(
    running: Server, home: Path, publisher: Callable[..., object], recorder: Recorder, archive: Archive
) -> None:
    feed = recorder.address + FEED
    archive.run_twice(feed)
    asked = [(one.status, one.conditional) for one in recorder.passed if one.path == FEED]
    assert asked == [(200, False), (304, True)]
    files, episodes = archive.files(), archive.known()
    assert (len(files), len(episodes)) == (3, 3)

    change(home)
    publisher(home, url=recorder.address)
    running.until(FEED, "At the bedside")
    seen = len(recorder.passed)
    archive.run(feed)
    assert recorder.since(seen) == [(FEED, 200)]
    assert (archive.files(), archive.known()) == (files, episodes)


def test_podcast_archiver_takes_a_corrected_sound_as_the_episode_that_it_was(
    running: Server, home: Path, publisher: Callable[..., object], recorder: Recorder, archive: Archive
) -> None:
    feed = recorder.address + FEED
    archive.run(feed)
    episodes = archive.known()
    corrected = replace_sound(home)
    publisher(home, url=recorder.address)
    running.until(FEED, f'length="{len(corrected)}"')
    seen = len(recorder.passed)
    archive.run(feed)
    # It compares lengths: the one file that is another now is fetched anew, in the place of the old one.
    assert [status for _, status in recorder.since(seen)] == [200, 200]
    assert archive.known() == episodes
    assert archive.files()["Ward Round/2026-03-18 - Asthma at night.mp3"] == corrected
    assert len(archive.files()) == 3


def test_another_host_name_makes_no_episode_new(
    running: Server,
    home: Path,
    publisher: Callable[..., object],
    serve: Callable[..., Server],
    recorder: Recorder,
    gpo: Callable[..., str],
    archive: Archive,
) -> None:
    old = recorder.address + FEED
    gpo("subscribe", old)
    gpo("download", old)
    archive.run(old)
    files, episodes, before = archive.files(), archive.known(), known(running)
    running.stop()

    moved = f"http://localhost:{recorder.port}"
    publisher(home, url=moved)
    server = serve(home, "--url", moved)
    text = server.until(FEED, f'<enclosure url="{moved}/media/')
    recorder.to = server.port
    assert "127.0.0.1" not in text
    assert known(server) == before
    assert before[0]  # the show has a guid of its own, and it is that of the first address

    seen = len(recorder.passed)
    gpo("update", old)
    assert "0 new episodes" in gpo("pending")
    assert len([line for line in gpo("episodes", old).splitlines() if "▉" in line]) == 3
    archive.run(old)
    archive.run(moved + FEED)
    assert recorder.since(seen) == [(FEED, 200)] * 3
    assert (archive.files(), archive.known()) == (files, episodes)


def test_a_show_that_was_renamed_is_followed_to_its_new_address(
    running: Server,
    home: Path,
    publisher: Callable[..., object],
    recorder: Recorder,
    gpo: Callable[..., str],
    archive: Archive,
) -> None:
    old, new = recorder.address + FEED, recorder.address + FEED.replace("ward-round", "bedside")
    gpo("subscribe", old)
    gpo("download", old)
    archive.run(old)
    files, episodes, before = archive.files(), archive.known(), known(running)

    (home / "podcasts" / "ward-round").rename(home / "podcasts" / "bedside")
    for path in home.rglob("*.md"):
        reword(path, "podcasts/ward-round", "podcasts/bedside")
    reword(home / "podcasts" / "bedside" / "show.md", "topics:", "former: [ward-round]\ntopics:")
    publisher(home, url=recorder.address)
    running.until("/podcasts/bedside/feed.xml", "</rss>")
    assert known(running, "/podcasts/bedside/feed.xml") == before

    seen = len(recorder.passed)
    gpo("update", old)
    assert recorder.since(seen)[0] == (FEED, 301)
    assert new in gpo("list")
    gpo("update", new)
    assert "0 new episodes" in gpo("pending")
    assert len([line for line in gpo("episodes", new).splitlines() if "▉" in line]) == 3
    archive.run(old)
    assert (archive.files(), archive.known()) == (files, episodes)


def change(home: Path) -> None:
    """Give the show and all of its items other titles, days and file names."""
    show = home / "podcasts" / "ward-round"
    reword(show / "show.md", "title: Ward Round", "title: At the bedside")
    reword(show / "2026-03-04-sepsis.md", "title: Sepsis, early", "title: Sepsis, sooner\ndate: 2026-02-27")
    reword(show / "2026-03-18-asthma.md", "title: Asthma at night", "title: Wheezing at night\ndate: 2026-03-12")
    for path in show.glob("2026-*"):
        path.rename(
            path.with_name(path.name.replace("2026-03-04-sepsis", "early-signs").replace("2026-03-18-", "the-"))
        )
    webinar = home / "webinars" / "stroke-in-the-clinic"
    reword(webinar / "webinar.md", "title: Stroke in the clinic", "title: Face, arm, speech")
    reword(webinar / "webinar.md", "recorded: 2026-02-11", "recorded: 2026-02-09")
    webinar.rename(home / "webinars" / "stroke")
    for path in home.rglob("*.md"):
        reword(path, "stroke-in-the-clinic", "stroke")
        reword(path, "2026-03-04-sepsis", "early-signs")


def replace_sound(home: Path) -> bytes:
    """Put another recording in the place of an episode's, under the same name."""
    (old,) = (home / "podcasts" / "ward-round").glob("*asthma.mp3")
    return sound(old, seconds=7, bits=64_000).read_bytes()


def reword(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if old in text:
        path.write_text(text.replace(old, new), "utf-8")


def known(server: Server, feed: str = FEED) -> tuple[str | None, set[str | None]]:
    """By what the running feed may be known: the guid of the show, and those of its items."""
    channel = ElementTree.fromstring(server.get(feed)[1]).find("channel")
    assert channel is not None
    return channel.findtext(GUID), {item.findtext("guid") for item in channel.findall("item")}
