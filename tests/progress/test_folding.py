"""Progress: what a learner's entries add up to."""

from hypothesis import given
from hypothesis import strategies as st

from lms.library.shelf import Shelf
from lms.progress.models.standing import Shape
from lms.progress.rules.folding import fold, shape
from tests.conftest import NOW
from tests.progress.told import COURSE, MODULE, WEBINAR, passed, played, read, told

READING = Shape(MODULE, 1, lessons=("cuff", "position"), quiz=True)
WATCHING = Shape(WEBINAR, 1, seconds=100)
PATH = Shape(COURSE, 1, items=((MODULE, False), (WEBINAR, False), ("/modules/teach-back", True)))
MORE = Shape("/modules/teach-back", 1, lessons=("a",))


def standing(shape, *entries):
    return fold([shape], entries)[shape.url]


def watched(at=0, to=100.0, **more):
    return [played(at, **more), played(at + 200, [0, to, 1], position=to, **more)]


# -- Shapes ---------------------------------------------------------------------------------------------------------


def test_an_activity_has_what_its_author_made(shelf: Shelf):
    release = shelf.release()
    module, webinar, course = (shape(release.activity(url)) for url in (MODULE, WEBINAR, COURSE))
    assert (module.lessons, module.quiz) == (("cuff", "position"), True)
    assert (round(webinar.seconds), webinar.watch, webinar.quiz, webinar.reads) == (8, 90, True, False)
    assert [url for url, optional in course.items if optional] == ["/modules/teach-back"]
    assert (len(course.items), course.test) == (4, True)


def test_what_is_played_from_elsewhere_asks_for_nothing(shelf: Shelf):
    release = shelf.release()
    outside = next(card for card in release.cards("show") if card.outside)
    one = release.show(outside.slug).episodes[0]
    assert standing(shape(release.activity(one.url))).parts == ()


# -- Reading --------------------------------------------------------------------------------------------------------


def test_a_module_is_complete_when_its_lessons_are_read_and_its_quiz_is_passed():
    assert [part.key for part in standing(READING).left] == ["cuff", "position", ""]
    half = standing(READING, read("cuff"), passed())
    assert ([part.key for part in half.left], half.count, half.complete) == (["position"], 2, False)
    whole = standing(READING, read("cuff"), passed(5), read("position", 9))
    assert (whole.complete, whole.share, whole.left, whole.completed_edition) == (True, 1, (), 1)
    assert (whole.completed - NOW).total_seconds() == 9


def test_lessons_that_are_not_there_and_quizzes_that_were_not_passed_count_for_nothing():
    other = told("attempt-1", "attempted", MODULE, kind="quiz", passed=False)
    practised = told("attempt-2", "attempted", MODULE, kind="practice", passed=True)
    assert standing(READING, read("nowhere"), other, practised).count == 0


def test_one_goes_on_where_one_read_last_not_where_one_was_first():
    found = standing(READING, read("position", 1), read("cuff", 2))
    assert found.place.lesson == "cuff"


def test_a_new_edition_is_to_be_taken_again_and_the_old_completion_stays_on_record():
    entries = [read("cuff"), read("position"), passed(), told("done-1", "completed", MODULE, 3)]
    raised = Shape(MODULE, 2, lessons=("cuff", "position"), quiz=True)
    found = standing(raised, *entries)
    assert (found.complete, found.due, found.completed_edition, found.count) == (False, True, 1, 0)
    again = standing(raised, *entries, read("cuff", 10, 2), read("position", 10, 2), passed(11, 2))
    assert (again.complete, again.due, again.completed_edition) == (True, False, 2)


def test_lessons_added_later_change_nothing_once_it_was_complete():
    entries = [read("cuff"), read("position"), passed(), told("done-1", "completed", MODULE, 3)]
    grown = Shape(MODULE, 1, lessons=("cuff", "position", "repeat"), quiz=True)
    assert standing(grown, *entries).complete
    assert not standing(grown, *entries[:-1]).complete


# -- Watching -------------------------------------------------------------------------------------------------------


def test_a_recording_is_done_at_the_share_that_its_author_set():
    assert not standing(WATCHING, *watched(to=80)).complete
    assert standing(WATCHING, *watched(to=90)).complete
    assert standing(Shape(WEBINAR, 1, seconds=100, watch=80), *watched(to=80)).complete
    assert not standing(Shape(WEBINAR, 1, seconds=100, watch=100), *watched(to=98.5)).complete
    assert standing(Shape(WEBINAR, 1, seconds=100, watch=100), *watched(to=99.5)).complete


def test_stretches_of_several_sessions_are_one():
    first = [played(0), played(60, [0, 50, 1], position=50)]
    second = [played(500, session="session-2"), played(560, [50, 95, 1], session="session-2", position=95)]
    assert standing(WATCHING, *first, *second).complete


def test_what_is_played_of_other_recordings_takes_its_time_too():
    other = [
        played(0, activity="/webinars/other", session="session-2"),
        played(100, [0, 100, 1], activity="/webinars/other", session="session-2"),
    ]
    mine = [played(0), played(100.5, [0, 100, 1])]
    assert standing(WATCHING, *mine).complete
    assert not standing(WATCHING, *mine, *other).complete


def test_one_goes_on_at_the_second_where_one_was_last_wherever_it_arrived_first():
    clinic = played(300, [0, 20, 1], session="session-2", position=60, happened=300)
    late = played(400, [0, 20, 1], position=20, happened=30)
    assert standing(WATCHING, late, clinic).place.second == 60
    assert standing(WATCHING, played(1, position=98)).place.second == 0


def test_reading_the_transcript_counts_where_the_author_says_so():
    text = told("script-1", "read", WEBINAR, transcript="en")
    assert not standing(WATCHING, text).complete
    assert standing(Shape(WEBINAR, 1, seconds=100, reads=True), text).complete


# -- Courses --------------------------------------------------------------------------------------------------------


def test_a_course_is_complete_with_all_items_that_are_not_optional():
    entries = [read("cuff"), read("position"), passed(), *watched()]
    shapes = [PATH, READING, WATCHING, MORE]
    found = fold(shapes, entries[:3])[COURSE]
    assert ([part.key for part in found.left], found.count) == ([WEBINAR], 1)
    assert found.place.activity == MODULE
    assert fold(shapes, entries)[COURSE].complete


def test_a_course_with_a_test_wants_it_passed_afterwards():
    tested = Shape(COURSE, 1, items=PATH.items, test=True)
    entries = [read("cuff"), read("position"), passed(), *watched(), passed(300, activity=COURSE, kind="pre")]
    shapes = [tested, READING, WATCHING, MORE]
    assert [part.kind for part in fold(shapes, entries)[COURSE].left] == ["test"]
    assert fold(shapes, [*entries, passed(301, activity=COURSE, kind="post")])[COURSE].complete


def test_what_has_nothing_to_do_in_it_keeps_nobody_from_the_end():
    path = Shape(COURSE, 1, items=((MODULE, False), ("/podcasts/elsewhere/one", False)))
    shapes = [path, READING, Shape("/podcasts/elsewhere/one", 1)]
    assert fold(shapes, [read("cuff"), read("position"), passed()])[COURSE].complete


# -- Laws -----------------------------------------------------------------------------------------------------------

SHAPES = [PATH, READING, WATCHING, MORE]
moments = st.integers(0, 400)
some = st.one_of(
    st.builds(read, st.sampled_from(["cuff", "position", "nowhere"]), moments, st.integers(1, 2)),
    st.builds(passed, moments, st.integers(1, 2)),
    st.builds(
        lambda at, start, session: played(at, [start, start + 40, 1], session=session, position=start + 40),
        moments,
        st.floats(0, 60),
        st.sampled_from(["session-1", "session-2"]),
    ),
    st.builds(
        lambda at, url: told(f"completed-{at}", "completed", url, at), moments, st.sampled_from([MODULE, COURSE])
    ),
)


@given(st.lists(some, max_size=12), st.randoms(use_true_random=False))
def test_order_and_repetition_of_entries_change_nothing(entries, random):
    unlike = list({entry.id: entry for entry in entries}.values())
    mixed = unlike * 2
    random.shuffle(mixed)
    assert fold(SHAPES, mixed) == fold(SHAPES, unlike)


@given(st.lists(some, max_size=12), st.lists(some, max_size=6))
def test_what_comes_later_never_undoes_a_completion_nor_a_part(entries, later):
    before = fold(SHAPES, entries)
    more = [
        one.model_copy(update={"id": f"later-{n:03}", "arrived": one.arrived.replace(year=2027)})
        for n, one in enumerate(later)
    ]
    after = fold(SHAPES, [*entries, *more])
    for url, standing in before.items():
        assert after[url].complete >= standing.complete
        assert {part.key for part in standing.parts if part.done} <= {
            part.key for part in after[url].parts if part.done
        }
        assert after[url].heard >= standing.heard - 1e-9


@given(st.lists(some, max_size=12))
def test_a_share_is_never_more_than_the_whole(entries):
    for standing in fold(SHAPES, entries).values():
        assert 0 <= standing.share <= 1
        assert 0 <= standing.heard <= 1
        assert (standing.share == 1) == standing.complete


def test_the_entries_of_years_are_folded_at_once():
    # How long it may take is bench's to say; here, that nothing grows with their square.
    plays = [
        played(n * 20, [n % 90, n % 90 + 20, 1], id=f"play-{n:06}", session=f"session-{n // 50:03}")
        for n in range(5_000)
    ]
    assert standing(WATCHING, *plays).complete
