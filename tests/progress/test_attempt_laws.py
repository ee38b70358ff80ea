"""Laws of attempts, tried on whatever comes: marks of whole attempts, and answers that arrive in any order."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.modules.marking import Answer
from lms.modules.models import Choice, Match, MultipleResponse, Order, Quiz, Reflection, SingleChoice, key
from lms.progress.rules import attempts as rules
from lms.progress.rules.attempts import Said
from tests.progress.conftest import ALL, ARMS, CUFF, HIGH, NOW, RIGHT, STEPS, TOMORROW, form

_TEXTS = st.sampled_from(["", "120", "119,5 mmHg", "teach back", "SAY IT BACK", "nonsense", "1e9"])


def _answers(question) -> st.SearchStrategy[Answer]:
    match question:
        case SingleChoice() | MultipleResponse():
            most = 1 if isinstance(question, SingleChoice) else 3
            keys = st.sampled_from([one.key for one in question.choices])
            return st.lists(keys, unique=True, max_size=most).map(lambda taken: Answer(choices=tuple(taken)))
        case Order():
            keys = st.sampled_from([one.key for one in question.items])
            return st.dictionaries(keys, st.integers(1, 3)).map(lambda places: Answer(places=places))
        case Match():
            lefts = st.sampled_from([one.left.key for one in question.pairs])
            rights = st.sampled_from([one.right.key for one in question.pairs])
            return st.dictionaries(lefts, rights).map(lambda pairs: Answer(pairs=pairs))
    return _TEXTS.map(lambda words: Answer(text=words))


_SHEETS = st.fixed_dictionaries({one.id: _answers(one) for one in ALL})


def kept(sheet: dict[str, Answer]) -> dict:
    return rules.kept({}, {id: Said(answer, 1) for id, answer in sheet.items()})


@given(_SHEETS, st.integers())
def test_a_score_is_from_nought_to_one_and_knows_no_order(sheet, seed):
    score = rules.score(rules.marked(ALL, kept(sheet)))
    assert 0 <= score <= 1
    assert rules.score(rules.marked(rules.shuffled(ALL, Random(seed)), kept(sheet))) == score


@given(_SHEETS)
def test_a_choice_that_is_added_later_changes_no_mark(sheet):
    more = Choice(key=key("another"), html="another", right=False)
    later = tuple(
        one.model_copy(update={"choices": (more, *reversed(one.choices))}) if one in (CUFF, HIGH) else one
        for one in ALL
    )
    before, after = (rules.marked(questions, kept(sheet)) for questions in (ALL, later))
    assert [one.verdict.score for one in after] == [one.verdict.score for one in before]


@given(st.integers(), st.integers(1, 7), st.booleans())
def test_what_is_drawn_is_of_the_quiz_and_has_something_to_mark(seed, most, shuffle):
    quiz = Quiz(path="q", questions=(TOMORROW, *ALL[:-1]), draw=most, shuffle=shuffle)
    drawn = rules.draw(quiz, Random(seed))
    assert len({one.id for one in drawn}) == len(drawn) == most
    assert any(not isinstance(one, Reflection) for one in drawn)
    assert {one.id for one in drawn} <= {one.id for one in ALL}
    if not shuffle:
        assert list(drawn) == [one for one in quiz.questions if one in drawn]
    assert rules.read(rules.written(drawn)) == drawn
    # Whatever the order, what is right stays right.
    right = rules.kept({}, rules.given(form(RIGHT), drawn, NOW))
    assert rules.score(rules.marked(drawn, right)) == 1


_SAID = st.lists(st.tuples(st.sampled_from(["cuff", "sum"]), _TEXTS, st.integers(1, 4)), max_size=8).map(
    lambda all: [{id: Said(Answer(text=words), made)} for id, words, made in all]
)


@given(_SAID, st.randoms(use_true_random=False))
def test_answers_may_arrive_in_any_order_and_more_than_once(said, chance):
    def after(all: list) -> dict:
        stands: dict = {}
        for one in all:
            stands = rules.kept(stands, one)
        return stands

    again = [*said, *chance.sample(said, len(said) // 2)]
    chance.shuffle(again)
    assert after(again) == after(said)
    for id, stands in after(said).items():
        assert stands["made"] == max(one[id].made for one in said if id in one)


@given(_SHEETS)
def test_an_answer_that_is_filled_in_and_sent_back_unchanged_is_said_to_be_the_same(sheet):
    for question in (STEPS, ARMS, HIGH):
        answer = rules.answer_in(kept(sheet), question.id)
        fields = {f"{question.id}.was": rules.digest(answer)}
        fields |= {f"{question.id}.place-{id}": str(place) for id, place in answer.places.items()}
        fields |= {f"{question.id}.pair-{left}": right for left, right in answer.pairs.items()}
        sent = form(fields | {f"{question.id}.choice": list(answer.choices)}, made="")
        assert rules.given(sent, [question], NOW) == {}


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_what_reads_as_the_pass_mark_passes_and_nothing_below_does(part, whole):
    score = Fraction(min(part, whole), whole)
    for mark in (1, 80, 100):
        assert rules.passes(score, mark) == (rules.percent(score) >= mark)
