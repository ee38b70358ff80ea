"""The verification page in a browser: a PDF that is dropped on it, and nobody shut out in any of its states."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from lms import db
from lms.people.store import Learner
from tests.browser.conftest import listening
from tests.browser.openness import complaints
from tests.certificates.issuing import PDF, change, issue

STATES = ("valid", "initials", "match", "erased", "revoked", "superseded", "expired", "sample")
NEW = "Mensch " * 28


@pytest.fixture(scope="module")
def papers(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a site, and the ids of certificates in all states."""
    now, data = datetime.now(UTC), tmp_path_factory.mktemp("verified") / "data"
    data.mkdir()
    for name in ("releases", "store"):
        (data / name).symlink_to(published / name)
    (data / "current").symlink_to((published / "current").readlink())
    url = db.address("", data)
    db.upgrade(url)
    with db.session(url) as session:
        session.add(Learner(id="rosa", email="rosa@clinic.example", name="Rosa Núñez", opened=now))
        session.commit()
        rosa = session.get(Learner, "rosa")
        assert rosa is not None
        made = {name: issue(session, rosa, now).id for name in ("valid", "erased", "revoked", "superseded")}
        made["initials"] = issue(session, rosa, now, naming="initials", name=NEW, title=NEW, lang="de").id
        made["match"] = issue(session, rosa, now, naming="match").id
        made["expired"] = issue(session, rosa, now, expires=date.today() - timedelta(days=40)).id
        made["sample"] = issue(session, rosa, now, sample=True, supersedes=made["superseded"]).id
        change(session, made["revoked"], "revoked", now, "The test was taken by somebody else")
        change(session, made["superseded"], "superseded", now, "The name had a slip in it", made["sample"])
        session.execute(text("DELETE FROM holder WHERE certificate_id = :id"), {"id": made["erased"]})
    with listening(data) as address:
        yield address, made


@pytest.fixture
def tab(papers: tuple[str, dict[str, str]], browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens one of the certificates, by its state, or another path."""
    address, made = papers
    contexts = []

    def opened(where: str, **more: object) -> Page:
        contexts.append(browser.new_context(base_url=address, locale="en", **more))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.goto(f"/v/{made[where]}" if where in made else where)
        return page

    yield opened
    for context in contexts:
        context.close()


def drop(page: Page, content: bytes) -> None:
    """Let a file fall on the page, as from a folder's window."""
    page.evaluate(
        """(text) => {
            const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
            const dataTransfer = new DataTransfer()
            dataTransfer.items.add(new File([bytes], "certificate.pdf", { type: "application/pdf" }))
            for (const name of ["dragover", "drop"])
              document.querySelector("h1").dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }))
        }""",
        base64.b64encode(content).decode(),
    )


def test_a_pdf_that_is_dropped_is_told_to_be_the_real_one_or_not(papers, tab) -> None:
    page = tab("valid")
    real = PDF + papers[1]["valid"].encode()
    sent: list[str] = []
    page.on("request", lambda request: "favicon" in request.url or sent.append(request.url))
    drop(page, real)
    expect(page.locator("#_outcome")).to_have_text("Yes. This PDF is, to the last byte, the one that was issued.")
    drop(page, real.replace(b"paper", b"papers"))
    expect(page.locator("#_outcome")).to_contain_text("No. This file is not the PDF that was issued")
    page.locator("#_pdf").set_input_files({"name": "c.pdf", "mimeType": "application/pdf", "buffer": real})
    expect(page.locator("#_outcome")).to_have_class("outcome same")
    assert sent == []


def test_without_a_script_the_fingerprint_is_there_to_compare(papers, tab) -> None:
    page = tab("valid", java_script_enabled=False)
    assert not page.locator("#_drop").is_visible()
    page.locator("summary", has_text="Compare it yourself").click()
    expect(page.get_by_text("sha256sum certificate.pdf")).to_be_visible()
    expect(page.locator("code.print")).to_have_text(page.locator("#_drop").get_attribute("data-fingerprint") or "")


def test_the_surname_is_typed_by_keyboard_alone(tab) -> None:
    page = tab("match", java_script_enabled=False)
    page.get_by_label("Do you know whose it is?").press_sequentially("Quispe")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the name on this certificate.")
    page.get_by_label("Do you know whose it is?").fill("nunez")
    page.keyboard.press("Enter")
    expect(page.locator(".name")).to_have_text("Rosa Núñez")


def test_a_number_is_typed_as_it_is_printed(papers, tab) -> None:
    page = tab("/v")
    id = papers[1]["revoked"]
    page.get_by_label("Number of the certificate").fill(" ".join(id[at : at + 4] for at in range(0, 22, 4)).lower())
    page.get_by_role("button", name="Verify").click()
    page.wait_for_url(f"**/v/{id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate was revoked.")


@pytest.mark.parametrize("where", [*STATES, "/v", "/v/x", "/certificates/log"])
def test_no_state_of_a_certificate_shuts_anybody_out(tab, where: str) -> None:
    page = tab(where, viewport={"width": 1280, "height": 800})
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert complaints(page) == "", page.url
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "it runs off the side of a small phone"
