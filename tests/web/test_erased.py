"""All of a learner's own: taken along whole, and gone when they say so, from every table."""

import json
import re

from sqlalchemy import inspect, text

from lms import db
from lms.ledger import store as ledger
from tests.conftest import PASSWORD

LESSON, QUIZ = "/modules/measuring-bp/cuff", "/modules/measuring-bp"
#: What Rosa wrote, or is: none of it may be left.
NOTE, REFLECTION = "Mind the arm of my neighbour.", "I shall write the size on the chart."


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


def everything(url):
    """All that the database holds, as text, by table."""
    with db.session(url) as session:
        names = [name for name in inspect(session.get_bind()).get_table_names() if not name.startswith("sqlite")]
        return {name: repr(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names}


def test_all_that_is_kept_of_one_is_in_the_file_and_nothing_of_anybody_else(phone, rosa, browser, joins):
    studies(phone, rosa)
    joins("ana@hillside.example", "Ana Torres")
    ana = browser()
    ana.sign_in("ana@hillside.example")
    ana.submit(f"/notes/new?at={LESSON}", "/notes", at=LESSON, id="cd" * 16, text="Ana's own.")
    told = phone.get("/me/data.json").json
    said = json.dumps(told)
    assert NOTE in said and REFLECTION in said and "Ana" not in said
    assert {entry["verb"] for entry in told["entries"]} >= {"read", "attempted"}
    assert [attempt["activity"] for attempt in told["attempts"]] == [QUIZ]


def test_who_is_erased_leaves_what_was_learned_and_nothing_that_says_who_it_was(phone, rosa, url, session):
    studies(phone, rosa)
    before = everything(url)
    own = (NOTE, REFLECTION, "Rosa Quispe", "rosa@hillside")
    assert all(any(one in kept for kept in before.values()) for one in own)
    kept = [entry.id for entry in ledger.of(session, rosa.id)]
    session.rollback()
    assert "is erased" in phone.submit("/me/erase", old=PASSWORD, sure="y").text
    left = everything(url)
    assert [(one, name) for one in own for name, rows in left.items() if one in rows] == []
    assert [entry.id for entry in ledger.of(session, rosa.id)] == kept
