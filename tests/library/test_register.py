"""The register: what was first published when, and the guids that podcast apps know for ever."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.library.reader import Options
from lms.library.register import DamagedRegister, Register, podcast_guid
from lms.library.service import publish
from lms.library.shelf import Shelf
from lms.media.models import Episode, Recording, Show
from tests.conftest import NOW

FEED = "https://hillside.example/podcasts/ward-round/feed.xml"


def episode(stem: str, sound: str = "", **more: object) -> Episode:
    return Episode(
        show="ward-round",
        slug=stem,
        path=f"podcasts/ward-round/{stem}.md",
        url=f"/podcasts/ward-round/{stem}",
        title=f"About {stem}",
        lang="en",
        moment=NOW,
        recording=Recording(seconds=Decimal(60), renditions=(), digest=sound or f"sound of {stem}"),
        **more,  # type: ignore[arg-type]
    )


def show(*episodes: Episode, **more: object) -> Show:
    given = {"slug": "ward-round", "path": "podcasts/ward-round/show.md", "url": "/podcasts/ward-round"}
    return Show(**given | {"title": "Ward Round", "lang": "en", "episodes": episodes} | more)


def guids(register: Register, told: Show, others: tuple[str, ...] = ("ward-round",)) -> list[str]:
    return [one.guid for one in register.show(told, "", others)[0].episodes]


@pytest.fixture
def register() -> Register:
    return Register(NOW)


def test_a_guid_is_told_from_the_names_at_first(register):
    assert guids(register, show(episode("a"), episode("b"))) == ["ward-round/a", "ward-round/b"]


def test_a_renamed_file_keeps_its_guid_by_its_sound_and_the_author_hears_of_it(register):
    register.show(show(episode("a")), "", ("ward-round",))
    told, problems = register.show(show(episode("b", "sound of a")), "", ("ward-round",))
    assert [one.guid for one in told.episodes] == ["ward-round/a"]
    ((rule, severity, path, mend),) = [(p.rule, p.severity, p.path, p.mend) for p in problems]
    assert (rule, severity, path) == ("guid", "warning", "podcasts/ward-round/b.md")
    assert "`guid: ward-round/a`" in mend


def test_a_replaced_sound_keeps_the_guid_by_the_name_of_its_file(register):
    register.show(show(episode("a")), "", ("ward-round",))
    assert guids(register, show(episode("a", "a better take"))) == ["ward-round/a"]


def test_two_files_that_change_names_keep_their_own_guids(register):
    register.show(show(episode("a"), episode("b")), "", ("ward-round",))
    swapped = show(episode("a", "sound of b"), episode("b", "sound of a"))
    assert guids(register, swapped) == ["ward-round/b", "ward-round/a"]


def test_a_new_episode_under_a_name_that_was_taken_gets_a_guid_of_its_own(register):
    register.show(show(episode("a")), "", ("ward-round",))
    assert guids(register, show(episode("a", "something new"), episode("b", "sound of a"))) == [
        "ward-round/a-2",
        "ward-round/a",
    ]


def test_an_episode_that_was_away_for_a_while_comes_back_as_itself(register):
    register.show(show(episode("a"), episode("b")), "", ("ward-round",))
    register.show(show(episode("b")), "", ("ward-round",))
    assert guids(register, show(episode("renamed", "sound of a"), episode("b"))) == ["ward-round/a", "ward-round/b"]


def test_what_the_front_matter_says_wins(register):
    register.show(show(episode("a")), "", ("ward-round",))
    told, problems = register.show(show(episode("a", guid="said")), "", ("ward-round",))
    assert ([one.guid for one in told.episodes], problems) == (["said"], [])


def test_a_renamed_show_keeps_all_its_guids(register):
    register.show(show(episode("a"), episode("b")), FEED, ("ward-round",))
    before = register.shows["ward-round"]
    moved = show(
        episode("a").model_copy(update={"path": "podcasts/rounds/a.md"}),
        episode("b", "another take").model_copy(update={"path": "podcasts/rounds/b.md"}),
        slug="rounds",
        url="/podcasts/rounds",
        former=("ward-round",),
    )
    told, _ = register.show(moved, FEED.replace("ward-round", "rounds"), ("rounds",))
    assert [one.guid for one in told.episodes] == ["ward-round/a", "rounds/b"]
    assert told.guid == before


def test_a_draft_is_not_in_the_register(register):
    register.show(show(episode("a", draft=True)), "", ("ward-round",))
    assert register.items == {}


def test_the_guid_of_a_feed_is_that_of_the_podcast_namespace():
    # The two vectors of the specification.
    assert podcast_guid("https://podnews.net/rss").startswith("9b024349-")
    assert podcast_guid("http://mp3s.nashownotes.com/pc20rss.xml").startswith("917393e3-")
    assert podcast_guid("https://podnews.net/rss/") == podcast_guid("http://podnews.net/rss")


def test_the_guid_of_a_show_stays_when_the_host_changes(register):
    first, none = register.show(show(), FEED, ("ward-round",))
    second, said = register.show(show(), FEED.replace("hillside", "elsewhere"), ("ward-round",))
    assert first.guid == second.guid == podcast_guid(FEED)
    assert none == []
    assert [(problem.rule, f"`guid: {first.guid}`" in problem.mend) for problem in said] == [("guid", True)]


def test_a_show_without_a_public_address_has_no_guid_yet(register):
    assert register.show(show(), "", ("ward-round",))[0].guid == ""


STEMS = st.sampled_from("abcde")
STEPS = st.lists(
    st.tuples(st.sampled_from(["rename", "record again", "retitle", "redate", "add", "remove"]), STEMS, STEMS),
    max_size=12,
)


@given(STEPS)
def test_whatever_is_edited_no_episode_ever_changes_its_guid_and_no_two_share_one(steps):
    """An episode is a row here: its stem, its sound, its title and day. A step never changes name and sound at once."""
    register, known, rows, count = Register(NOW), {}, {}, 0
    for what, one, other in steps:
        row = next((number for number, row in rows.items() if row[0] == one), None)
        free = all(row[0] != other for row in rows.values())
        count += 1
        if what == "add" and row is None:
            rows[count] = (one, f"sound {count}", "T", NOW)
        elif row is None:
            continue
        elif what == "rename" and free:
            rows[row] = (other, *rows[row][1:])
        elif what == "record again":
            rows[row] = (one, f"sound {count}", *rows[row][2:])
        elif what == "retitle":
            rows[row] = (*rows[row][:2], f"T {count}", rows[row][3])
        elif what == "redate":
            rows[row] = (*rows[row][:3], NOW - timedelta(days=count))
        elif what == "remove":
            del rows[row]
            known.pop(row, None)
        made = [
            episode(stem, sound).model_copy(update={"title": title, "moment": moment})
            for stem, sound, title, moment in rows.values()
        ]
        found = dict(zip(rows, guids(register, show(*made)), strict=True))
        assert len(set(found.values())) == len(found)
        assert {number: found[number] for number in known if number in found} == known
        # What was removed may be taken for what comes next under its name; what is there may not change.
        known = found


def test_what_is_saved_is_read_again_the_same(register, tmp_path):
    register.show(show(episode("a"), episode("b")), FEED, ("ward-round",))
    register.save(tmp_path)
    written = (tmp_path / "register.json").read_bytes()
    again = Register.load(tmp_path, NOW)
    assert (again.items, again.shows) == (register.items, register.shows)
    again.save(tmp_path)
    assert (tmp_path / "register.json").read_bytes() == written


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"items": [{"path": 1}]}', "\0\0"])
def test_a_damaged_register_is_refused_and_left_as_it_is(damage, tmp_path):
    (tmp_path / "register.json").write_text(damage)
    with pytest.raises(DamagedRegister, match=r"register\.json.*backup"):
        Register.load(tmp_path, NOW)
    assert (tmp_path / "register.json").read_text() == damage


# -- Through publishing ---------------------------------------------------------------------------------------------


def rename(cast, old, new):
    for path in sorted((cast / "podcasts/ward-round").glob(f"{old}.*")):
        path.rename(path.with_name(path.name.replace(old, new)))


def published_guids(data) -> dict[str, str]:
    return {one.slug: one.guid for one in Shelf(data).release().show("ward-round").episodes}


def test_an_episode_keeps_its_guid_when_its_files_are_renamed(cast, publisher, data):
    publisher(cast)
    rename(cast, "2026-03-18-asthma", "2026-03-19-night")
    result = publisher(cast)
    assert published_guids(data)["2026-03-19-night"] == "ward-round/2026-03-18-asthma"
    assert [p.path for p in result.problems if p.rule == "guid"] == ["podcasts/ward-round/2026-03-19-night.md"]


def test_with_the_line_of_the_warning_a_server_begun_anew_gives_the_same_guid(cast, publisher, data):
    rename(cast, "2026-03-18-asthma", "2026-03-19-night")
    place = cast / "podcasts/ward-round/2026-03-19-night.md"
    place.write_text(place.read_text().replace("---\n", "---\nguid: ward-round/2026-03-18-asthma\n", 1))
    result = publisher(cast)
    assert published_guids(data)["2026-03-19-night"] == "ward-round/2026-03-18-asthma"
    assert [problem for problem in result.problems if problem.rule == "guid"] == []


def test_a_feed_of_what_is_new_dates_things_by_their_first_publish(cast, publisher, data):
    publisher(cast)
    (cast / "modules/later.md").write_text("---\ntitle: Later\nreviewed: 2020-01-01\n---\n\n## One\n\nWords.\n")
    tomorrow = NOW + timedelta(days=1)
    publish(cast, Options(data=data, jobs=1), tomorrow, parts={})
    newest = Shelf(data).release().cards("new")[0]
    assert (newest.url, newest.first) == ("/modules/later", tomorrow)
    first = json.loads((data / "register.json").read_text())["items"]
    assert {one["path"]: one["first"] for one in first}["webinars/stroke-in-the-clinic/webinar.md"] == (
        datetime(2026, 2, 18, 12, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    )


def test_a_damaged_register_stops_the_publish_and_the_site_stays_as_it_is(cast, publisher, data):
    before = publisher(cast).release
    (data / "register.json").write_text("{")
    (cast / "modules/later.md").write_text("---\ntitle: Later\n---\n\n## One\n\nWords.\n")
    with pytest.raises(DamagedRegister):
        publisher(cast)
    assert Shelf(data).release().id == before
