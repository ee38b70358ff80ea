"""What evaluation forms say, in the coordinator's browser and for a spreadsheet."""

from collections.abc import Callable
from secrets import token_hex

import pytest

from lms.credit.store import Opinion
from lms.people.store import Learner
from tests.credit.test_summing import FORM
from tests.web.conftest import words
from tests.web.test_credited import asked_of, table

AT = "/coordination/evaluations"
ABOUT = f"{AT}/modules/measuring-bp"
TABLE = f"{AT}.csv?of=/modules/measuring-bp"


@pytest.fixture
def says(session) -> Callable[..., None]:
    def say(*forms: dict, edition: int = 2, activity: str = "/modules/measuring-bp") -> None:
        for answers in forms:
            about = {"activity": activity, "edition": edition, "period": "2026-11", "form": FORM.model_dump_json()}
            session.add(Opinion(id=token_hex(16), answers=answers, learner_id=None, **about))
        session.commit()

    return say


def test_pages_are_there_before_anybody_said_anything(desk):
    for page in (AT, ABOUT):
        answer = desk.get(page)
        assert answer.status_code == 200 and "No evaluation form" in answer.text
        assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    for page in (
        TABLE,
        f"{AT}.csv?of=%00",
        f"{AT}/modules/%00",
        f"{AT}/modules/nothing",
        f"{AT}/podcasts/elsewhere/nothing",
        f"{ABOUT}?edition=x",
    ):
        assert desk.get(page).status_code == 404


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_learners_and_mentors_do_not_read_them(browser, joins: Callable[..., Learner], rosa, says):
    says(*[{"useful": "yes"}] * 3)
    joins("mentor@hillside.example", "Mentor", "mentor")
    for address in ("rosa@hillside.example", "mentor@hillside.example"):
        visitor = browser()
        visitor.sign_in(address)
        assert {visitor.get(page).status_code for page in (AT, ABOUT, TABLE)} == {403}


def test_answers_are_counted_and_drawn(desk, says):
    says({"useful": "yes", "better": "=1+1"}, {"useful": "yes", "better": "<b>Less</b>"}, {"useful": "no"})
    assert "Measuring blood pressure 3" in words(desk.get(AT).text)
    page = desk.get(ABOUT).text
    said = words(page)
    assert "2.3 on average, of 3" in said and "yes 2 · 67 %" in said and "so so 0 · 0 %" in said
    assert 'aria-label="2.3 on a scale from 1 to 3"' in page and 'width="66.67"' in page
    assert "<b>Less</b>" not in page and "&lt;b&gt;Less" in page and "style=" not in page
    rows = table(desk.get(TABLE))
    assert rows[0][:2] == ["Address", "Edition"]
    assert ["/modules/measuring-bp", "", "3", "Was it useful?", "3", "2.333", "yes", "2", "0.667"] in rows
    assert [row[6] for row in rows if row[3] == "What should be better?"] == ["<b>Less</b>", "'=1+1"]


def test_too_few_forms_are_held_back_and_the_page_says_why(desk, says):
    says({"better": "My voice"}, {"better": "Yours"}, edition=1)
    said = words(desk.get(ABOUT).text)
    assert "2 anonymous forms are held back" in said and "My voice" not in said
    assert len(table(desk.get(TABLE))) == 1
    says(*[{"better": "Ours"}] * 3)
    assert "My voice" not in desk.get(ABOUT).text and "Ours" in desk.get(ABOUT).text
    assert "held back" not in desk.get(f"{ABOUT}?edition=2").text
    assert "held back" in desk.get(f"{ABOUT}?edition=1").text


def test_the_database_is_asked_as_often_for_many_forms_as_for_few(desk, says):
    counts = []
    for number in (3, 9):
        says(*[{"useful": "yes"}] * number)
        counts.append([])
        for page in (AT, ABOUT, TABLE):
            desk.get(page)
            with asked_of(desk) as heard:
                assert desk.get(page).status_code == 200
            counts[-1].append(len(heard))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 2, counts
