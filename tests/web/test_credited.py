"""The coordinator's pages of credit in the browser: what was issued, who is on the way, one certificate and its end."""

import csv
import io
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from lms import db
from lms.certificates.models.paper import Certificate
from lms.certificates.service import issuing
from lms.certificates.store import papers
from lms.people.service.changing import erase
from lms.people.store import Learner
from tests.conftest import NOW, PASSWORD
from tests.web.accounts import Visitor
from tests.web.conftest import words
from tests.web.test_claiming import complete

AT = "/coordination/credit"
DAY = timedelta(days=1)
NASTY = '=HYPERLINK("http://x.example";"y")'
Issues = Callable[..., Certificate]


@pytest.fixture
def people(session) -> Callable[..., list[Learner]]:
    """Learners of these names, in a group."""

    def made(*names: str, group: str = "Lima & Cusco") -> list[Learner]:
        fresh = [
            Learner(email=f"{n}{group[:1].lower()}@clinic.example", name=name, group=group, opened=NOW)
            for n, name in enumerate(names)
        ]
        session.add_all(fresh)
        session.commit()
        return fresh

    return made


def at(made: Certificate) -> str:
    return f"/coordination/certificates/{made.snapshot.id}"


def table(answer) -> list[list[str]]:
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@contextmanager
def asked_of(desk: Visitor):
    """The statements that are said meanwhile."""
    heard: list[str] = []

    def hear(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            heard.append(statement)

    with desk.app.app_context():
        engine = db.db.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


# -- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [AT, f"{AT}/pending", f"{AT}.csv"])
def test_every_page_is_there_before_anything_was_issued_and_is_kept_nowhere(desk, page):
    answer = desk.get(page)
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_learners_mentors_and_authors_have_no_business_there(browser, joins, rosa, issues):
    made = issues(rosa)
    joins("mentor@hillside.example", "Mentor", "mentor", "author")
    for address in ("rosa@hillside.example", "mentor@hillside.example"):
        visitor = browser()
        visitor.sign_in(address)
        token = visitor.token("/me")
        for page in (AT, f"{AT}.csv", f"{AT}/pending", at(made), f"{at(made)}/revocation", f"{at(made)}/correction"):
            assert visitor.get(page).status_code == 403
        for deed in ("revocation", "correction"):
            said = {"csrf_token": token, "reason": "A slip of the hand", "sure": "y"}
            assert visitor.client.post(f"{at(made)}/{deed}", data=said).status_code == 403


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_coordinators_find_the_way_there(desk):
    assert 'href="/coordination/credit"' in desk.get("/coordination").text


# -- What was issued ------------------------------------------------------------------------------------------------


def test_certificates_are_listed_the_newest_first_with_sums_by_system(desk, people, issues):
    ana, ben = people("Ana Torres", "Ben Okafor")
    issues(ana, claimed="0.25")
    issues(ben, NOW + DAY)
    said = words(desk.get(AT).text)
    assert said.index("Ben Okafor") < said.index("Ana Torres", said.index("2 certificates"))
    assert "Hours of learning 2 0.75 1 75 %" in said


def test_what_counts_no_more_is_left_out_of_the_sums_and_out_of_the_report(desk, people, issues, session, carmen):
    ana, ben = people("Ana Torres", "Ben Okafor")
    issues(ana)
    made = issues(ben)
    issuing.revoke(session, made.snapshot.id, "A slip", carmen, NOW)
    assert "2 1 of them count 0.5 0.5" in words(desk.get(AT).text)
    assert len(table(desk.get(f"{AT}.csv"))) == 2
    revoked = words(desk.get(f"{AT}?state=revoked").text)
    assert "Hours of learning 1 0.5 0.5 100 %" in revoked
    assert [row[4] for row in table(desk.get(f"{AT}.csv?state=revoked"))] == ["Last Name", "Okafor"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", {"Ana Torres", "Ben Okafor", "Cléo Núñez"}),
        ("of=/modules/measuring-bp", {"Ana Torres", "Ben Okafor"}),
        ("of=/modules/nothing", set()),
        ("system=HILL", {"Cléo Núñez"}),
        ("group=Lima+%26+Cusco&system=plain", {"Ana Torres", "Ben Okafor"}),
        ("group=elsewhere", set()),
        ("state=expired", {"Ben Okafor"}),
        ("state=valid", {"Ana Torres", "Cléo Núñez"}),
        ("state=superseded", set()),
        ("from=2026-11-22", {"Cléo Núñez"}),
        ("to=2026-11-21", {"Ana Torres", "Ben Okafor"}),
        ("q=nunez+cleo", {"Cléo Núñez"}),
        ("q=0l%40clinic", {"Ana Torres"}),
        ("q=TORRES&system=HILL", set()),
        ("state=nonsense&before=x", {"Ana Torres", "Ben Okafor", "Cléo Núñez"}),
    ],
)
def test_filters_narrow_down_pages_and_reports(desk, people, issues, said, found):
    names = ("Ana Torres", "Ben Okafor", "Cléo Núñez")
    ana, ben, cleo = people(*names)
    issues(ana)
    issues(ben, expires=NOW.date() - DAY)
    issues(cleo, NOW + DAY, activity="/modules/teach-back", system="HILL", system_name="Hillside points")
    desk.app.extensions["spoke"].clock = lambda: NOW.date()
    answer = desk.get(f"{AT}?{said}")
    assert answer.status_code == 200
    assert {name for name in names if name in answer.text} == found
    rows = table(desk.get(f"{AT}.csv?{said}"))[1:]
    assert {f"{row[3]} {row[4]}" for row in rows} == found


def test_many_certificates_stand_on_pages_that_lead_to_all_of_them(desk, people, issues, session):
    made = [issues(one) for one in people(*(f"Learner {n:03}" for n in range(53)))]
    first = desk.get(AT)
    assert "53 certificates" in first.text and "Learner 052" in first.text and "Learner 002<" not in first.text
    second = desk.get(f"{AT}?before={made[3].index}")
    assert "Learner 002" in second.text and "Learner 003<" not in second.text and "Older ones" not in second.text
    assert f"before={made[3].index}" in first.text
    searched = desk.get(f"{AT}?q=learner&before={made[3].index}")
    assert "53 certificates" in searched.text and "Learner 002" in searched.text
    assert len(table(desk.get(f"{AT}.csv"))) == 54


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_id_typed_from_paper_leads_to_its_certificate(desk, rosa, issues):
    made = issues(rosa)
    answer = desk.get(f"{AT}?q={made.snapshot.id.lower()}")
    assert (answer.status_code, answer.location) == (303, at(made))
    assert desk.get(at(made).lower().replace("/coordination/certificates/", "/coordination/certificates/")).location


def test_the_report_has_the_columns_of_the_learner_sheet_and_no_formulas(desk, people, issues, session):
    (ana,) = people(NASTY)
    ana.licences = {"NPI": "1234567890", "STATE": "NM", "BIRTHDAY": "=1+1"}
    session.commit()
    issues(ana, system="HILL")
    head, row = table(desk.get(f"{AT}.csv"))
    assert head[:6] == [
        *("Record Action", "ACCME Activity ID", "Completion Date", "First Name", "Last Name"),
        "Date of Birth (month and day)",
    ]
    said = dict(zip(head, row, strict=True))
    assert said["Completion Date"] == "2026-11-21"
    assert said["Last Name"] == f"'{NASTY}"
    assert said["Date of Birth (month and day)"] == "'=1+1"
    assert (said["Licensing State"], said["Licensing ID or NPI"]) == ("NM", "1234567890")
    assert (said["Number of CME Credits"], said["Credit Type"]) == ("0.5", "HILL")
    assert said["Record Action"] == ""


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_bad_day_is_named_and_the_report_leads_back_to_it(desk):
    answer = desk.get(f"{AT}?from=2026-13-01")
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert desk.get(f"{AT}.csv?from=2026-13-01").location == f"{AT}?from=2026-13-01"


# -- Who is on the way ----------------------------------------------------------------------------------------------


def test_who_has_completed_and_not_claimed_is_named_with_what_is_missing(desk, people, issues, session):
    ana, ben, cleo = people("Ana Torres", "Ben Okafor", "Cleo Nunez")
    for one in (ana, ben, cleo):
        complete(session, one)
    issues(ben, completion=f"completed-1{ben.id}")
    cleo.closed = NOW
    session.commit()
    said = words(desk.get(AT).text)
    assert "Measuring blood pressure 1 0 0 1" in said
    listed = words(desk.get(f"{AT}/pending?of=/modules/measuring-bp").text)
    assert "Ana Torres Lima &amp; Cusco Measuring blood pressure has not begun for credit" in listed
    assert "Ben Okafor" not in listed and "Cleo" not in listed
    assert "Nobody waits" in desk.get(f"{AT}/pending?state=claim").text
    assert "Nobody waits" in desk.get(f"{AT}/pending?group=elsewhere").text


# -- One certificate ------------------------------------------------------------------------------------------------


def test_a_certificate_tells_everything_and_whose_it_is(desk, rosa, issues):
    made = issues(rosa, objectives=("Choose a cuff",), provider="Hillside", provider_number="77", statement="So be it.")
    said = words(desk.get(at(made)).text)
    for one in ("Rosa Quispe", "rosa@hillside.example", "Choose a cuff", "Hillside, 77", "So be it.", made.paper):
        assert one in said
    assert f'href="/coordination/learners/{rosa.id}"' in desk.get(at(made)).text
    assert desk.get(f"/certificates/{made.snapshot.id}/certificate.pdf").mimetype == "application/pdf"


def test_it_tells_the_profession_in_the_coordinators_language(desk, rosa, issues):
    made = issues(rosa, profession="nurse")
    told = words(desk.client.get(at(made), headers={"Accept-Language": "es"}).text)
    assert "Profesión enfermera o enfermero" in told


def test_a_coordinator_revokes_with_a_reason_and_a_second_thought(desk, rosa, issues, session):
    made = issues(rosa)
    page = f"{at(made)}/revocation"
    assert "cannot be undone" in desk.get(page).text and "public" in desk.get(page).text
    unsure = desk.submit(page, reason="The wrong person took it")
    assert unsure.status_code == 422 and "The wrong person took it" in unsure.text
    assert desk.submit(page, reason=" a ", sure="y").status_code == 422
    assert papers.certificate(session, made.snapshot.id, NOW.date()).state == "valid"
    session.rollback()
    assert desk.submit(page, reason="The wrong person took it", sure="y").location == at(made)
    said = words(desk.get(at(made)).text)
    assert "revoked" in said and "Carmen Flores, coordinator The wrong person took it" in said
    assert f"{at(made)}/revocation" not in desk.get(at(made)).text
    again = desk.client.post(page, data={"csrf_token": desk.token("/me"), "reason": "Once more", "sure": "y"})
    assert again.status_code == 409 and "revoked or superseded already" in again.text
    assert desk.get(page).status_code == 409


def test_of_two_coordinators_at_once_one_is_told_that_it_is_done(desk, browser, joins, rosa, issues, session):
    made = issues(rosa)
    joins("grace@hillside.example", "Grace Lindqvist", "administrator")
    other = browser()
    other.sign_in("grace@hillside.example")
    tokens = [(one, one.token(f"{at(made)}/revocation")) for one in (desk, other)]
    codes = []
    for one, token in tokens:
        said = {"csrf_token": token, "reason": "Found out", "sure": "y"}
        codes.append(one.client.post(f"{at(made)}/revocation", data=said).status_code)
    assert codes == [303, 409]


def test_a_name_that_changed_is_corrected_by_a_new_certificate(desk, rosa, issues, session):
    made = issues(rosa)
    page = f"{at(made)}/correction"
    assert desk.get(page).status_code == 409
    rosa.name = "Rosa Quispe Mamani"
    session.commit()
    assert "Rosa Quispe Mamani" in words(desk.get(page).text)
    answer = desk.submit(page, reason="She married", sure="y")
    assert answer.status_code == 303
    new = words(desk.get(answer.location).text)
    assert "Rosa Quispe Mamani" in new and "Corrects" in new
    old = desk.get(at(made)).text
    assert "Superseded." in old and answer.location in old and "She married" in old
    assert desk.client.post(page, data={"csrf_token": desk.token("/me")}).status_code == 409


def test_of_an_erased_account_the_certificate_stays_without_a_name(desk, rosa, issues, session):
    made = issues(rosa)
    erase(session, rosa, PASSWORD, NOW, [issuing.forget])
    page = desk.get(at(made))
    assert "<bdi>Rosa Quispe" not in page.text and "erased account" in page.text and "certificate.pdf" not in page.text
    assert "erased account" in words(desk.get(AT).text)
    assert desk.get(f"/certificates/{made.snapshot.id}/certificate.pdf").status_code == 404
    assert desk.get(f"{at(made)}/correction").status_code == 409
    assert table(desk.get(f"{AT}.csv"))[1][3:5] == ["", ""]
    assert desk.submit(f"{at(made)}/revocation", reason="Found out", sure="y").status_code == 303


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("id", ["nothing", "0" * 22, "0000-0000", "%00", "Z" * 22])
def test_what_is_no_certificate_is_not_found(desk, id):
    for page in ("", "/revocation", "/correction"):
        assert desk.get(f"/coordination/certificates/{id}{page}").status_code == 404
        said = {"csrf_token": desk.token("/me"), "reason": "x y z", "sure": "y"}
        if page:
            assert desk.client.post(f"/coordination/certificates/{id}{page}", data=said).status_code == 404


# -- How often the database is asked --------------------------------------------------------------------------------


def test_the_database_is_asked_as_often_for_three_as_for_one(desk, people, issues, session):
    counts = {}
    for number in (1, 3):
        for one in people(*(f"Learner {n}" for n in range(number)), group=str(number)):
            complete(session, one)
            issues(one, completion=f"claimed-1{one.id}")
        made = papers.of(session, one.id, NOW.date())[0]
        session.commit()
        for page in (AT, f"{AT}?q=learner", f"{AT}.csv", f"{AT}/pending", at(made)):
            desk.get(page)
            with asked_of(desk) as heard:
                assert desk.get(page).status_code == 200
            counts.setdefault(page.partition("certificates/")[0], []).append(len(heard))
    assert all(one == three for one, three in counts.values()), counts
    assert max(one for one, _ in counts.values()) <= 9, counts
