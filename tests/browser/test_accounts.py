"""Somebody new, on a phone: from the first page to a quiz that is passed; letters come by a real mail server."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from lms import db
from lms.config import Settings
from tests.browser.openness import complaints
from tests.conftest import PASSWORD
from tests.web.conftest import serve

MODULE = "/modules/teach-back"


class Mailbox:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=default)
        self.texts.append(f"{message['to']}\n{message['subject']}\n{message.get_content()}")
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    """A mailbox, and the address of its server."""
    box = Mailbox()
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def app(published: Path, database_urls: Callable[[str], str], mailbox):
    """The cast, with an empty database and a mail server."""
    settings = Settings(data=published, database_url=database_urls("sqlite"), mail_url=mailbox[1])
    app = serve(replace(settings, mail_from="Hillside <learn@hillside.example>"))
    yield app
    with app.app_context():
        db.db.engine.dispose()


@pytest.fixture
def host(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def letter(app, mailbox) -> str:
    """The address in the last letter, once it has come."""
    app.extensions["spoke"].post.last.result(20)
    return re.search(r"http\S+", mailbox[0].texts[-1])[0]


def sign_up(tab: Page, app, mailbox, name: str = "Ana Torres") -> None:
    """From the first page to one's own, by what stands on the pages."""
    tab.get_by_role("link", name="Sign in").click()
    tab.get_by_role("link", name="Open an account").click()
    tab.get_by_label("E-mail address").fill("ana@clinic.example")
    tab.get_by_role("button", name="Send me the link").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    tab.goto(letter(app, mailbox))
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_label("Your name").fill(name)
    tab.get_by_label("Profession").select_option("nurse")
    tab.get_by_label("Time zone").fill("America/Lima")
    tab.get_by_role("button", name="Open my account").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("script", [True, False])
def test_somebody_new_signs_up_reads_fails_reads_why_and_passes(visitor, app, mailbox, script):
    tab = visitor("/", width=390, java_script_enabled=script)
    sign_up(tab, app, mailbox)
    tab.goto(MODULE)
    tab.locator("main").get_by_role("link", name="Ask").first.click()
    tab.get_by_role("button", name=re.compile("^Next")).click()
    tab.wait_for_url("**/listen-and-mend")
    tab.goto(f"{MODULE}/quiz")
    for choice, said in (("The patient's", "Not passed yet."), ("Mine", "Passed.")):
        tab.locator("#take").get_by_role("button").first.click()
        tab.get_by_label(choice).check()
        tab.get_by_role("button", name=re.compile("^(Finish|Hand in)")).click()
        expect(tab.locator(".outcome")).to_contain_text(said)
        if choice != "Mine":
            expect(tab.get_by_text("Read again:")).to_be_visible()
            tab.goto(f"{MODULE}/quiz")
    tab.goto("/learning")
    expect(tab.locator("main")).to_contain_text("Teach-back")


def test_a_keyboard_is_enough_to_sign_up_and_in(visitor, app, mailbox):
    tab = visitor("/sign-up", width=390)
    tab.get_by_label("E-mail address").focus()
    tab.keyboard.type("ana@clinic.example")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    tab.goto(letter(app, mailbox))
    tab.get_by_label("Password").focus()
    for text in (PASSWORD, "Ana Torres", "nurse", "", "English", "America/Lima"):
        tab.keyboard.type(text)
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Ana Torres")


def test_no_page_of_accounts_shuts_anybody_out(visitor, app, mailbox):
    tab = visitor("/", width=390)
    sign_up(tab, app, mailbox, "Ana María Magdalena Torres-Quispe de la Cruz y Ñahui")
    pages = ["/me", "/me/erase", "/learning"]
    stranger = visitor("/forgot", width=390)
    for one, paths in ((tab, pages), (stranger, ["/sign-in", "/sign-up", "/forgot"])):
        for path in paths:
            one.goto(path)
            for scheme in ("light", "dark"):
                one.emulate_media(color_scheme=scheme)
                assert complaints(one) == "", f"{path} {scheme}"
            one.set_viewport_size({"width": 320, "height": 700})
            assert one.evaluate("document.documentElement.scrollWidth") <= 320, path
            one.set_viewport_size({"width": 390, "height": 800})
