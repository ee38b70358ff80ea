"""`lms serve` and the database: made, upgraded or refused at the start; and the first administrator's link."""

import re

import pytest
from sqlalchemy import text

from lms import db
from lms.people.models import Profile
from lms.people.service.opening import open_account
from tests.conftest import NOW, PASSWORD

LINK = re.compile(r"^    (http\S+)/welcome/([\w-]{32})$", re.MULTILINE)


def said(server) -> str:
    """All that a server said, once it has answered."""
    server.until("/", "</html>")
    return server.stop()


@pytest.mark.parametrize("flags", [(), ("--watch",)])
def test_a_first_start_makes_the_database_and_says_where_the_first_administrator_enters(
    cast, publisher, serve, data, flags
):
    publisher(cast)
    server = serve(cast, "--workers", "1", *flags)
    words = said(server)
    (link,) = LINK.findall(words)
    assert link[0] == f"http://127.0.0.1:{server.port}"
    url = db.address("", data)
    db.verify(url)
    # The next start has another link, under the address that the public knows; both are good.
    again = LINK.findall(said(serve(cast, "--workers", "1", "--url", "https://learn.example/")))
    assert [place for place, _ in again] == ["https://learn.example"]
    with db.session(url) as session:
        open_account(session, link[1], Profile(name="Ana Torres"), PASSWORD, NOW, email="ana@hillside.example")
    assert LINK.findall(said(serve(cast, "--workers", "1"))) == []


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_another_database_must_be_upgraded_before(cast, publisher, serve, data, empty_url):
    publisher(cast)
    server = serve(cast, "--workers", "1", "--database-url", empty_url)
    words = server.process.communicate(timeout=60)[0].decode()
    assert server.process.returncode == 1
    assert "run `lms db upgrade` first" in words
    db.upgrade(empty_url)
    assert LINK.findall(said(serve(cast, "--workers", "1", "--database-url", empty_url)))
    assert not (data / "spoke.db").exists()


def test_a_database_of_a_newer_spoke_is_refused(cast, publisher, serve, data):
    publisher(cast)
    url = db.address("", data)
    db.upgrade(url)
    with db.session(url) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    server = serve(cast, "--workers", "1")
    words = server.process.communicate(timeout=60)[0].decode()
    assert server.process.returncode == 1
    assert "The database is of a newer Spoke (revision 9999): install that version again" in words
    assert "Traceback" not in words


def test_a_server_that_sends_letters_must_know_where_their_links_lead(cast, publisher, serve):
    publisher(cast)
    server = serve(cast, "--workers", "1", "--mail-url", "smtp://127.0.0.1:9")
    words = server.process.communicate(timeout=60)[0].decode()
    assert server.process.returncode == 2
    assert "set LMS_URL, or `url` in site.yaml" in words
