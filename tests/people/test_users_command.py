"""`lms users`, as an operator types it."""

import csv
import io
import json
import re
import socket
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from click.testing import CliRunner, Result
from sqlalchemy import select

from lms import db
from lms.cli import main
from lms.people import store
from lms.people.models import Profile
from lms.people.service.entering import enter
from lms.people.service.opening import open_account
from lms.people.store import SignIn, Ticket
from tests.conftest import NOW, PASSWORD

Run = Callable[..., Result]


@pytest.fixture
def users(url, tmp_path) -> Run:
    """Runs `lms users` on the database."""

    def run(*arguments: str, **environment: str) -> Result:
        settings = {
            "LMS_DATA": str(tmp_path),
            "LMS_DATABASE_URL": url,
            "LMS_URL": "https://learn.example",
            **environment,
        }
        return CliRunner().invoke(main, ["users", *arguments], env=settings)

    return run


@pytest.fixture
def roster(tmp_path) -> Callable[[str], str]:
    """A file of CSV."""

    def made(text: str) -> str:
        (tmp_path / "roster.csv").write_text(text)
        return str(tmp_path / "roster.csv")

    return made


@pytest.fixture
def ana(joins):
    return joins("ana@hillside.example", "Ana Torres", "administrator")


class Box(Message):
    """A mail server's box, which refuses letters to `refused`."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - its name there
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def prepare_message(self, session, envelope):
        return message_from_bytes(envelope.content, policy=default)

    def handle_message(self, message) -> None:
        self.letters.append(message)


@pytest.fixture
def mail():
    """A mail server on this machine."""
    box = Box()
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


# -- Listing --------------------------------------------------------------------------------------------------------


def test_accounts_are_listed_as_text(rosa, ana, users):
    done = users("list")
    assert done.stdout.splitlines() == [
        "ana@hillside.example  Ana Torres  (learner, administrator)",
        "rosa@hillside.example  Rosa Quispe  (learner)",
    ]
    assert done.stderr == "2 accounts.\n"
    assert users("list", "--search", "quispe").stderr == "1 account.\n"


def test_accounts_are_listed_as_json(rosa, users):
    assert json.loads(users("list", "--format", "json").stdout) == [
        {
            "email": "rosa@hillside.example",
            "name": "Rosa Quispe",
            "roles": "learner",
            "group": "",
            "opened": NOW.isoformat(),
            "closed": "",
        }
    ]


def test_accounts_are_listed_as_csv_that_runs_nothing(rosa, session, users):
    rosa.name, rosa.group = '=HYPERLINK("https://evil.example")', "@north"
    session.commit()
    (head, row) = csv.reader(io.StringIO(users("list", "--format", "csv").stdout))
    assert head == ["email", "name", "roles", "group", "opened", "closed"]
    assert row[:4] == ["rosa@hillside.example", '\'=HYPERLINK("https://evil.example")', "learner", "'@north"]


def test_many_accounts_are_listed_each_once(session, users):
    session.add_all(
        store.Learner(email=f"p{number:04}@hillside.example", name="P", opened=NOW) for number in range(1_203)
    )
    session.commit()
    listed = users("list").stdout.splitlines()
    assert len(listed) == len(set(listed)) == 1_203


# -- Adding ---------------------------------------------------------------------------------------------------------


def test_who_is_added_gets_a_link(session, users):
    done = users("add", "Bea@Hillside.example", "--name", "Bea Luna", "--role", "mentor", "--role", "author")
    token = re.fullmatch(r"https://learn\.example/welcome/([\w-]{32})\n", done.stdout)[1]
    bea = open_account(session, token, Profile(name="Bea Luna"), PASSWORD, NOW)
    assert (bea.email, bea.roles) == ("bea@hillside.example", ["learner", "author", "mentor"])


def test_with_a_mail_server_the_link_is_sent_too(users, mail):
    settings = {"LMS_MAIL_URL": mail.url, "LMS_MAIL_FROM": "Spoke <spoke@learn.example>"}
    done = users("add", "bea@hillside.example", "--name", "Bea Luna", **settings)
    assert done.exit_code == 0, done.output
    (letter,) = mail.letters
    assert (letter["to"], letter["from"]) == ("bea@hillside.example", "Spoke <spoke@learn.example>")
    assert done.stdout.strip() in letter.get_content()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "rosa@hillside.example"], 1, "rosa@hillside.example has an account already"),
        (["add", "nonsense"], 2, "no e-mail address"),
        (["add", "a@b.example\nBcc: c@d.example"], 2, "no e-mail address"),
        (["add", "bea@hillside.example", "--name", "123"], 2, "a name has letters"),
        (["add", "bea@hillside.example", "--role", "administrater"], 2, "did you mean `administrator`?"),
        (["roles", "rosa@hillside.example", "learner,boss"], 2, "`boss` is no role"),
        (["roles", "roza@hillside.example", "author"], 1, "did you mean rosa@hillside.example?"),
        (["deactivate", "rosa@hilside.example"], 1, "did you mean rosa@hillside.example?"),
        (["sign-out", "somebody@elsewhere.example"], 1, "`lms users list` lists"),
        (["reactivate", "rosa"], 2, "no e-mail address"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_done(rosa, session, users, arguments, code, words):
    done = users(*arguments)
    assert (done.exit_code, words in done.output) == (code, True), done.output
    assert session.scalars(select(Ticket)).all() == []


# -- Inviting -------------------------------------------------------------------------------------------------------


def test_a_file_invites_everybody_in_it(rosa, session, users, roster):
    done = users("invite", roster("email,name,role\nbea@hillside.example,Bea Luna,mentor\nrosa@hillside.example,,\n"))
    (head, row) = csv.reader(io.StringIO(done.stdout))
    assert (head, row[:2]) == (["email", "name", "link"], ["bea@hillside.example", "Bea Luna"])
    assert done.stderr == "1 invited; 1 passed over, who had an account already.\n"
    bea = open_account(session, row[2].rpartition("/")[2], Profile(name="Bea Luna"), PASSWORD, NOW)
    assert bea.roles == ["learner", "mentor"]


def test_a_file_with_mistakes_invites_nobody(session, users, roster):
    file = roster("email,name,role\nbea@hillside.example,Bea Luna,mentor\nnonsense,,boss\n")
    done = users("invite", file)
    assert done.exit_code == 1
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [f"{file}:3", f"{file}:3", "Error"]
    assert session.scalars(select(Ticket)).all() == []


def test_a_dry_run_does_nothing(session, users, roster, mail):
    file = roster("email\nbea@hillside.example\n")
    done = users("invite", file, "--dry-run", LMS_MAIL_URL=mail.url, LMS_MAIL_FROM="spoke@learn.example")
    assert done.output == "1 could be invited; nothing was done.\n"
    assert session.scalars(select(Ticket)).all() == []
    assert mail.letters == []


def test_a_file_is_mailed_and_who_got_no_letter_is_told(users, roster, mail):
    file = roster("email,name\n" + "".join(f"{who}@hillside.example,\n" for who in ("ana", "refused", "bea")))
    done = users("invite", file, LMS_MAIL_URL=mail.url, LMS_MAIL_FROM="spoke@learn.example")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "refused@hillside.example: the letter could not be sent" in done.stderr
    assert "1 of 3 letters could not be sent" in done.stderr
    assert [letter["to"] for letter in mail.letters] == ["ana@hillside.example", "bea@hillside.example"]


def test_a_mail_server_that_does_not_answer_is_said_to_be_so(users, roster):
    file = roster("email\nana@hillside.example\nbea@hillside.example\n")
    done = users("invite", file, LMS_MAIL_URL="smtp://127.0.0.1:9", LMS_MAIL_FROM="spoke@learn.example")
    assert done.exit_code == 1
    assert "The mail server does not answer" in done.stderr
    assert "2 of 2 letters could not be sent" in done.stderr


def test_letters_say_who_they_are_from_or_nobody_is_invited(session, users, mail):
    done = users("add", "bea@hillside.example", LMS_MAIL_URL=mail.url)
    assert (done.exit_code, "LMS_MAIL_FROM" in done.output) == (2, True)
    assert session.scalars(select(Ticket)).all() == []


def test_fifty_thousand_are_invited_within_a_minute(users, roster, session):
    file = roster(
        "email,name,role,group\n" + "".join(f"p{n}@hillside.example,Ana Torres,mentor,North\n" for n in range(50_000))
    )
    began = time.process_time()
    done = users("invite", file)
    assert done.exit_code == 0, done.stderr
    assert done.stderr == "50000 invited.\n"
    assert len(done.stdout.splitlines()) == 50_001
    assert time.process_time() - began < 60


# -- Roles and closing ----------------------------------------------------------------------------------------------


def test_roles_are_set(rosa, session, users):
    assert users("roles", "Rosa@hillside.example", "author, coordinator").output == (
        "rosa@hillside.example is learner, author, coordinator now.\n"
    )
    session.expire_all()
    assert rosa.roles == ["learner", "author", "coordinator"]


def test_an_account_is_closed_and_opened_and_signed_out(rosa, session, users):
    enter(session, rosa, "phone", NOW)
    assert users("sign-out", "rosa@hillside.example").exit_code == 0
    session.expire_all()
    assert session.scalars(select(SignIn)).all() == []
    assert "is closed" in users("deactivate", "rosa@hillside.example").output
    assert "; closed " in users("list").stdout
    assert "is open" in users("reactivate", "rosa@hillside.example").output
    session.expire_all()
    assert rosa.active


def test_the_last_administrator_is_kept(ana, users):
    for arguments in (["deactivate", ana.email], ["roles", ana.email, "author"]):
        done = users(*arguments)
        assert (done.exit_code, "the last administrator" in done.output) == (1, True)


# -- The database ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["list"], ["add", "a@b.example"], ["deactivate", "a@b.example"]])
def test_a_database_of_another_version_is_not_touched(url, users, arguments):
    with db.session(url) as session:
        session.execute(db.Base.metadata.tables["learner"].select())
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert "lms db upgrade" in users(*arguments).output


def test_without_a_database_it_is_said_so(tmp_path):
    done = CliRunner().invoke(main, ["users", "list", "--data", str(tmp_path / "none")], env={"LMS_DATABASE_URL": ""})
    assert (done.exit_code, "There is no database" in done.output) == (1, True)
    assert not (tmp_path / "none").exists()
