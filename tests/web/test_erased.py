"""All of a learner's own: taken along whole, and gone when they say so, from every table."""

import json
import re

from sqlalchemy import inspect, text

from lms import db
from lms.certificates.store import papers
from lms.credit.store import Evaluated, Opinion, Teaching
from lms.ledger import store as ledger
from tests.certificates.conftest import issuer, issues, release  # noqa: F401
from tests.conftest import NOW, PASSWORD

LESSON, QUIZ = "/modules/measuring-bp/cuff", "/modules/measuring-bp"
#: What Rosa wrote, or is: none of it may be left.
NOTE, REFLECTION = "Mind the arm of my neighbour.", "I shall write the size on the chart."
TAUGHT, AIM = "Teaching it I saw what I had not understood.", "437.5"


def studies(phone, rosa):
    """Rosa reads a lesson, keeps a note, and takes a quiz with a reflection in it."""
    phone.submit(LESSON, f"{LESSON}/readings")
    phone.submit(f"/notes/new?at={LESSON}", "/notes", at=LESSON, id="ab" * 16, text=NOTE)
    at = phone.submit(f"{QUIZ}/quiz", f"{QUIZ}/attempts").headers["Location"]
    html = phone.get(at).text
    fields = dict.fromkeys(re.findall(r'name="([\w-]+\.made)"', html), "1")
    asked = re.findall(r'<textarea[^>]* name="([\w-]+)\.text"', html)
    fields |= {f"{one}.text": REFLECTION for one in asked} | {f"{one}.made": "1" for one in asked}
    assert asked
    phone.submit(at, at, sure="1", **fields)


def earns(phone, rosa, session, issues):  # noqa: F811
    """Rosa has a certificate and a target, has asked for credit for teaching, and evaluated with her name and without."""
    made = issues(rosa, faculty=())
    session.commit()
    aim = {"amount": AIM, "system": "plain", "from": "2026-01-01", "until": "2028-06-30"}
    assert phone.submit("/credit/target", **aim).status_code == 303
    about = {"activity": QUIZ, "edition": 1}
    asked = {"system": "plain", "claimed": "1", "reflection": TAUGHT, "asked": NOW, "answer": "Well said, Rosa Quispe."}
    session.add(Teaching(id="taught", learner_id=rosa.id, **about, **asked))
    session.add(Evaluated(learner_id=rosa.id, completion="completed-it", **about))
    for id, whose in (("0" * 32, rosa.id), ("1" * 32, None)):
        said = {"form": "{}", "answers": {"say": f"said by {id[0]}"}, "period": "2026-11"}
        session.add(Opinion(id=id, learner_id=whose, **about, **said))
    session.commit()
    return made.snapshot.id


def everything(url):
    """All that the database holds, as text, by table."""
    with db.session(url) as session:
        names = [name for name in inspect(session.get_bind()).get_table_names() if not name.startswith("sqlite")]
        return {name: repr(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names}


def test_all_that_is_kept_of_one_is_in_the_file_and_nothing_of_anybody_else(
    phone,
    rosa,
    browser,
    joins,
    session,
    issues,  # noqa: F811
):
    studies(phone, rosa)
    certificate = earns(phone, rosa, session, issues)
    joins("ana@hillside.example", "Ana Torres")
    ana = browser()
    ana.sign_in("ana@hillside.example")
    ana.submit(f"/notes/new?at={LESSON}", "/notes", at=LESSON, id="cd" * 16, text="Ana's own.")
    told = phone.get("/me/data.json").json
    said = json.dumps(told)
    assert NOTE in said and REFLECTION in said and "Ana" not in said
    assert {entry["verb"] for entry in told["entries"]} >= {"read", "attempted"}
    assert [attempt["activity"] for attempt in told["attempts"]] == [QUIZ]
    assert [one["snapshot"]["id"] for one in told["certificates"]] == [certificate]
    assert told["targets"] == [{"system": "plain", "amount": AIM, "from": "2026-01-01", "until": "2028-06-30"}]
    assert [one["reflection"] for one in told["teaching"]] == [TAUGHT]
    assert [one["completion"] for one in told["evaluated"]] == ["completed-it"]
    # Of forms without a name nobody can tell whose they are.
    assert [one["answers"]["say"] for one in told["opinions"]] == ["said by 0"]


def test_who_is_erased_leaves_what_was_learned_and_nothing_that_says_who_it_was(
    phone,
    rosa,
    url,
    session,
    issues,  # noqa: F811
):
    studies(phone, rosa)
    certificate = earns(phone, rosa, session, issues)
    session.rollback()
    before = everything(url)
    own = (NOTE, REFLECTION, TAUGHT, AIM, "Rosa Quispe", "rosa@hillside")
    assert all(any(one in kept for kept in before.values()) for one in own)
    kept = [entry.id for entry in ledger.of(session, rosa.id)]
    session.rollback()
    assert "is erased" in phone.submit("/me/erase", old=PASSWORD, sure="y").text
    left = everything(url)
    assert [(one, name) for one in own for name, rows in left.items() if one in rows] == []
    assert [entry.id for entry in ledger.of(session, rosa.id)] == kept
    # The papers have the name in them. What they said of others stays, and leads to nobody; so does the certificate.
    assert left["sheet"] == left["holder"] == left["target"] == "[]"
    assert "said by 0" in left["opinion"] and rosa.id not in left["opinion"]
    found = papers.certificate(session, certificate, NOW.date())
    assert found is not None and (found.state, found.name, found.salt) == ("valid", None, None)
    assert "valid" in phone.get(f"/v/{certificate}").text.casefold()
