"""Quizzes taken: begun once, answers kept, marked exactly, and never another thing afterwards."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import event, inspect, select, text
from sqlalchemy.exc import IntegrityError

from lms.ledger import store as ledger
from lms.modules.models import key
from lms.people import store as people
from lms.people.service.changing import erase, own_data
from lms.progress.rules import attempts as rules
from lms.progress.service import attempting
from lms.progress.service.attempting import Refused, finish, forget, look, practise, save
from lms.progress.store import attempts as store
from lms.progress.store.attempts import Attempt, Response
from tests.conftest import NOW, PASSWORD
from tests.progress.conftest import ALL, CUFF, HIGH, RIGHT, SAY, SUM, TOMORROW, form, module

MINUTE = timedelta(minutes=1)


def hands_in(session, rosa, attempt, fields=RIGHT, now=NOW, made=1, sure=True) -> Attempt:
    return finish(session, rosa, attempt.id, form(fields, made) if fields else form({}), now, sure)


def reason(begins, *arguments, **more) -> str:
    with pytest.raises(Refused) as refusal:
        begins(*arguments, **more)
    return refusal.value.outlook.reason


# -- The whole way --------------------------------------------------------------------------------------------------


def test_an_attempt_is_marked_and_stands_in_the_ledger_once(begins, session, rosa):
    attempt = begins()
    over = hands_in(session, rosa, attempt, now=NOW + MINUTE)
    assert (over.score, over.passed, over.late, over.finished) == ("1", True, False, NOW + MINUTE)
    for _ in range(2):
        hands_in(session, rosa, attempt, {"cuff.choice": key("small")}, now=NOW + 2 * MINUTE, made=9)
    (entry,) = ledger.of(session, rosa.id)
    assert (entry.id, entry.verb, entry.activity, entry.edition, entry.revision) == (
        attempt.id,
        "attempted",
        "/modules/bp",
        1,
        "r1",
    )
    assert (entry.happened, entry.arrived) == (NOW + MINUTE, NOW + MINUTE)
    asked = {one.pop("id"): one for one in entry.data.pop("questions")}
    assert entry.data == {
        "attempt": attempt.id,
        "kind": "quiz",
        "score": "1",
        "pass_mark": 75,
        "passed": True,
        "late": False,
        "began": NOW.isoformat(),
        "credit": [{"system": "plain", "hours": "0.5"}],
    }
    assert asked["cuff"] == {"kind": "single", "objective": 1, "score": "1", "answer": {"choices": [key("large")]}}
    assert asked["tomorrow"] == {"kind": "reflection", "objective": None, "score": None, "answer": {}}
    assert set(asked) == {one.id for one in ALL}


def test_parts_earn_parts_and_the_mean_is_exact(begins, session, rosa):
    attempt = begins(module(HIGH, CUFF, SUM))
    over = hands_in(session, rosa, attempt, {"high.choice": [key("legs")], "cuff.choice": [key("large")]})
    assert (over.score, over.passed) == ("1/2", False)
    assert {one["id"]: one["score"] for one in ledger.of(session, rosa.id)[0].data["questions"]} == {
        "high": "1/2",
        "cuff": "1",
        "sum": "0",
    }


@pytest.mark.parametrize(("mark", "passed"), [(66, True), (67, False)])
def test_two_of_three_pass_at_sixty_six_and_not_at_sixty_seven(begins, session, rosa, mark, passed):
    attempt = begins(module(CUFF, SUM, SAY, pass_mark=mark))
    over = hands_in(session, rosa, attempt, {"cuff.choice": key("large"), "sum.text": "118 mmHg"})
    assert (over.score, over.passed) == ("2/3", passed)


def test_responses_are_rows_of_marked_questions(begins, session, rosa):
    attempt = begins()
    hands_in(session, rosa, attempt, {**RIGHT, "say.text": "x" * 300, "sum.text": "115"})
    rows = {one.question: one for one in session.scalars(select(Response))}
    assert set(rows) == {one.id for one in ALL} - {"tomorrow"}
    assert rows["high"].answer == ",".join(sorted([key("legs"), key("bladder")]))
    assert (rows["say"].answer, rows["say"].score, rows["sum"].answer, rows["sum"].score) == ("x" * 100, 0, "115", 1)
    assert json.loads(rows["arms"].answer) == {key("24 cm"): key("small"), key("36 cm"): key("large")}
    assert {(one.activity, one.edition, one.kind, one.learner_id) for one in rows.values()} == {
        ("/modules/bp", 1, "quiz", rosa.id)
    }
    assert rows["cuff"].total == pytest.approx(5 / 6)


# -- Begun ----------------------------------------------------------------------------------------------------------


def test_beginning_twice_gives_the_same_attempt(begins):
    first = begins()
    assert begins(now=NOW + MINUTE).id == first.id
    assert begins(module(SUM, edition=2)).id == first.id


def test_the_database_itself_has_one_open_attempt_at_most(begins, session):
    attempt = begins()
    twin = {column.key: getattr(attempt, column.key) for column in inspect(Attempt).columns} | {"id": "another-of-them"}
    session.add(Attempt(**twin))
    with pytest.raises(IntegrityError):
        session.commit()


def test_of_many_who_begin_at_once_all_get_one_attempt(rosa, sessions):
    ready = Barrier(4)

    def run(_: int) -> str:
        session = sessions()
        ready.wait()
        return attempting.begin(session, rosa, module(), "quiz", "r1", NOW, Random()).id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(run, range(4)))) == 1


def test_of_many_who_hand_in_at_once_one_is_written(begins, rosa, sessions):
    attempt, ready = begins(), Barrier(4)

    def run(number: int) -> str:
        session = sessions()
        ready.wait()
        return finish(session, rosa, attempt.id, form(RIGHT if number % 2 else {}, 5), NOW, True).score

    with ThreadPoolExecutor(4) as threads:
        scores = set(threads.map(run, range(4)))
    session = sessions()
    assert len(scores) == 1
    assert len(ledger.of(session, rosa.id)) == 1
    assert len(session.scalars(select(Response)).all()) == 6


def test_another_learner_has_nothing_to_do_with_it(begins, joins, session):
    ana, attempt = joins("ana@hillside.example", "Ana Torres"), begins()
    assert [
        look(session, ana, attempt.id, NOW),
        save(session, ana, attempt.id, form(), NOW),
        finish(session, ana, attempt.id, form(), NOW, True),
        practise(session, ana, attempt.id, NOW, None),
    ] == [None] * 4
    assert begins(who=ana).id != attempt.id
    assert ledger.of(session, ana.id) == []


def test_attempts_are_as_many_as_the_quiz_allows(begins, session, rosa):
    twice = module(CUFF, attempts=2)
    for _ in range(2):
        hands_in(session, rosa, begins(twice), {})
    assert reason(begins, twice) == "attempts"
    # A raised edition asks for it anew.
    assert begins(module(CUFF, attempts=2, edition=2)).edition == 2


def test_a_pause_is_counted_from_the_end_of_the_last_attempt(begins, session, rosa):
    pausing = module(CUFF, pause=10)
    hands_in(session, rosa, begins(pausing), {}, now=NOW + 5 * MINUTE)
    with pytest.raises(Refused) as refusal:
        begins(pausing, now=NOW + 14 * MINUTE)
    assert (refusal.value.outlook.reason, refusal.value.outlook.wait) == ("pause", NOW + 15 * MINUTE)
    assert begins(pausing, now=NOW + 15 * MINUTE)


def test_what_comes_first_keeps_it_closed_but_not_what_is_open(begins):
    assert reason(begins, missing=True) == "missing"
    attempt = begins()
    assert begins(missing=True).id == attempt.id


def test_content_that_is_due_for_review_offers_no_credit(begins):
    due = module(CUFF).model_copy(update={"review_by": NOW.date() - timedelta(days=1)})
    assert begins(due).credit == []


# -- Answers --------------------------------------------------------------------------------------------------------


def test_answers_stay_and_the_newest_wins_whenever_it_arrives(begins, session, rosa):
    id = begins().id
    save(session, rosa, id, form({"cuff.choice": key("large")}, 20), NOW)
    save(session, rosa, id, form({"cuff.choice": key("small")}, 10), NOW)
    save(session, rosa, id, form({"sum.text": "7"}, 15), NOW)
    session.expire_all()
    answers = look(session, rosa, id, NOW).answers
    assert {name: one["answer"] for name, one in answers.items()} == {
        "cuff": {"choices": [key("large")]},
        "sum": {"text": "7"},
    }


def test_a_page_hands_in_only_what_was_changed_on_it(begins, session, rosa):
    """An older tab without script: what it shows of a question is no answer of now."""
    id, empty = begins(module(CUFF, SUM)).id, rules.digest(rules.answer_in({}, "cuff"))
    save(session, rosa, id, form({"cuff.choice": key("large")}, 20), NOW)
    stale = form({}, cuff_was=empty, sum_was=empty, sum_text="120")
    stale.setlist("cuff.made", [""])
    stale.setlist("sum.made", [""])
    assert finish(session, rosa, id, stale, NOW, True).score == "1"


def test_an_answer_can_be_taken_back(begins, session, rosa):
    id = begins(module(HIGH)).id
    save(session, rosa, id, form({"high.choice": [key("legs")]}, 1), NOW)
    save(session, rosa, id, form({}, high_x="", made=2), NOW)
    attempt = look(session, rosa, id, NOW)
    assert rules.unanswered(rules.read(attempt.drawn), attempt.answers) == [1]


def test_a_clock_ahead_of_ours_keeps_no_later_answer_out(begins, session, rosa):
    id = begins(module(SUM)).id
    save(session, rosa, id, form({"sum.text": "1"}, 9 * 10**14), NOW)
    save(session, rosa, id, form({"sum.text": "120"}, rules.milliseconds(NOW + MINUTE)), NOW + MINUTE)
    assert look(session, rosa, id, NOW).answers["sum"]["answer"] == {"text": "120"}


@pytest.mark.parametrize("made", ["", "-1", "1e9", "NaN", "９", "9" * 40, "0"])
def test_forged_fields_are_no_answers_and_raise_nothing(begins, session, rosa, made):
    id = begins(module(CUFF, SUM)).id
    forged = {"cuff.choice": ["forged", key("legs")], "nobody.text": "x", "sum.place-x": "1", "sum.choice": "y"}
    save(session, rosa, id, form(forged, made), NOW)
    attempt = look(session, rosa, id, NOW)
    assert [one["answer"] for one in attempt.answers.values() if one["answer"]] == []
    assert set(attempt.answers) <= {"cuff", "sum"}


def test_what_is_too_long_is_cut_and_what_no_database_keeps_is_left_out(begins, session, rosa):
    id = begins(module(SAY, TOMORROW)).id
    finish(session, rosa, id, form({"say.text": "a\0b", "tomorrow.text": "ñ\r\n" * 9_000}), NOW, True)
    (words,) = store.reflections(session, id).values()
    assert (len(words) <= 10_000, words[:4]) == (True, "ñ\nñ\n")
    asked = ledger.of(session, rosa.id)[0].data["questions"]
    assert [one["answer"] for one in asked if one["id"] == "say"] == [{"text": "ab"}]


def test_handing_in_asks_whether_one_is_sure_when_something_is_unanswered(begins, session, rosa):
    attempt = begins(module(CUFF, SUM, shuffle=False))
    open = hands_in(session, rosa, attempt, {"cuff.choice": key("large")}, sure=False)
    assert (open.finished, rules.unanswered(rules.read(open.drawn), open.answers)) == (None, [2])
    over = hands_in(session, rosa, attempt, {"sum.text": "120"}, sure=False)
    assert (over.finished, over.score) == (NOW, "1")


# -- Time -----------------------------------------------------------------------------------------------------------


def test_what_arrives_in_time_or_a_little_later_counts(begins, session, rosa):
    attempt = begins(module(CUFF, SUM, minutes=10))
    assert attempt.until == NOW + 10 * MINUTE
    over = hands_in(session, rosa, attempt, {"cuff.choice": key("large")}, now=attempt.until + rules.GRACE)
    assert (over.score, over.late) == ("1/2", False)


def test_what_arrives_too_late_does_not_count_and_what_was_saved_does(begins, session, rosa):
    attempt = begins(module(CUFF, SUM, minutes=10))
    save(session, rosa, attempt.id, form({"cuff.choice": key("large")}), NOW + MINUTE)
    late = attempt.until + rules.GRACE + timedelta(seconds=1)
    over = hands_in(session, rosa, attempt, RIGHT, now=late, made=2)
    assert (over.score, over.late, over.finished) == ("1/2", True, attempt.until)
    (entry,) = ledger.of(session, rosa.id)
    assert (entry.data["late"], entry.happened, entry.arrived) == (True, attempt.until, late)


@pytest.mark.parametrize(
    "look_at",
    [
        lambda session, rosa, id, now: look(session, rosa, id, now),
        lambda session, rosa, id, now: save(session, rosa, id, form(), now),
        lambda session, rosa, id, now: attempting.past(session, rosa.id, "/modules/bp", now),
        lambda session, rosa, id, now: attempting.close_late(session, now),
        lambda session, rosa, id, now: begins_again(session, rosa, now),
    ],
)
def test_an_attempt_whose_time_is_over_closes_at_the_next_look(begins, session, rosa, look_at):
    attempt = begins(module(CUFF, minutes=10))
    look_at(session, rosa, attempt.id, NOW + 60 * MINUTE)
    assert len(ledger.of(session, rosa.id)) == 1
    assert (attempt.finished, attempt.score, attempt.late) == (attempt.until, "0", True)


def begins_again(session, rosa, now) -> None:
    attempting.begin(session, rosa, module(CUFF, minutes=10), "quiz", "r1", now, Random())


def test_only_those_whose_time_is_over_are_swept(begins, session):
    begins(module(CUFF, minutes=10))
    assert attempting.close_late(session, NOW + 10 * MINUTE + rules.GRACE) == 0
    assert attempting.close_late(session, NOW + 11 * MINUTE) == 1
    assert attempting.close_late(session, NOW + 11 * MINUTE) == 0


# -- Content that changes -------------------------------------------------------------------------------------------


def test_the_questions_of_an_attempt_stay_its_own(begins, session, rosa):
    attempt = begins(module(CUFF, SUM))
    # Meanwhile the quiz became another, or vanished: nothing of it is asked for.
    over = hands_in(session, rosa, attempt, {"cuff.choice": key("large"), "sum.text": "120", "say.text": "teach back"})
    assert over.score == "1"
    assert {one.question.id for one in attempting.marks(session, over)} == {"cuff", "sum"}


# -- Practice -------------------------------------------------------------------------------------------------------


def test_what_was_wrong_is_practised_and_counts_for_nothing(begins, session, rosa):
    quiz = module(CUFF, SUM, TOMORROW, attempts=1)
    first = hands_in(session, rosa, begins(quiz), {"sum.text": "120"})
    again = practise(session, rosa, first.id, NOW, _chance())
    assert practise(session, rosa, first.id, NOW, _chance()).id == again.id
    assert [one.id for one in rules.read(again.drawn)] == ["cuff"]
    over = hands_in(session, rosa, again, {"cuff.choice": key("large")})
    assert (over.kind, over.score, over.credit) == ("practice", "1", [])
    assert [one.verb for one in ledger.of(session, rosa.id)] == ["attempted", "practised"]
    assert {one.attempt_id for one in session.scalars(select(Response))} == {first.id}
    assert [one.id for one in attempting.past(session, rosa.id, "/modules/bp", NOW)] == [first.id]
    assert practise(session, rosa, over.id, NOW, _chance()) is None
    assert reason(begins, quiz) == "attempts"


def test_an_open_attempt_and_a_test_before_a_course_are_not_practised(begins, session, rosa):
    assert practise(session, rosa, begins().id, NOW, _chance()) is None
    before = hands_in(session, rosa, begins(kind="pre"), {})
    assert practise(session, rosa, before.id, NOW, _chance()) is None


def _chance():
    return Random(3)


# -- Before and after a course --------------------------------------------------------------------------------------


def test_a_test_before_is_taken_once_passes_nothing_and_not_after_the_one_after(begins, session, rosa, joins):
    before = hands_in(session, rosa, begins(kind="pre"))
    assert (before.score, before.passed, before.credit) == ("1", False, [])
    assert reason(begins, kind="pre") == "taken"
    ana = joins("ana@hillside.example", "Ana Torres")
    hands_in(session, ana, begins(kind="post", who=ana), {})
    assert reason(begins, kind="pre", who=ana) == "after"


def test_the_gain_is_from_the_first_before_to_the_last_after(begins, session, rosa):
    quiz = module(CUFF, SUM)
    hands_in(session, rosa, begins(quiz, kind="pre"), {})
    past = attempting.past(session, rosa.id, "/modules/bp", NOW)
    assert rules.gain(past, 1) is None
    for number, fields in enumerate(({"sum.text": "120"}, RIGHT), 1):
        begun = begins(quiz, kind="post", now=NOW + number * MINUTE)
        hands_in(session, rosa, begun, fields, now=NOW + number * MINUTE)
    past = attempting.past(session, rosa.id, "/modules/bp", NOW)
    assert rules.gain(past, 1) == (Fraction(0), Fraction(1))
    assert rules.gain(past, 2) is None


# -- Taken along, and forgotten -------------------------------------------------------------------------------------


def test_what_was_answered_is_ones_own_data(begins, session, rosa):
    hands_in(session, rosa, begins())
    told = own_data(session, rosa, NOW, [attempting.own_data])
    (attempt,) = told["attempts"]
    assert attempt["answers"]["tomorrow"] == {"text": "I shall write the size on the chart."}
    assert "drawn" not in attempt
    assert json.dumps(told)


def test_of_an_erased_account_no_typed_word_is_left_besides_the_ledger(begins, session, rosa):
    hands_in(session, rosa, begins())
    save(session, rosa, begins(now=NOW + MINUTE).id, form({"tomorrow.text": "unfinished"}), NOW)
    erase(session, rosa, PASSWORD, NOW, [forget])
    cells = [
        str(cell)
        for table in ("attempt", "response", "reflection")
        for row in session.execute(text(f"SELECT * FROM {table}"))
        for cell in row
    ]
    # The questions stay with their marks, and so does what else was marked.
    assert not [one for one in cells if "chart" in one or "unfinished" in one or one == "Teach back."]
    assert session.scalars(select(Response.answer).where(Response.question == "cuff")).all() == [key("large")]
    assert session.scalars(select(Attempt.answers)).all() == [{}]
    assert "chart" not in json.dumps([one.data for one in ledger.of(session, rosa.id)])
    assert people.by_id(session, rosa.id).erased


# -- Statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("questions", [(CUFF,), (CUFF, SUM, SAY)])
def test_however_many_questions_there_are_the_statements_are_few(begins, session, rosa, questions):
    id, asked = begins(module(*questions)).id, []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *about: asked.append(about[2]))
    save(session, rosa, id, form({"cuff.choice": key("large")}), NOW)
    saved = statements(asked)
    finish(session, rosa, id, form({}), NOW, True)
    assert saved == ["SELECT", "UPDATE"]
    assert statements(asked)[2:] == ["SELECT", "UPDATE", "INSERT", "INSERT"]


def statements(asked: list[str]) -> list[str]:
    return [one.split()[0] for one in asked if one.split()[0] not in ("BEGIN", "SAVEPOINT")]
