"""Webinars from the content folder: what a folder says, and every way in which it may be wrong."""

import shutil
from decimal import Decimal
from functools import partial

import pytest
from recordings import film, sound

from lms.library.reader import Options, ground
from lms.media.reader import read_webinar
from lms.media.renditions.store import Store
from lms.text.folder import Folder

PATH = "webinars/stroke-in-the-clinic/webinar.md"


@pytest.fixture
def home(cast):
    return cast / "webinars/stroke-in-the-clinic"


@pytest.fixture
def read(cast):
    """Reads the webinar as it now stands in the folder; with `data`, also makes its renditions."""

    def run(data=None, path=PATH):
        return read_webinar(ground(Folder.scan(cast), Options(data=data)).context(), path)

    return run


def said(found):
    return [(problem.path.rpartition("/")[2], problem.line, problem.rule) for problem in found.problems]


def change(home, name, before, after):
    text = (home / name).read_text()
    assert before in text
    (home / name).write_text(text.replace(before, after))


def test_a_webinar_is_read_with_all_that_belongs_to_it(read):
    found = read()
    webinar = found.value
    assert found.problems == []
    assert (webinar.title, webinar.slug, webinar.url) == (
        "Stroke in the clinic",
        "stroke-in-the-clinic",
        "/webinars/stroke-in-the-clinic",
    )
    assert (webinar.speakers, webinar.recorded.isoformat(), webinar.minutes) == (("rosa", "daniel"), "2026-02-11", 1)
    assert [(chapter.start, chapter.title) for chapter in webinar.recording.chapters] == [
        (0, "The signs"),
        (5, "The time"),
    ]
    assert [(track.lang, len(track.cues)) for track in webinar.recording.captions] == [("en", 3)]
    assert webinar.recording.captions[0].cues[0].speaker == "Rosa Quispe"
    assert (webinar.slides.name, webinar.slides.type) == ("slides.pdf", "application/pdf")
    assert [question.id for question in webinar.quiz.questions] == ["sign", "time"]
    assert 'href="/modules/measuring-bp"' in webinar.notes.html
    assert [(ref.kind, ref.target) for ref in found.references if ref.kind == "person"] == [
        ("person", "rosa"),
        ("person", "daniel"),
    ]


def test_when_published_it_comes_in_four_ways_and_every_file_is_in_the_store(read, tmp_path):
    found = read(tmp_path / "data")
    recording, store = found.value.recording, Store(tmp_path / "data/store")
    assert [rendition.way for rendition in recording.renditions] == ["listen-low", "watch-low", "listen", "watch"]
    assert recording.poster is not None
    assert found.assets and all(store.size(asset.url) == asset.bytes for asset in found.assets)
    shown = {recording.poster.url, found.value.slides.url, *(one.url for one in recording.captions)}
    shown |= {one.url for one in recording.renditions}
    assert shown <= {asset.url for asset in found.assets}


def test_checked_alone_only_the_source_counts_and_nothing_is_written(read, cast):
    before = sorted(cast.parent.rglob("*"))
    assert [rendition.way for rendition in read().value.recording.renditions] == ["watch"]
    assert sorted(cast.parent.rglob("*")) == before


def test_a_folder_without_webinar_md_says_so(read, home):
    (home / "webinar.md").unlink()
    assert said(read()) == [("webinar.md", 1, "missing-file")]


def test_a_name_in_the_wrong_case_says_so(read, home):
    (home / "webinar.md").rename(home / "Webinar.md")
    found = read()
    assert [problem.rule for problem in found.problems] == ["wrong-case"]


def test_a_webinar_without_a_recording_is_an_error(read, home):
    (home / "recording.mp4").unlink()
    assert said(read()) == [("webinar.md", 1, "no-recording")]


def test_a_recording_of_another_name_is_found_when_it_is_the_only_one(read, home):
    (home / "recording.mp4").rename(home / "Session 4.mp4")
    assert read().problems == []


def test_of_several_recordings_one_must_be_named(read, home):
    (home / "recording.mp4").rename(home / "a.mp4")
    shutil.copy(home / "a.mp4", home / "b.mp4")
    found = read()
    assert said(found) == [("webinar.md", 1, "which-recording")]
    change(home, "webinar.md", "recorded:", "recording: b.mp4\nrecorded:")
    assert read().problems == []


def test_a_named_recording_that_is_not_there_is_a_problem_at_its_line(read, home):
    change(home, "webinar.md", "recorded:", "recording: recordin.mp4\nrecorded:")
    found = read()
    assert said(found) == [("webinar.md", 5, "missing-recording")]
    assert found.problems[0].mend == "did you mean `recording.mp4`?"
    change(home, "webinar.md", "recordin.mp4", "Recording.mp4")
    assert said(read()) == [("webinar.md", 5, "wrong-case")]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"not a film at all\n", "this is text, not a recording"),
        (b"version https://git-lfs.github.com/spec/v1\n", "the file is a Git LFS pointer, not the recording"),
    ],
)
def test_what_is_no_recording_is_a_problem_of_that_file(read, home, data, what):
    (home / "recording.mp4").write_bytes(data)
    found = read()
    assert said(found) == [("recording.mp4", 1, "broken-media")]
    assert found.problems[0].what == what


def test_all_faults_are_said_at_once(read, home):
    (home / "recording.mp4").write_bytes(b"")
    (home / "slides.pdf").write_bytes(b"PK")
    (home / "captions.en.vtt").write_text("WEBVTT\n\n00:05.000 --> 00:01.000\nx\n")
    change(home, "webinar.md", "0:05 The time", "5 The time")
    change(home, "webinar.md", "summary:", "sumary:")
    assert sorted(said(read())) == [
        ("captions.en.vtt", 3, "cue-ends-early"),
        ("recording.mp4", 1, "broken-media"),
        ("slides.pdf", 1, "slides"),
        ("webinar.md", 3, "unknown-key"),
        ("webinar.md", 16, "chapter"),
    ]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("0:00 Again", "chapter-order"),
        ("0:09 Late", "chapter-past-end"),
        ("1:02:03 Much later", "chapter-past-end"),
        ("0:61 x", "chapter"),
        ("0:05", "chapter"),
        ("five The time", "chapter"),
    ],
)
def test_faulty_chapters_are_errors_with_their_line(read, home, words, rule):
    change(home, "webinar.md", "0:05 The time", words)
    assert said(read()) == [("webinar.md", 16, rule)]


def test_chapters_in_the_recording_are_taken_where_none_are_written(read, home):
    (home / "recording.mp4").unlink()
    sound(home / "recording.mp3", seconds=8, chapters=[(0, "One"), (4, "Two")])
    text = (home / "webinar.md").read_text()
    start, end = text.index("chapters:"), text.index("---", 10)
    (home / "webinar.md").write_text(text[:start] + text[end:])
    assert [(chapter.start, chapter.title) for chapter in read().value.recording.chapters] == [(0, "One"), (4, "Two")]


def test_a_webinar_may_be_sound_alone(read, home):
    (home / "recording.mp4").unlink()
    sound(home / "recording.m4a", seconds=8)
    found = read()
    assert found.problems == []
    assert [rendition.way for rendition in found.value.recording.renditions] == ["listen"]


def test_missing_captions_are_a_warning(read, home):
    (home / "captions.en.vtt").unlink()
    found = read()
    assert [(problem.rule, problem.severity) for problem in found.problems] == [("no-captions", "warning")]
    assert found.value.recording.captions == ()


def test_captions_in_several_languages_and_formats(read, home, tmp_path):
    (home / "captions.en.vtt").rename(home / "captions.vtt")
    (home / "captions.es.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\n¿Qué ve?\n")
    found = read(tmp_path / "data")
    tracks = found.value.recording.captions
    assert [track.lang for track in tracks] == ["en", "es"]
    assert tracks[1].url.endswith("captions-es.vtt")
    stored = Store(tmp_path / "data/store").path(tracks[1].url).read_text()
    assert stored == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n¿Qué ve?\n"


def test_captions_of_another_recording_are_found_out(read, home):
    change(home, "captions.en.vtt", "00:05.000 --> 00:07.500", "00:05.000 --> 01:07.500")
    assert said(read()) == [("captions.en.vtt", 9, "cue-past-end")]


def test_captions_in_no_language_or_twice_are_problems(read, home):
    shutil.copy(home / "captions.en.vtt", home / "captions.english.vtt")
    (home / "captions.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nx\n")
    assert said(read()) == [("captions.english.vtt", 1, "captions-name"), ("captions.en.srt", 1, "captions-twice")]


def test_a_film_without_sound_is_warned_of(read, home):
    film(home / "recording.mp4", seconds=8, size=(160, 90), quiet=True, frames=5)
    assert [problem.rule for problem in read().problems] == ["media"]


def test_a_title_that_is_not_said_comes_from_the_heading_or_the_name(read, home):
    plain = home.parent / "plain"
    plain.mkdir()
    for name in ("recording.mp4", "captions.en.vtt"):
        shutil.copy(home / name, plain / name)
    again = partial(read, path="webinars/plain/webinar.md")
    (plain / "webinar.md").write_text("# A first heading\n\nNotes.\n")
    assert (again().value.title, said(again())) == ("A first heading", [("webinar.md", 1, "no-title")])
    (plain / "webinar.md").write_text("Notes.\n")
    assert again().value.title == "Plain"


def test_seconds_are_those_of_the_recording(read):
    assert abs(read().value.recording.seconds - 8) <= Decimal("0.2")
