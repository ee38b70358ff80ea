"""Our own shows: what their folders say, and every way in which they may be wrong."""

import shutil
from datetime import UTC, datetime

import pytest
from PIL import Image
from recordings import sound

from lms.library.reader import Options, ground
from lms.library.service import check, publish
from lms.library.shelf import Shelf
from lms.library.survey import survey
from lms.media.feed.writing import enclosed
from lms.media.reader import read_show
from lms.media.reader.categories import category, close, every
from lms.text.folder import Folder
from tests.conftest import NOW

PATH = "podcasts/ward-round/show.md"


@pytest.fixture
def home(cast):
    return cast / "podcasts/ward-round"


@pytest.fixture
def read(cast):
    def run(data=None, path=PATH):
        return read_show(ground(Folder.scan(cast), Options(data=data)).context(), path)

    return run


def said(found):
    return [(problem.path.rpartition("/")[2], problem.line, problem.rule) for problem in found.problems]


def change(home, name, before, after):
    text = (home / name).read_text()
    assert before in text
    (home / name).write_text(text.replace(before, after, 1))


def test_a_show_is_read_with_its_episodes_newest_first(read):
    found = read()
    show = found.value
    assert found.problems == []
    assert (show.title, show.slug, show.author, show.category) == (
        "Ward Round",
        "ward-round",
        "Hillside Hospital",
        "Education > Courses",
    )
    assert (show.artwork.width, show.artwork.alt) == (1400, "A plain teal square.")
    assert [episode.title for episode in show.episodes] == ["Asthma at night", "Sepsis, early"]
    asthma, sepsis = show.episodes
    assert sepsis.moment == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert sepsis.url == "/podcasts/ward-round/2026-03-04-sepsis"
    assert (sepsis.hosts, sepsis.guests, sepsis.season, sepsis.number) == (("rosa",), ("daniel",), 1, 1)
    assert sepsis.quiz.questions[0].id == "count"
    assert [chapter.title for chapter in sepsis.recording.chapters] == ["The case", "The numbers"]
    assert [chapter.title for chapter in asthma.recording.chapters] == ["The night", "The morning"]
    assert asthma.recording.captions[0].cues[1].text == "The cough, at three."
    assert 'href="/webinars/stroke-in-the-clinic"' in sepsis.notes.html


def test_a_folder_without_show_md_says_so(read, home, cast):
    (home / "show.md").unlink()
    assert said(read()) == [("show.md", 1, "missing-file")]
    (cast / "podcasts/elsewhere/show.md").unlink()
    problem = read(path="podcasts/elsewhere/show.md").problems[0]
    assert problem.mend == "add show.md with `feed: feed.xml` in its front matter"


def test_a_sound_alone_is_published_from_its_tags_with_a_warning(read, home):
    sound(home / "2026-04-01-fever.mp3", title="Fever in a child", comment="What to ask first.")
    (home / "2026-04-01-fever.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n")
    found = read()
    assert said(found) == [("2026-04-01-fever.mp3", 1, "no-notes")]
    fever = found.value.episodes[0]
    assert (fever.title, fever.slug, fever.summary) == ("Fever in a child", "2026-04-01-fever", "What to ask first.")
    assert fever.path == "podcasts/ward-round/2026-04-01-fever.mp3"


def test_an_episode_without_a_day_is_an_error(read, home):
    for ending in ("md", "mp3", "srt"):
        (home / f"2026-03-18-asthma.{ending}").rename(home / f"asthma.{ending}")
    found = read()
    assert said(found) == [("asthma.md", 1, "no-date")]
    assert len(found.value.episodes) == 1
    change(home, "asthma.md", "season:", "date: 2026-03-18\nseason:")
    assert read().problems == []


def test_a_day_that_no_calendar_has_is_an_error(read, home):
    for ending in ("md", "mp3", "srt"):
        (home / f"2026-03-18-asthma.{ending}").rename(home / f"2026-02-30-asthma.{ending}")
    assert said(read()) == [("2026-02-30-asthma.md", 1, "no-date")]


def test_an_episode_without_sound_is_an_error(read, home):
    (home / "2026-03-18-asthma.mp3").unlink()
    assert said(read()) == [("2026-03-18-asthma.md", 1, "no-recording")]


def test_a_sound_in_the_wrong_case_says_so(read, home):
    (home / "2026-03-18-asthma.mp3").rename(home / "2026-03-18-Asthma.mp3")
    found = read()
    assert said(found)[0] == ("2026-03-18-asthma.md", 1, "wrong-case")
    assert found.problems[0].mend == "rename it to `2026-03-18-asthma.mp3`: capital letters count"


def test_a_sound_may_be_named(read, home):
    (home / "2026-03-18-asthma.mp3").rename(home / "take-2.mp3")
    change(home, "2026-03-18-asthma.md", "season:", "audio: take-2.mp3\nseason:")
    found = read()
    assert found.problems == []
    assert len(found.value.episodes) == 2


def test_a_number_given_twice_is_an_error(read, home):
    change(home, "2026-03-18-asthma.md", "episode: 2", "episode: 1")
    assert said(read()) == [("2026-03-18-asthma.md", 5, "duplicate-number")]
    change(home, "2026-03-18-asthma.md", "season: 1", "season: 2")
    assert read().problems == []


def test_a_serial_show_needs_numbers(read, home):
    change(home, "show.md", "title:", "type: serial\ntitle:")
    change(home, "2026-03-18-asthma.md", "episode: 2\n", "")
    assert [problem.rule for problem in read().problems] == ["no-number"]


def test_a_missing_transcript_is_a_warning(read, home):
    (home / "2026-03-18-asthma.srt").unlink()
    found = read()
    assert [(problem.rule, problem.severity) for problem in found.problems] == [("no-transcript", "warning")]


def test_files_that_no_episode_uses_are_warned_of(read, home):
    shutil.copy(home / "2026-03-04-sepsis.vtt", home / "2026-03-04-sepsys.vtt")
    shutil.copy(home / "2026-03-04-sepsis.quiz.md", home / "sepsis.quiz.md")
    (home / "raw").mkdir()
    shutil.copy(home / "2026-03-04-sepsis.mp3", home / "raw/take.mp3")
    found = read()
    assert said(found) == [
        ("2026-03-04-sepsys.vtt", 1, "unused"),
        ("take.mp3", 1, "unused"),
        ("sepsis.quiz.md", 1, "unused"),
    ]
    assert found.problems[0].mend == "did you mean `2026-03-04-sepsis`?"


def artwork(home, size, kind="JPEG", mode="RGB", name="artwork.jpg"):
    Image.new(mode, size).save(home / name, kind)


@pytest.mark.parametrize(
    ("size", "mode"), [((1400, 1300), "RGB"), ((1000, 1000), "RGB"), ((3100, 3100), "RGB"), ((1400, 1400), "CMYK")]
)
def test_artwork_that_directories_refuse_is_an_error(read, home, size, mode):
    artwork(home, size, mode=mode)
    found = read()
    assert said(found) == [("show.md", 6, "artwork")]
    assert found.problems[0].severity == "error"


def test_artwork_of_another_format_is_an_error(read, home):
    artwork(home, (1400, 1400), "WEBP", name="art.webp")
    change(home, "show.md", "artwork.jpg", "art.webp")
    assert [problem.rule for problem in read().problems] == ["artwork"]


def test_a_show_without_artwork_is_an_error(read, home):
    (home / "artwork.jpg").unlink()
    assert said(read()) == [("show.md", 6, "missing-picture")]
    change(home, "show.md", "artwork: artwork.jpg\n", "")
    assert said(read()) == [("show.md", 1, "no-artwork")]


def test_artwork_beside_the_show_needs_no_line(read, home):
    change(home, "show.md", "artwork: artwork.jpg\n", "")
    found = read()
    assert found.problems == []
    assert found.value.artwork.width == 1400


def test_an_episode_may_have_artwork_of_its_own(read, home):
    artwork(home, (1400, 1400), name="2026-03-18-asthma.jpg")
    change(home, "2026-03-18-asthma.md", "season:", "artwork_alt: A lung\nseason:")
    found = read()
    assert found.problems == []
    assert found.value.episodes[0].artwork.alt == "A lung"


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("Education > Course", "did you mean `Education > Courses`?"),
        ("Medicine", "did you mean `Health & Fitness > Medicine`?"),
        ("education", "did you mean `Education`?"),
        ("Zebras", "write one of Apple's list, such as `Education > Courses`"),
    ],
)
def test_a_category_outside_the_list_names_the_nearest(read, home, written, mend):
    change(home, "show.md", "Education > Courses", written)
    found = read()
    assert said(found) == [("show.md", 8, "category")]
    assert found.problems[0].mend == mend


def test_every_category_is_known_by_its_own_name():
    assert len(every()) == 19 + 91
    assert all(category(name) == name == close(name) for name in every())
    assert category("Education>Courses") == "Education > Courses"


def test_a_description_longer_than_apps_take_is_an_error(read, home):
    change(home, "show.md", "One case, in the time of a coffee.", "é" * 2_001)
    assert said(read()) == [("show.md", 3, "too-long")]


def test_a_show_that_says_nothing_of_itself_is_an_error(read, home):
    change(home, "show.md", "summary: One case, in the time of a coffee.\n", "")
    change(home, "show.md", "Cases from **the ward**, told by those who were there.\n", "")
    assert said(read()) == [("show.md", 1, "no-description")]


def test_two_names_with_one_address_are_an_error(read, home):
    for ending in ("md", "mp3", "srt"):
        shutil.copy(home / f"2026-03-18-asthma.{ending}", home / f"2026-03-18 Asthma.{ending}")
    assert said(read()) == [("2026-03-18-asthma.md", 1, "duplicate-slug")]


def test_a_broken_sound_leaves_the_other_episodes(read, home):
    (home / "2026-03-18-asthma.mp3").write_text("no sound")
    found = read()
    assert said(found) == [("2026-03-18-asthma.mp3", 1, "broken-media")]
    assert [episode.slug for episode in found.value.episodes] == ["2026-03-04-sepsis"]


def test_a_draft_episode_keeps_its_mark(read, home):
    change(home, "2026-03-18-asthma.md", "season:", "draft: true\nseason:")
    assert [episode.draft for episode in read().value.episodes] == [True, False]


def test_soundbites_are_read_with_their_times(read, home):
    change(home, "2026-03-04-sepsis.md", "season: 1\n", 'season: 1\nsoundbites: ["0:01-0:04 Count", "0:04 – 0:05"]\n')
    found = read()
    assert found.problems == []
    bites = found.value.episodes[1].soundbites
    assert [(bite.start, bite.seconds, bite.title) for bite in bites] == [(1, 3, "Count"), (4, 1, "")]


@pytest.mark.parametrize("line", ["Count", "0:04-0:01 Backwards", "0:01-9:00 Past the end", "0:01-1:75:00 Odd", "-"])
def test_a_soundbite_that_is_none_is_an_error(read, home, line):
    change(home, "2026-03-04-sepsis.md", "season: 1\n", f'season: 1\nsoundbites: ["{line}"]\n')
    assert said(read()) == [("2026-03-04-sepsis.md", 6, "soundbite")]


def test_a_guid_given_twice_is_an_error(read, home):
    for name in ("2026-03-04-sepsis.md", "2026-03-18-asthma.md"):
        change(home, name, "---\n", "---\nguid: one\n")
    assert said(read()) == [("2026-03-18-asthma.md", 2, "duplicate-guid")]


def test_a_webinar_is_an_item_of_the_show_that_names_it(cast, home, publisher, data):
    change(home, "show.md", "licence:", "webinars: [stroke-in-the-clinic]\nlicence:")
    publisher(cast)
    shelf = Shelf(data)
    show = shelf.release().show("ward-round")
    assert [(one.title, one.url, one.guid) for one in show.episodes if one.webinar] == [
        ("Stroke in the clinic", "/webinars/stroke-in-the-clinic", "ward-round/stroke-in-the-clinic")
    ]
    # It stays one thing: no second page, no second card.
    assert shelf.release().episode("ward-round", "stroke-in-the-clinic") is None
    assert [card.url for card in shelf.release().cards("episode") if "stroke" in card.url] == []
    webinar = show.episodes[-1]
    assert enclosed(webinar, "listen").type == enclosed(webinar, "listen-low").type == "audio/mpeg"


def test_a_webinar_whose_sound_is_still_being_made_is_not_in_the_feed_yet(cast, home, tmp_path):
    change(home, "show.md", "licence:", "webinars: [stroke-in-the-clinic]\nlicence:")
    publish(cast, Options(data=tmp_path / "fresh", jobs=1, encode=False), NOW, parts={})
    show = Shelf(tmp_path / "fresh").release().show("ward-round")
    assert [enclosed(one, "listen") for one in show.episodes if one.webinar] == [None]


def test_a_webinar_that_is_not_there_or_has_no_day_is_an_error(cast, home):
    change(
        home, "show.md", "licence:", "webinars: [stroke-in-the-clinic, strokes, stroke-in-the-clinic/quiz]\nlicence:"
    )
    webinar = cast / "webinars/stroke-in-the-clinic/webinar.md"
    webinar.write_text(webinar.read_text().replace("recorded: 2026-02-11\npublished: 2026-02-18\n", ""))
    assert [(one.path, one.line, one.rule) for one in check(cast, NOW.date(), jobs=1)] == [
        ("podcasts/ward-round/show.md", 9, "missing-content"),
        ("podcasts/ward-round/show.md", 9, "wrong-type"),
        ("webinars/stroke-in-the-clinic/webinar.md", 1, "no-date"),
    ]


def test_every_kind_of_sound_that_is_an_episode_has_an_address(cast, home):
    sound(home / "2026-04-01-alone.wav", 2)
    sound(home / "2026-04-02-alone.mp3", 2).rename(home / "2026-04-02-alone.MP3")
    found = survey(Folder.scan(cast))
    assert found.find("podcasts/ward-round/2026-04-01-alone") == "podcasts/ward-round/2026-04-01-alone.wav"
    assert found.addresses["podcasts/ward-round/2026-04-02-alone.MP3"] == "/podcasts/ward-round/2026-04-02-alone"


def test_a_sound_that_an_episode_names_as_its_own_is_no_page(cast, home):
    sound(home / "take-2.mp3", 2)
    assert "podcasts/ward-round/take-2.mp3" in survey(Folder.scan(cast)).addresses
    change(home, "2026-03-18-asthma.md", "season:", "audio: take-2.mp3\nseason:")
    assert "podcasts/ward-round/take-2.mp3" not in survey(Folder.scan(cast)).addresses


def test_nothing_beside_a_feed_from_outside_is_a_page(cast):
    sound(cast / "podcasts/elsewhere/copy.mp3", 2)
    (cast / "podcasts/elsewhere/notes.md").write_text("# Notes\n")
    found = survey(Folder.scan(cast)).addresses
    assert [path for path in found if path.startswith("podcasts/elsewhere")] == [
        "podcasts/elsewhere/show.md",
        "podcasts/elsewhere",
    ]
