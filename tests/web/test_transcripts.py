"""My credit: what one has earned, as a page, on paper and for a spreadsheet; and what one aims at."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms import db
from lms.certificates.models.paper import Certificate
from lms.certificates.service import issuing
from lms.certificates.store.papers import Issued
from lms.credit.service import aiming
from lms.credit.store import Evaluated, Target, Teaching
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.people.service.changing import change_profile
from lms.people.store import Learner
from tests.certificates.conftest import issuer, issues, release  # noqa: F401
from tests.conftest import NOW
from tests.web.accounts import Visitor
from tests.web.conftest import words

AMA = {
    "system": "AMA",
    "system_name": "AMA PRA Category 1 Credit™",
    "unit": "AMA PRA Category 1 Credit™",
    "units": "AMA PRA Category 1 Credits™",
    "provider": "Hillside Hospital",
}
GOAL = {"amount": "50", "system": "plain", "from": "2026-01-01", "until": "2028-06-30"}
NASTY = '=HYPERLINK("http://x.example";"y")'
sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Issues = Callable[..., Certificate]


@pytest.fixture
def earns(issues: Issues, rosa: Learner, session: Session) -> Callable[..., Certificate]:  # noqa: F811
    """Issues Rosa a certificate: `earns("0.5", days=400, title="Teach-back")`; so many days ago."""

    def earn(claimed: str = "0.5", days: int = 0, who: Learner | None = None, **terms: object) -> Certificate:
        name = f"{terms.get('title', '')}{claimed}-{days}-{terms.get('system', '')}"
        given = {"completion": f"c{abs(hash(name))}", "completed": NOW - timedelta(days=days), "offered": Decimal(90)}
        made = issues(who or rosa, claimed=claimed, **{**given, **terms})
        session.commit()
        return made

    return earn


@pytest.fixture
def carmen(joins: Callable[..., Learner]) -> Learner:
    return joins("carmen@hillside.example", "Carmen Flores", "coordinator")


def note(session: Session, learner: Learner, verb: str, activity: str, edition: int = 2, id: str = "") -> None:
    entry = Entry(
        id=id or f"{verb}-{edition}{learner.id}",
        learner=learner.id,
        verb=verb,
        activity=activity,
        edition=edition,
        happened=NOW,
        arrived=NOW,
        data={"shown": "0" * 64} if verb == "began" else {"credit": [{"system": "plain", "hours": "0.5"}]},
    )
    ledger.append(session, [entry])
    session.commit()


def table(answer) -> list[dict[str, str]]:
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def paper(answer) -> PdfReader:
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.data))


def printed(answer) -> str:
    return " ".join(" ".join(page.extract_text() for page in paper(answer).pages).split())


# -- The page -------------------------------------------------------------------------------------------------------


def test_a_new_learner_is_told_what_to_do(phone: Visitor):
    answer = phone.get("/credit")
    said = words(answer.text)
    assert "No certificate yet. This is how one comes about:" in said and "Set a target" in said
    assert "Earned" not in said
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")


def test_the_way_there_is_on_ones_own_pages(phone: Visitor):
    assert 'href="/credit"' in phone.get("/learning").text
    assert 'href="/credit"' in phone.get("/me").text


@sqlite
def test_strangers_are_sent_to_sign_in(browser: Callable[[], Visitor]):
    for path in ("/credit", "/credit/transcript.pdf", "/credit/transcript.csv", "/credit/target"):
        assert browser().get(path).status_code == 303


def test_a_transcript_sums_up_by_system_and_by_year(phone: Visitor, earns):
    made = earns("0.5", 30)
    earns("0.125", 400, title="Teach-back")
    earns("1.5", 31, title="Stroke", **AMA)
    said = words(phone.get("/credit").text)
    assert "1.5 AMA PRA Category 1 Credits™" in said and "0.625 hours of learning" in said
    assert "2026 1.5 0.5 2025 – 0.125" in said
    assert (
        "22 October 2026 · Module Measuring blood pressure Verification page of Measuring blood pressure: hillside.example/v/"
        in said
    )
    page = phone.get("/credit").text
    assert f'href="/certificates/{made.snapshot.id}"' in page and f'href="/v/{made.snapshot.id}"' in page


def test_a_period_and_a_system_narrow_it_down_and_stay_in_links(phone: Visitor, earns):
    earns("0.5", 0, title="Newest")
    earns("0.25", 400, title="Oldest")
    earns("1.5", 0, title="Stroke", **AMA)
    page = phone.get("/credit?from=2026-11-21&to=2026-11-21&system=plain").text
    assert "Newest" in page and "Oldest" not in page and "Stroke" not in page
    query = "?from=2026-11-21&amp;to=2026-11-21&amp;system=plain"
    assert f"/credit/transcript.pdf{query}" in page and f"/credit/transcript.csv{query}" in page
    assert "Newest" not in phone.get("/credit?to=2026-11-20").text
    assert "Oldest" not in phone.get("/credit?from=2025-10-18").text
    assert "Oldest" in phone.get("/credit?from=2025-10-17").text
    assert "Nothing was completed in this time." in words(phone.get("/credit?system=ACPE").text)


def test_often_asked_periods_are_a_tap_away(phone: Visitor, earns):
    earns()
    page = phone.get("/credit?from=2024-01-01&to=2026-12-31").text
    for query in ("2026-01-01&amp;to=2026", "2025-01-01&amp;to=2025", "2024-01-01&amp;to=2026"):
        assert f'href="/credit?from={query}-12-31#earned"' in page
    assert re.search(r'aria-current="true">The last three years<', page)


def test_what_is_revoked_or_superseded_is_told_and_not_counted(
    phone: Visitor,
    earns,
    session: Session,
    carmen: Learner,
    issuer,  # noqa: F811
):
    revoked = earns("7", title="Revoked")
    issuing.revoke(session, revoked.snapshot.id, "The quiz had a wrong key", carmen, NOW)
    old = earns("3", title="Renamed")
    new = issuing.correct(session, old.snapshot.id, "The name was misspelt", carmen, issuer, NOW)
    earns("0.5", 60, title="Ended", expires=date(2026, 10, 1))
    said = words(phone.get("/credit").text)
    assert "3.5 hours of learning" in said  # the corrected one, and the one that has expired
    assert "revoked on 21 Nov 2026: does not count The quiz had a wrong key" in said
    assert "superseded on 21 Nov 2026: does not count What stands in its place" in said
    assert "expired: valid until 1 Oct 2026" in said and "count for the time in which they were earned" in said
    assert f'href="/certificates/{new.snapshot.id}">What stands' in phone.get("/credit").text
    told = {(row["Title"], row["State"]): row["Counts"] for row in table(phone.get("/credit/transcript.csv"))}
    assert told == {
        ("Revoked", "revoked"): "no",
        ("Renamed", "superseded"): "no",
        ("Renamed", "valid"): "yes",
        ("Ended", "expired"): "yes",
    }
    on_paper = printed(phone.get("/credit/transcript.pdf"))
    assert "revoked on 21 Nov 2026: does not count" in on_paper and "3.5 hours of learning" in on_paper


@sqlite
def test_with_nothing_that_counts_the_sum_is_none(phone: Visitor, earns, session: Session, carmen: Learner):
    made = earns("7", title="Revoked")
    issuing.revoke(session, made.snapshot.id, "The quiz had a wrong key", carmen, NOW)
    assert "0 Nothing that counts." in words(phone.get("/credit").text)
    assert "Earned 0".casefold() in printed(phone.get("/credit/transcript.pdf")).casefold()


@sqlite
@pytest.mark.parametrize(
    "said", ["from=2026-13-01", "to=tomorrow", "from=2026-11-02&to=2026-11-01", "from=9999-12-31", "from=²²²²-11-01"]
)
def test_a_bad_day_is_named_beside_its_field_and_what_was_typed_stays(phone: Visitor, earns, said: str):
    earns()
    answer = phone.get(f"/credit?{said}")
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert said.rpartition("=")[2] in answer.text
    for path in ("/credit/transcript.pdf", "/credit/transcript.csv"):
        assert phone.get(f"{path}?{said}").status_code == 303


@sqlite
def test_anything_may_stand_in_the_address(phone: Visitor, earns):
    earns()
    for query in ("from=%00", "system=%3Cscript%3E", "page=0", "page=2", "page=x", f"system={'x' * 5000}"):
        answer = phone.get(f"/credit?{query}")
        assert answer.status_code in (200, 404) and "<script>" not in answer.text


@sqlite
def test_the_day_that_counts_is_the_one_on_the_certificate(phone: Visitor, earns, session: Session, rosa: Learner):
    change_profile(session, rosa, rosa.profile.model_copy(update={"zone": "Pacific/Kiritimati"}))
    earns(completed=NOW + timedelta(hours=2))  # one in the morning of the day after, where Rosa is
    assert "22 November 2026 · Module" in words(phone.get("/credit?from=2026-11-22").text)
    assert table(phone.get("/credit/transcript.csv?from=2026-11-22"))[0]["Completed"] == "2026-11-22"
    assert table(phone.get("/credit/transcript.csv?to=2026-11-21")) == []


def test_nobody_sees_what_others_earned(phone: Visitor, earns, joins, browser):
    earns(who=joins("ana@hillside.example", "Ana Torres"), title="Hers alone")
    earns(title="Mine")
    for path in ("/credit", "/credit/transcript.csv"):
        assert "Mine" in phone.get(path).text and "Hers alone" not in phone.get(path).text


@sqlite
@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("/credit", 6), ("/credit/transcript.csv", 2), ("/credit/transcript.pdf", 2)]
)
def test_a_transcript_costs_the_same_few_queries_however_much_was_earned(
    phone: Visitor, earns, session: Session, rosa: Learner, many: int, path: str, queries: int
):
    for n in range(many):
        earns(title=f"Number {n}")
        note(
            session,
            rosa,
            "completed",
            f"/modules/{('measuring-bp', 'teach-back', 'medir-la-presion')[n]}",
            id=f"open-{n:05}",
        )
        aiming.aim(session, rosa, ("plain", "AMA", "HILL")[n], Decimal(5), date(2026, 1, 1), date(2028, 1, 1))
    phone.get(path)
    heard: list[str] = []

    def hear(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            heard.append(statement)

    with phone.app.app_context():
        engine = db.db.engine
    event.listen(engine, "before_cursor_execute", hear)
    assert phone.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", hear)
    assert len(heard) == queries, heard


@sqlite
def test_ten_thousand_certificates_go_from_page_to_page(phone: Visitor, earns, session: Session, rosa: Learner):
    made = earns(title="The first")
    row = session.get(Issued, made.snapshot.id)
    said = json.loads(row.snapshot)
    copies = []
    for n in range(9_999):
        id = f"{n:022}"
        copy = json.dumps(said | {"id": id, "title": f"Number {n}", "completed": "2020-05-05T09:00:00Z"})
        copies.append({
            "id": id, "index": n + 10, "learner_id": rosa.id, "completion": id, "serial": 0, "activity": row.activity,
            "edition": 1, "system": "plain", "claimed": "0.5", "issued": NOW, "snapshot": copy, "paper": "0" * 64, "pepper": "",
        })  # fmt: skip
    session.execute(
        Issued.__table__.insert(), [{("leaf" if k == "index" else k): v for k, v in one.items()} for one in copies]
    )
    session.commit()
    page = phone.get("/credit").text
    assert "<b>5,000</b>" in page and page.count('class="proof"') == 50 and "Page 1 of 200" in page
    last = phone.get("/credit?from=2020-01-01&page=200")
    assert last.status_code == 200 and 'rel="prev" href="/credit?from=2020-01-01&amp;page=199#earned"' in last.text
    assert phone.get("/credit?page=201").status_code == 404
    assert len(table(phone.get("/credit/transcript.csv"))) == 10_000
    # On paper that would be a book; while it is drawn nobody else's certificate would be.
    assert "at most 500 certificates" in words(page) and "transcript.pdf" not in page
    assert phone.get("/credit/transcript.pdf?to=2020-12-31").headers["Location"] == "/credit?to=2020-12-31#earned"
    assert phone.get("/credit/transcript.pdf?from=2021-01-01").status_code == 200


# -- Still open -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_still_open_says_what_is_next(phone: Visitor, session: Session, rosa: Learner, earns):
    at = "/modules/measuring-bp"

    def opened() -> str:
        page = phone.get("/credit").text
        return words(page.partition("<h2>Still open</h2>")[2].partition("</section>")[0])

    assert opened() == ""
    note(session, rosa, "began", at)
    assert "Begun for credit, and not complete yet." in opened()
    note(session, rosa, "completed", at, id="completed-once")
    assert "Next: the evaluation form." in opened()
    assert f'href="/credit{at}"' in phone.get("/credit").text
    session.add(Evaluated(learner_id=rosa.id, completion="completed-once", activity=at, edition=2))
    session.commit()
    assert "Next: claim your credit." in opened()
    earns(completion="completed-once")
    assert opened() == ""
    note(session, rosa, "renewed", at, id="renewed-once")
    assert "Its renewal is begun." in opened()


@sqlite
def test_what_was_completed_without_beginning_for_credit_is_begun_first(phone: Visitor, session, rosa):
    note(session, rosa, "completed", "/modules/measuring-bp")
    assert "Next: read what is said of it before its credit." in words(phone.get("/credit").text)


@sqlite
def test_what_offers_no_credit_any_more_is_not_open(phone: Visitor, session, rosa):
    note(session, rosa, "completed", "/modules/gone", id="gone-gone")
    note(session, rosa, "completed", "/modules/measuring-bp")
    phone.app.extensions["spoke"].clock = lambda: date(2040, 1, 1)
    assert "Still open" not in phone.get("/credit").text


def test_requests_from_teaching_are_told_with_the_coordinators_words(phone: Visitor, session, rosa, carmen):
    about = {
        "learner_id": rosa.id,
        "edition": 1,
        "system": "plain",
        "claimed": "1",
        "reflection": "r" * 100,
        "asked": NOW,
    }
    answer = "Say <b>what</b> you would do\notherwise."
    session.add_all(
        [
            Teaching(id="1", activity="/modules/measuring-bp", answer="", **about),
            Teaching(
                id="2", activity="/gone", decided=NOW, decided_by=carmen.id, approved=False, answer=answer, **about
            ),
            Teaching(id="3", activity="/x", decided=NOW, decided_by=carmen.id, approved=True, answer="", **about),
        ]
    )
    session.commit()
    said = words(phone.get("/credit").text)
    assert "Measuring blood pressure Asked for on 21 November 2026. A coordinator looks at it." in said
    assert "Sent back on 21 November 2026. Say &lt;b&gt;what&lt;/b&gt; you would do otherwise." in said
    assert "/x" not in said


# -- Targets --------------------------------------------------------------------------------------------------------


def test_a_target_is_kept_told_changed_and_removed(phone: Visitor, earns, session: Session, rosa: Learner):
    earns("12.5", 30)
    earns("9", 400)  # before it begins
    assert phone.submit("/credit/target", **GOAL).headers["Location"] == "/credit#targets"
    said = words(phone.get("/credit").text)
    assert "12.5 of 50 hours of learning by 30 June 2028 37.5 to go, about 2 a month." in said
    assert 'value="50"' in phone.get("/credit/target?system=plain").text
    phone.submit("/credit/target?system=plain", "/credit/target", **GOAL | {"amount": "12,5"})
    assert "12.5 of 12.5 hours of learning by 30 June 2028 Reached." in words(phone.get("/credit").text)
    assert len(session.scalars(select(Target)).all()) == 1
    phone.submit("/credit", "/credit/target/removals", system="plain")
    session.rollback()
    assert session.scalars(select(Target)).all() == []
    assert "Set a target" in phone.get("/credit").text


@sqlite
def test_each_system_has_its_own_target_and_time_that_is_over_is_told(phone: Visitor, session, rosa):
    aiming.aim(session, rosa, "plain", Decimal(10), date(2025, 1, 1), date(2025, 12, 31))
    aiming.aim(session, rosa, "AMA", Decimal(1), date(2026, 1, 1), NOW.date() + timedelta(days=5))
    aiming.aim(session, rosa, "HILL", Decimal(3), date(2026, 1, 1), NOW.date())
    aiming.aim(session, rosa, "FORMER", Decimal(3), date(2026, 1, 1), NOW.date())
    said = words(phone.get("/credit").text)
    assert "0 of 10 hours of learning by 31 December 2025 Its time is over; 10 were missing." in said
    assert "0 of 1 AMA PRA Category 1 Credit™ by 26 November 2026 1 to go, in 5 days." in said
    assert "0 of 3 Hillside points by 21 November 2026 3 to go, and today is the last day." in said
    assert "0 of 3 FORMER by" in said


@sqlite
@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"amount": "0"}, "amount", "Write a number above 0 and up to 1,000"),
        ({"amount": "1e9"}, "amount", "Write a number above 0 and up to 1,000"),
        ({"amount": "fifty <b>"}, "amount", "Write a number above 0 and up to 1,000"),
        ({"system": "NOPE"}, "system", "Choose one of these."),
        ({"until": "2020-01-01"}, "until", "This day is past; choose one that is still to come."),
        ({"from": "2028-07-01"}, "until", "The last day is before the first."),
        ({"until": "2099-01-01"}, "until", "Choose a day in the next 20 years."),
        ({"until": "June 2028"}, "until", "This is no day; write one such as 2026-11-21."),
        ({"from": ""}, "from", "This is no day; write one such as 2026-11-21."),
    ],
)
def test_a_bad_target_is_named_at_its_field_and_what_was_typed_stays(phone: Visitor, session, changes, field, fault):
    answer = phone.submit("/credit/target", **GOAL | changes)
    assert answer.status_code == 422
    at = re.search(rf'id="{field}-fault">([^<]*)<', answer.text)
    assert at and at[1].startswith(fault) and answer.text.count('class="fault"') == 1
    assert f'aria-describedby="{field}-fault' in answer.text
    typed = GOAL | changes
    for name in ("amount", "from", "until"):
        assert f'value="{typed[name].replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
    assert session.scalars(select(Target)).all() == []


def test_a_target_is_ones_own(phone: Visitor, session, rosa, joins, browser):
    joins("ana@hillside.example", "Ana Torres")
    phone.submit("/credit/target", **GOAL)
    ana = browser()
    ana.sign_in("ana@hillside.example")
    ana.submit("/credit/target", "/credit/target/removals", system="plain", learner_id=rosa.id)
    ana.submit("/credit/target", **GOAL | {"amount": "1"}, learner_id=rosa.id)
    session.rollback()
    assert {row.learner_id == rosa.id: row.amount for row in session.scalars(select(Target))} == {
        True: "50",
        False: "1",
    }
    assert "1 hour of learning" not in words(phone.get("/credit").text)


@sqlite
def test_a_target_wants_the_forms_token(phone: Visitor, session):
    assert phone.client.post("/credit/target", data=GOAL).status_code == 400
    assert phone.client.post("/credit/target/removals", data={"system": "plain"}).status_code == 400


@sqlite
def test_the_programmes_suggestion_is_a_tap_away(phone: Visitor, cast, publisher, data, site, rosa):
    place = cast / "credit.yaml"
    place.write_text(place.read_text() + "\ntarget: 50 hours by 2028-06-30\n")
    assert not publisher(cast).refused
    phone = Visitor(site(data=data))
    phone.sign_in(rosa.email or "")
    page = phone.get("/credit").text
    assert "This programme suggests 50 hours of learning by 30 June 2028." in words(page)
    assert 'value="50"' in phone.get("/credit/target").text
    shown = page.partition('action="/credit/target">')[2].partition("</form>")[0]
    said = dict(re.findall(r'name="([\w_]+)" value="([^"]*)"', shown))
    assert phone.client.post("/credit/target", data=said).status_code == 303
    assert "0 of 50 hours of learning by 30 June 2028" in words(phone.get("/credit").text)


def test_an_account_that_is_being_erased_takes_no_target(session, sessions, rosa):
    other = sessions()
    known = other.get(Learner, rosa.id)
    rosa.erased = NOW
    session.commit()
    assert not aiming.aim(other, known, "plain", Decimal(5), date(2026, 1, 1), date(2028, 1, 1))
    assert session.scalars(select(Target)).all() == []


# -- On paper, and for a spreadsheet --------------------------------------------------------------------------------


def test_the_table_says_all_that_one_is_asked_for(phone: Visitor, earns):
    made = earns("1.50", title="Stroke", **AMA, expires=date(2028, 1, 1), provider_number="007")
    answer = phone.get("/credit/transcript.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="credit-2026-11-21.csv"'
    (row,) = table(answer)
    assert row == {
        "Completed": "2026-11-21",
        "Title": "Stroke",
        "Kind": "Module",
        "Edition": "2",
        "Credit system": "AMA PRA Category 1 Credit™",
        "Claimed": "1.50",
        "Units": "AMA PRA Category 1 Credits™",
        "Offered": "90",
        "State": "valid",
        "Counts": "yes",
        "Issued": "2026-11-21",
        "Valid until": "2028-01-01",
        "Provider": "Hillside Hospital",
        "Accreditation number": "007",
        "Name": "Rosa Quispe",
        "Certificate": "-".join(re.findall(".{1,4}", made.snapshot.id)),
        "Verification": made.snapshot.url,
    }


@sqlite
def test_the_table_is_safe_in_a_spreadsheet(phone: Visitor, earns):
    earns(title=NASTY)
    (row,) = table(phone.get("/credit/transcript.csv"))
    assert row["Title"] == f"'{NASTY}"


def test_a_transcript_on_paper_is_accessible_and_says_who_what_and_when(phone: Visitor, earns):
    made = earns("1.5", title="Stroke", **AMA)
    answer = phone.get("/credit/transcript.pdf?from=2026-01-01&to=2026-12-31")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="credit-2026-11-21.pdf"'
    found = paper(answer)
    assert found.metadata.title == "Transcript of credit: Rosa Quispe"
    assert b"pdfuaid:part" in found.trailer["/Root"]["/Metadata"].get_data()
    assert found.trailer["/Root"]["/Lang"] == "en"
    said = printed(answer)
    for words_ in ("Rosa Quispe", "1 January 2026 to 31 December 2026", "Stroke", "1.5", "21 Nov 2026", "Page 1 of 1"):
        assert words_ in said
    links = [note.get_object()["/A"]["/URI"] for note in found.pages[0]["/Annots"]]
    assert links == [made.snapshot.url]


@sqlite
def test_a_long_transcript_has_its_head_and_number_on_every_page(phone: Visitor, earns):
    for n in range(25):
        earns(title=f"Number {n}", days=n)
    pages = [" ".join(page.extract_text().split()) for page in paper(phone.get("/credit/transcript.pdf")).pages]
    assert len(pages) > 1
    for number, said in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in said and "Completed Title Credit" in said
    assert all("Rosa Quispe · All years" in said for said in pages[1:])


@sqlite
@pytest.mark.parametrize(
    "title",
    [
        "#panic() $x$ *b* \\u{41} @ref <l> `c` // x",
        "<script>alert(1)</script>",
        "W" * 200,
        "حفظ ضغط الدم",
        "血压测量",
        "{\\rtf1 x}",
        "\u202egnp.exe",
    ],
)
def test_any_title_and_any_name_can_be_drawn_and_shown(phone: Visitor, earns, session, rosa, title):
    change_profile(
        session, rosa, rosa.profile.model_copy(update={"name": title[:200] if title[0] != "\u202e" else "Rosa"})
    )
    earns(title=title)
    assert printed(phone.get("/credit/transcript.pdf"))
    page = phone.get("/credit")
    assert page.status_code == 200 and "<script>alert" not in page.text
    assert len(table(phone.get("/credit/transcript.csv"))) == 1


@sqlite
def test_a_transcript_is_in_the_language_of_the_interface(phone: Visitor, earns):
    earns("0.5")
    said = {"Accept-Language": "es"}
    assert paper(phone.get("/credit/transcript.pdf", headers=said)).trailer["/Root"]["/Lang"] == "es"
    page = words(phone.get("/credit", headers=said).text)
    assert "0,5 horas de aprendizaje" in page and "hours of learning" not in page
    assert table(phone.get("/credit/transcript.csv", headers=said))[0].popitem()
