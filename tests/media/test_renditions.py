"""Recordings: probed from their bytes, made lighter once, and kept under addresses that never change."""

from decimal import Decimal
from multiprocessing import get_context
from struct import pack

import av
import pytest
from recordings import film, sound

from lms.media.models import Chapter
from lms.media.renditions.probe import BrokenMedia, probe
from lms.media.renditions.recordings import take
from lms.media.renditions.store import ChangedMeanwhile, Store, address, safe
from lms.text.folder import Folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("content")
    sound(root / "talk.mp3", title="Say it back", chapters=[(0, "Welcome"), (1.5, "Why")])
    sound(root / "light.mp3", bits=32_000)
    sound(root / "talk.m4a")
    sound(root / "talk.ogg", title="In Ogg")
    sound(root / "talk.wav")
    sound(root / "talk.webm")
    film(root / "film.mp4")
    film(root / "quiet.mp4", seconds=1, quiet=True)
    film(root / "film.webm", seconds=1)
    return Folder.scan(root)


def why(path):
    with pytest.raises(BrokenMedia) as caught:
        probe(path)
    return str(caught.value).partition(";")[0]


def test_a_sound_is_probed_with_its_tags_and_chapters(folder):
    found = probe(folder.locate("talk.mp3"))
    assert (found.type, found.has_video, found.title) == ("audio/mpeg", False, "Say it back")
    assert abs(found.seconds - 3) <= Decimal("0.1")
    assert found.chapters == (Chapter(start=0, title="Welcome"), Chapter(start=Decimal("1.5"), title="Why"))
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("talk.m4a", "audio/x-m4a"),
        ("talk.ogg", "audio/ogg"),
        ("talk.wav", "audio/wav"),
        ("talk.webm", "audio/webm"),
    ],
)
def test_every_kind_of_sound_is_known(folder, name, type):
    found = probe(folder.locate(name))
    assert (found.type, found.has_video) == (type, False)
    assert abs(found.seconds - 3) <= Decimal("0.1")


def test_a_film_is_probed(folder):
    found = probe(folder.locate("film.mp4"))
    assert (found.type, found.has_video, found.width, found.height) == ("video/mp4", True, 480, 270)
    assert (found.video_codec, found.sound_codec, found.warnings) == ("h264", "aac", ())
    assert probe(folder.locate("film.webm")).type == "video/webm"
    assert probe(folder.locate("quiet.mp4")).warnings == ("the film has no sound; add the sound track",)


@pytest.mark.parametrize("name", ["a.mp3", "a.mp4", "a.webm", "a.ogg", "a.wav", "a.m4a"])
def test_what_is_no_recording_is_said_in_plain_words(tmp_path, name):
    place = tmp_path / name
    place.write_bytes(b"")
    assert why(place) == "the file is empty"
    place.write_text("A talk about talks.\n" * 50)
    assert why(place) == "this is text, not a recording"
    place.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    assert why(place) == "the file is a Git LFS pointer, not the recording"
    place.write_bytes(b"\0" * 5_000)
    assert "cannot be played" in why(place)


def test_a_playlist_with_a_recordings_name_opens_nothing(tmp_path, folder):
    place = tmp_path / "list.mp4"
    place.write_text(f"ffconcat version 1.0\nfile '{folder.locate('film.mp4')}'\n")
    assert why(place) == "this is text, not a recording"


@pytest.mark.parametrize(("name", "kept"), [("long.mp3", 0.4), ("long.mp4", 0.5), ("talk.wav", 0.5)])
def test_a_recording_cut_short_is_found(tmp_path, folder, name, kept):
    if name == "talk.wav":
        whole = folder.read(name)
    else:
        make = sound if name.endswith(".mp3") else film
        whole = make(tmp_path / f"whole-{name}", seconds=6).read_bytes()
    place = tmp_path / name
    place.write_bytes(whole[: int(len(whole) * kept)])
    if name == "talk.wav":
        assert probe(place).seconds < 2
    else:
        assert "cut short" in why(place)


def test_a_name_that_lies_about_the_format_is_refused(tmp_path, folder):
    place = tmp_path / "talk.mp3"
    place.write_bytes(folder.read("film.mp4"))
    assert why(place) == "the name says MP3, and the bytes are MP4"


def test_broken_tags_on_a_sound_that_plays_are_a_warning(tmp_path, folder):
    place = tmp_path / "talk.mp3"
    place.write_bytes(b"ID3\x09\x00\x00\x00\x00\x00\x20" + b"\xff" * 32 + folder.read("light.mp3")[200:])
    assert probe(place).warnings == ("its tags are damaged; write them anew with a tag editor",)


def test_a_film_comes_in_four_ways_the_lightest_first(folder, tmp_path):
    store, told = Store(tmp_path / "store"), []
    taken = take(folder, "film.mp4", "stroke.mp4", store, told.append)
    assert {r.way for r in taken.renditions} == {"listen-low", "listen", "watch-low", "watch"}
    assert [r.bytes for r in taken.renditions] == sorted(r.bytes for r in taken.renditions)
    assert all(store.size(asset.url) == asset.bytes for asset in taken.assets)
    assert [asset.source for asset in taken.assets if asset.source] == ["film.mp4"]
    assert (taken.poster.width, taken.poster.height) == (480, 270)
    low = next(r for r in taken.renditions if r.way == "watch-low")
    made = probe(store.path(low.url))
    assert (made.video_codec, made.sound_codec, made.warnings) == ("h264", "aac", ())
    assert abs(made.seconds - 2) <= Decimal("0.2")
    # The index stands in front of the film, so that it starts before it has come whole.
    data = store.path(low.url).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert told == sorted(told) and told[-1] == 1.0


def test_a_rendition_has_the_same_bytes_wherever_it_is_made(folder, tmp_path):
    def made(name):
        store = Store(tmp_path / name)
        return {
            asset.url: store.path(asset.url).read_bytes() for asset in take(folder, "film.mp4", "a.mp4", store).assets
        }

    assert made("one") == made("two")


def test_nothing_is_probed_or_encoded_twice(folder, tmp_path):
    store = Store(tmp_path / "store")
    first = take(folder, "talk.mp3", "talk.mp3", store)
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}
    assert take(folder, "talk.mp3", "talk.mp3", store) == first
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_a_rendition_lost_from_the_store_is_made_again(folder, tmp_path):
    store = Store(tmp_path / "store")
    first = take(folder, "talk.mp3", "talk.mp3", store)
    low = first.renditions[0]
    store.path(low.url).unlink()
    assert take(folder, "talk.mp3", "talk.mp3", store) == first
    assert store.size(low.url) == low.bytes


def test_a_rendition_that_saves_little_is_left_out(folder, tmp_path):
    assert [r.way for r in take(folder, "light.mp3", "a.mp3", Store(tmp_path)).renditions] == ["listen"]


def test_the_light_sound_keeps_title_and_chapters(folder, tmp_path):
    store = Store(tmp_path)
    taken = take(folder, "talk.mp3", "talk.mp3", store)
    assert [r.way for r in taken.renditions] == ["listen-low", "listen"]
    light = probe(store.path(taken.renditions[0].url))
    assert (light.title, light.chapters) == ("Say it back", taken.probe.chapters)


def test_what_podcast_apps_do_not_take_is_offered_as_mp3(folder, tmp_path):
    taken = take(folder, "talk.wav", "talk.wav", Store(tmp_path))
    assert {(r.way, r.type) for r in taken.renditions} == {
        ("listen-low", "audio/mpeg"),
        ("listen", "audio/mpeg"),
    }


def test_without_a_store_only_the_source_is_there_and_nothing_is_written(folder):
    before = sorted(folder.root.parent.rglob("*"))
    taken = take(folder, "film.mp4", "film.mp4", None)
    assert [r.way for r in taken.renditions] == ["watch"]
    assert taken.renditions[0].url == address(folder.sha256("film.mp4"), "film.mp4")
    assert sorted(folder.root.parent.rglob("*")) == before


def test_a_film_taken_upright_by_a_phone_stays_upright(tmp_path):
    film(tmp_path / "phone.mp4", seconds=1, size=(320, 640))
    taken = take(Folder.scan(tmp_path), "phone.mp4", "phone.mp4", store := Store(tmp_path / ".store"))
    low = next((r for r in taken.renditions if r.way == "watch-low"), None)
    made = probe(store.path(low.url))
    assert (made.width, made.height) == (320, 640)


def test_a_film_that_a_phone_recorded_lying_is_set_upright(tmp_path):
    film(tmp_path / "lying.mp4", seconds=1, size=(320, 160), frames=25, noise=12)
    data = (tmp_path / "lying.mp4").read_bytes()
    # The matrix of the film's track header says: turn it a quarter to the right.
    matrix = pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    at = data.index(b"tkhd") + 4 + 40
    (tmp_path / "lying.mp4").write_bytes(data[:at] + matrix + data[at + 36 :])
    taken = take(Folder.scan(tmp_path), "lying.mp4", "lying.mp4", store := Store(tmp_path / ".store"))
    low = next(r for r in taken.renditions if r.way == "watch-low")
    assert (taken.poster.width, taken.poster.height) == (160, 320)
    with av.open(str(store.path(low.url))) as container:
        shown = next(container.decode(video=0)).to_image()
    assert shown.size == (160, 320)
    # The number stood at the top left; now it stands at the top right, reading downwards.
    bright = [shown.crop(box).convert("L").getextrema()[1] for box in ((0, 0, 80, 160), (80, 0, 160, 160))]
    assert bright[0] < 230 < bright[1]


def _take(root, store):
    take(Folder.scan(root), "film.mp4", "film.mp4", Store(store))


def test_two_processes_that_make_the_same_do_not_disturb_each_other(folder, tmp_path):
    forked = get_context("spawn")
    both = [forked.Process(target=_take, args=(folder.root, tmp_path / "store")) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    store = Store(tmp_path / "store")
    assert all(store.size(asset.url) == asset.bytes for asset in take(folder, "film.mp4", "film.mp4", store).assets)
    assert list((store.root / ".drafts").iterdir()) == []


def test_a_process_killed_while_encoding_leaves_nothing_that_is_half(folder, tmp_path):
    killed = get_context("spawn").Process(target=_take, args=(folder.root, tmp_path / "store"))
    killed.start()
    drafts = tmp_path / "store/.drafts"
    while killed.is_alive() and not (drafts.is_dir() and any(path.stat().st_size for path in drafts.iterdir())):
        killed.join(0.001)
    killed.kill()
    killed.join()
    store = Store(tmp_path / "store")
    assert all(store.size(asset.url) == asset.bytes for asset in take(folder, "film.mp4", "film.mp4", store).assets)


def test_a_write_that_fails_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.making("/media/aa/b.mp3") as fresh:
        fresh.write_bytes(b"half")
        raise RuntimeError
    assert store.size("/media/aa/b.mp3") is None
    assert list((tmp_path / ".drafts").iterdir()) == []


def test_a_source_that_changed_meanwhile_is_not_kept_under_its_old_digest(folder, tmp_path):
    store = Store(tmp_path)
    with pytest.raises(ChangedMeanwhile):
        store.keep(folder.locate("talk.mp3"), "0" * 64, "talk.mp3")
    assert store.size(address("0" * 64, "talk.mp3")) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Séance №1 (final).MP3", "seance-no1-final.mp3"),
        ("心電図.mp4", "file.mp4"),
        ("../../x.mp3", "x.mp3"),
        ("slides", "slides"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
    ],
)
def test_names_in_addresses_are_plain(name, kept):
    assert safe(name) == kept


def test_the_renditions_are_what_ffmpeg_can_open(folder, tmp_path):
    store = Store(tmp_path)
    for rendition in take(folder, "film.mp4", "film.mp4", store).renditions:
        with av.open(str(store.path(rendition.url))) as container:
            assert sum(1 for _ in container.decode(audio=0)) > 10
