"""What outside items have alongside their sound: fetched once, kept, and shown as our own transcripts are."""

import json
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_feed_fetching import Server

from lms.app import create_app
from lms.config import Settings
from lms.library.reader import Options, ground
from lms.library.shelf import Shelf
from lms.media.feed.alongside import chapters, cues, kind_of, words
from lms.media.reader import alongside, read_show
from lms.search.service import search
from lms.text.folder import Folder

PATH = "podcasts/elsewhere/show.md"
VTT = b"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>The boat brings the vaccine crate.\n"
SRT = b"1\r\n00:00:01,000 --> 00:00:04,000\r\nIn the harbour.\r\n"
JSON = json.dumps(
    {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ana", "startTime": 0.5, "endTime": 0.9, "body": "Keep"},
            {"speaker": "Ana", "startTime": 1, "endTime": 1.4, "body": "it"},
            {"speaker": "Ana", "startTime": 1.5, "body": "cold."},
            {"speaker": "Ben", "startTime": 9, "endTime": 12, "body": "How cold?"},
        ],
    }
).encode()
CHAPTERS = json.dumps(
    {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 30, "title": "The crate"},
            {"startTime": 0, "title": "Dawn &amp; tide", "img": "https://t.example/a.png"},
            {"startTime": 10, "title": "Hidden", "toc": False},
            {"startTime": 9_000, "title": "Past the end"},
        ],
    }
).encode()


@pytest.fixture
def server():
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


def feed(*items, channel=""):
    return (
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:psc="http://podlove.org/simple-chapters" xmlns:podcast="https://podcastindex.org/namespace/1.0">'
        f"<channel><title>Elsewhere</title>{channel}{''.join(items)}</channel></rss>"
    ).encode()


def item(name, inside):
    return (
        f'<item><title>{name}</title><guid>{name}</guid><enclosure url="https://media.example.org/{name}.mp3" '
        f'type="audio/mpeg"/><itunes:duration>60</itunes:duration>{inside}</item>'
    )


def transcript(url, type, more=""):
    return f'<podcast:transcript url="{url}" type="{type}" {more}/>'


def serve(server, cast, *items, channel="", **files):
    data = feed(*items, channel=channel)
    server.answers["feed"] = lambda to: to.answer(200, data)
    for name, body in files.items():

        def answer(to, body=body):
            if to.headers.get("If-None-Match") == '"1"':
                to.answer(304)
            else:
                to.answer(200, body, ETag='"1"')

        server.answers[name] = answer
    (cast / PATH).write_text(f"---\ntitle: Elsewhere\nfeed: {server.url('feed')}\n---\n")


def paths(server):
    found = [path[1:] for path, _ in server.asked]
    server.asked.clear()
    return found


def test_transcripts_and_chapters_are_fetched_once_and_asked_for_again_only_if_changed(read, cast, server):
    inside = transcript("/vtt", "text/vtt") + '<podcast:chapters url="/chapters"/>'
    serve(server, cast, item("boat", inside), vtt=VTT, chapters=CHAPTERS)
    (boat,) = read(fetch=True).value.episodes
    assert [(one.lang, [cue.speaker for cue in one.cues]) for one in boat.recording.captions] == [("en", ["Ana"])]
    assert [(one.start, one.title) for one in boat.recording.chapters] == [(0, "Dawn & tide"), (30, "The crate")]
    assert sorted(paths(server)) == ["chapters", "feed", "vtt"]
    again = read(fetch=True).value.episodes
    assert [("If-None-Match" in headers, path) for path, headers in server.asked] == [
        (False, "/feed"),
        (True, "/chapters"),
        (True, "/vtt"),
    ]
    assert again == (boat,)


def test_without_fetching_or_when_their_server_fails_what_is_kept_is_shown(read, cast, server):
    serve(server, cast, item("boat", transcript("/vtt", "text/vtt")), vtt=VTT)
    fetched = read(fetch=True).value.episodes
    paths(server)
    assert read(fetch=False).value.episodes == fetched
    assert paths(server) == []
    server.answers["vtt"] = lambda to: to.answer(500)
    assert read(fetch=True).value.episodes == fetched


def test_what_could_not_be_fetched_is_linked_and_left_alone_for_a_day(read, cast, server):
    serve(server, cast, item("boat", transcript("/gone", "text/vtt")))
    server.answers["gone"] = lambda to: to.answer(404)
    for _ in range(2):
        found = read(fetch=True)
        (script,) = found.value.episodes[0].scripts
        assert (script.url, script.body.parts, found.problems) == (server.url("gone"), (), [])
    assert paths(server).count("gone") == 1


def test_a_transcript_at_a_private_address_is_never_asked_for(read, cast, server):
    hosts = ("localhost", "127.0.0.2", "2130706434", "[::1]")
    inside = [transcript(f"http://{host}:{server.server_port}/vtt", "text/vtt") for host in hosts]
    away = transcript("/away", "text/vtt")
    serve(server, cast, *(item(f"i{n}", one) for n, one in enumerate([*inside, away])), vtt=VTT)
    server.answers["away"] = lambda to: to.answer(302, Location=f"http://localhost:{server.server_port}/vtt")
    assert [one.recording.captions for one in read(fetch=True).value.episodes] == [()] * 5
    assert "vtt" not in paths(server)


def test_no_more_is_asked_for_in_one_publish_than_is_polite(read, cast, server, monkeypatch):
    monkeypatch.setattr(alongside, "MOST_REQUESTS", 3)
    many = {f"t{n}": VTT for n in range(5)}
    serve(server, cast, *(item(f"i{n}", transcript(f"/t{n}", "text/vtt")) for n in range(5)), **many)
    for asked in (4, 3 + 1):  # the feed each time; then the two that are left, and one that is kept
        read(fetch=True)
        assert len(paths(server)) == asked
    assert all(one.recording.captions for one in read().value.episodes)


def test_a_host_that_fails_is_not_asked_for_all_the_rest(read, cast, server):
    serve(server, cast, *(item(f"i{n}", transcript(f"/t{n}", "text/vtt")) for n in range(9)))
    for number in range(9):
        server.answers[f"t{number}"] = lambda to: to.answer(503)
    read(fetch=True)
    assert len(paths(server)) == 1 + alongside.PATIENCE


def test_copies_of_what_the_feed_names_no_more_are_deleted(read, cast, server, tmp_path):
    serve(server, cast, item("boat", transcript("/vtt", "text/vtt")), vtt=VTT)
    read(fetch=True)
    assert len(list((tmp_path / "data/feeds/alongside").rglob("*.xml"))) == 1
    serve(server, cast, item("boat", ""))
    read(fetch=True)
    assert list((tmp_path / "data/feeds/alongside").rglob("*.*")) == []


def test_a_feed_in_the_folder_takes_its_transcripts_and_chapters_from_the_folder(read, cast):
    home = cast / "podcasts/elsewhere"
    (home / "words.json").write_bytes(JSON)
    (home / "marks.json").write_bytes(CHAPTERS)
    inside = transcript("words.json", "application/json", 'language="es"') + '<podcast:chapters url="marks.json"/>'
    (home / "feed.xml").write_bytes(feed(item("boat", inside)))
    found = read()
    (boat,) = found.value.episodes
    assert [(one.lang, len(one.cues)) for one in boat.recording.captions] == [("es", 2)]
    assert len(boat.recording.chapters) == 2
    assert "podcasts/elsewhere/words.json" in found.uses


def test_chapters_in_the_feed_itself_are_taken(read, cast):
    inside = (
        '<psc:chapters><psc:chapter start="0:10.5" title="Dawn"/><psc:chapter start="2" title="Night"/></psc:chapters>'
    )
    (cast / "podcasts/elsewhere/feed.xml").write_bytes(feed(item("boat", inside)))
    (boat,) = read().value.episodes
    assert [(one.start, one.title) for one in boat.recording.chapters] == [(2, "Night"), (Decimal("10.5"), "Dawn")]


def test_pages_and_search_use_all_that_a_feed_says(publisher, cast, data, server):
    people = (
        '<podcast:person role="guest" href="https://ana.example/" img="https://spy.example/face.png">Ana &lt;b&gt;'
        "\u202eDíaz</podcast:person><podcast:person href='javascript:x()'>Ben</podcast:person>"
    )
    inside = (
        people
        + transcript("/vtt", "text/vtt")
        + transcript("/plain", "text/plain", 'language="es"')
        + '<podcast:chapters url="/chapters"/><podcast:season name="The coast">2</podcast:season>'
        '<podcast:episode display="Part 2b">7</podcast:episode>'
        '<podcast:soundbite startTime="33" duration="9">The best</podcast:soundbite>'
    )
    channel = (
        '<podcast:funding url="https://give.example/">Give a crate</podcast:funding>'
        '<podcast:license>cc-by-4.0</podcast:license><itunes:image href="https://spy.example/art.png"/>'
    )
    plain = "Una caja de \u2066vacunas & hielo.\n\nSegundo párrafo.".encode()
    serve(server, cast, item("boat", inside), channel=channel, vtt=VTT, chapters=CHAPTERS, plain=plain)
    result = publisher(cast, fetch=True, feed_hosts=("127.0.0.1",))
    assert not result.refused, result.problems
    client = create_app(Settings(content=cast, data=data)).test_client()
    answer = client.get("/podcasts/elsewhere/boat")
    page = answer.text
    for said in (
        '<a href="https://ana.example/" rel="nofollow noopener"><bdi>Ana Díaz</bdi></a>',
        "<bdi>Ben</bdi>",
        "season 2: <bdi>The coast</bdi>",
        "<bdi>Part 2b</bdi>",
        "The boat brings the vaccine crate.",
        "Dawn &amp; tide",
        "Highlights",
        "<p>Una caja de vacunas &amp; hielo.</p>",
    ):
        assert said in page, said
    assert "spy.example" not in page and "javascript:" not in page
    assert "img-src 'self' data:; media-src 'self' https:;" in answer.headers["Content-Security-Policy"]
    show = client.get("/podcasts/elsewhere").text
    assert '<a href="https://give.example/" rel="nofollow noopener"><bdi>Give a crate</bdi></a>' in show
    assert "creativecommons.org/licenses/by/4.0/" in show and "spy.example" not in show
    release = Shelf(data).release()
    assert search(release, "vaccine crate").hits[0].url.startswith("/podcasts/elsewhere/boat?t=")
    assert search(release, "vacunas hielo").hits[0].url.startswith("/podcasts/elsewhere/boat")


# -- Every kind of transcript ----------------------------------------------------------------------------------------


def test_transcripts_of_every_kind_become_cues():
    assert [cue.text for cue in cues(VTT, "vtt")] == ["The boat brings the vaccine crate."]
    assert [cue.text for cue in cues(SRT, "srt")] == ["In the harbour."]
    assert [cue.text for cue in cues(SRT, "vtt")] == ["In the harbour."]
    assert [(cue.start, cue.speaker, cue.text) for cue in cues(JSON, "json")] == [
        (Decimal("0.5"), "Ana", "Keep it cold."),
        (9, "Ben", "How cold?"),
    ]
    html = (
        b"<cite>Ana:</cite><time>0:05</time><p>Keep it <b>cold</b>.</p><cite>Ben:</cite><time>1:02:03</time><p>Why?</p>"
    )
    assert [(cue.start, cue.speaker, cue.text) for cue in cues(html, "html")] == [
        (5, "Ana", "Keep it cold ."),
        (3723, "Ben", "Why?"),
    ]


def test_transcripts_without_times_become_text_and_web_pages_do_not():
    html = b"<cite>Ana</cite><p onclick='x()'>Keep it <img src='https://spy.example'>cold.</p>"
    assert words(html, "html") == "<p><b>Ana</b></p><p>Keep it cold.</p>"
    assert words(b"<html><nav>Menu</nav><p>Words</p></html>", "html") == ""
    assert words(b"One <two.\n\nThree", "txt") == ""
    assert words(b"One & two.\r\n\r\nThree\x07", "txt") == "<p>One &amp; two.</p><p>Three</p>"


@pytest.mark.parametrize(
    ("type", "url", "kind"),
    [
        ("text/vtt", "https://x.example/a", "vtt"),
        ("", "https://x.example/a.srt?b=c", "srt"),
        ("text/plain", "https://x.example/a.vtt", "vtt"),
        ("application/pdf", "https://x.example/a", ""),
    ],
)
def test_the_kind_of_a_transcript_is_told_by_type_or_name(type, url, kind):
    assert kind_of(type, url) == kind


@pytest.mark.parametrize("start", [None, True, "x", -1, 1e300, "NaN", "Infinity", {}, [1]])
def test_times_that_are_none_are_left_out(start):
    mark = {"startTime": start, "title": "A"}
    assert chapters(json.dumps({"chapters": [mark, {"startTime": "1:00", "title": "B"}, 7, None]}).encode()) == (
        chapters(b'[{"startTime": 60, "title": "B"}]')
    )


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    st.sampled_from(["vtt", "srt", "json", "html", "txt"]),
)
def test_any_bytes_are_read_or_left_out(data, kind):
    for whole in (data, b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + data, b'{"segments": [' + data + b"]}"):
        cues(whole, kind)
        words(whole, kind)
        chapters(whole)


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"chapters":' * 50_000, b"<cite>" * 50_000, b"<p><time>1:00" * 20_000]
)
def test_what_is_nested_to_break_readers_is_left_out(data):
    assert chapters(data) == ()
    for kind in ("json", "html"):
        assert cues(data, kind) == ()
