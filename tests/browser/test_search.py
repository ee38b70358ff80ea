"""From a question to the spot where it is answered, by keyboard alone, on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms.library.service import Published
from tests.browser.conftest import listening
from tests.browser.openness import complaints

FIELD = "main input[type=search]"


def until(tab: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until what has the focus matches."""
    for _ in range(most):
        tab.keyboard.press("Tab")
        if tab.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no press of Tab leads to {wanted}")


SPANISH = """WEBVTT

00:00.500 --> 00:02.500
¿Qué es lo primero que se mira?

00:02.500 --> 00:05.000
La cara, el brazo, el habla.

00:05.000 --> 00:07.500
Y después se anota la hora.
"""


def ask_and_play(tab: Page, question: str, results: str, second: int) -> None:
    """From the home page to the second where the question is answered, by keyboard."""
    tab.keyboard.press("/")
    tab.wait_for_url("**/search")
    expect(tab.locator(FIELD)).to_be_focused()
    tab.keyboard.type(question)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("region", name=results)).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    until(tab, f"main a[href*='t={second}&']")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/webinars/stroke-in-the-clinic*")
    assert tab.url.endswith("#_player")
    expect(tab.locator(".transcript mark").first).to_be_visible()
    # The browser's own controls stand next after where the address leads.
    until(tab, "video, audio", 4)
    tab.keyboard.press("Space")
    player = tab.locator("video, audio").first
    expect(player).to_have_js_property("paused", False)
    assert player.evaluate("player => player.currentTime") >= second


def test_a_question_leads_to_the_second_where_it_is_answered(visitor: Callable[..., Page]) -> None:
    tab = visitor("/", width=390)
    ask_and_play(tab, "when do you write down the time of a stroke", "Results", 5)


def test_a_question_in_spanish_does_too(
    visitor: Callable[..., Page], cast: Path, publisher: Callable[..., Published], data: Path
) -> None:
    (cast / "webinars/stroke-in-the-clinic/captions.es.vtt").write_text(SPANISH)
    assert not publisher(cast).refused
    with listening(data) as address:
        tab = visitor(f"{address}/", width=390, locale="es")
        ask_and_play(tab, "que se mira primero en la cara y el brazo", "Resultados", 0)
        expect(tab.locator("html")).to_have_attribute("lang", "es")
        # The recording still arrives: a server that ends first would cut it off, and the tab would complain.
        tab.close()


def test_a_suggestion_is_taken_by_keyboard(visitor: Callable[..., Page]) -> None:
    tab = visitor("/search", width=390)
    expect(tab.locator(FIELD)).to_be_focused()
    tab.keyboard.type("which s")
    option = tab.get_by_role("option", name="Which size")
    # Letters that arrive slowly are answered before the last: only the whole begin leaves this one alone.
    expect(tab.get_by_role("option")).to_have_count(1)
    expect(option).to_be_visible()
    tab.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(tab.locator(FIELD)).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    tab.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(tab.locator(FIELD)).to_have_value("which s")
    tab.keyboard.type("i")
    expect(option).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/modules/measuring-bp/cuff#which-size")


def test_the_key_is_left_alone_where_one_writes_and_with_other_keys(visitor: Callable[..., Page]) -> None:
    tab = visitor("/modules/measuring-bp/cuff")
    tab.locator("#check-share input[name=text]").focus()
    tab.keyboard.type("1/2")
    expect(tab.locator("#check-share input[name=text]")).to_have_value("1/2")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("Control+/")
    expect(tab.locator(".find input")).not_to_be_focused()
    tab.evaluate("document.querySelector('h1').contentEditable = true; document.querySelector('h1').focus()")
    tab.keyboard.press("/")
    expect(tab.locator(".find input")).not_to_be_focused()
    tab.evaluate("document.querySelector('h1').contentEditable = false; document.activeElement.blur()")
    tab.keyboard.press("/")
    expect(tab.locator(".find input")).to_be_focused()


def test_the_key_can_be_switched_off_for_good(visitor: Callable[..., Page]) -> None:
    tab = visitor("/search?q=cuff")
    switch = tab.get_by_role("checkbox", name="The key / goes to search")
    expect(switch).to_be_checked()
    switch.focus()
    tab.keyboard.press("Space")
    tab.goto("/about")
    tab.keyboard.press("/")
    expect(tab.locator(".find input")).not_to_be_focused()
    tab.goto("/search")
    expect(switch).not_to_be_checked()
    switch.check()
    tab.goto("/about")
    tab.keyboard.press("/")
    expect(tab.locator(".find input")).to_be_focused()


def test_without_script_there_is_no_switch_and_search_works(visitor: Callable[..., Page]) -> None:
    tab = visitor("/search", java_script_enabled=False)
    expect(tab.locator("#_slash")).to_be_hidden()
    tab.locator(FIELD).fill("which size")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("link", name="Choosing the cuff")).to_be_visible()


@pytest.mark.parametrize("path", ["/search", "/search?q=pressure", "/search?q=zzzzzz", '/search?q="cuff+zebra"'])
def test_searching_shuts_nobody_out(visitor: Callable[..., Page], path: str) -> None:
    tab = visitor(path)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (1280, 390):
            tab.set_viewport_size({"width": width, "height": 800})
            assert complaints(tab) == "", f"{scheme} {width}"
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320, "it runs off the side of a small phone"
