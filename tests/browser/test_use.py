"""What one does on a page: by keyboard, with script, and without it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

CUFF = "/modules/measuring-bp/cuff"
WEBINAR = "/webinars/stroke-in-the-clinic"


def test_the_first_key_press_skips_to_the_content(visitor: Callable[..., Page]) -> None:
    tab = visitor("/")
    tab.keyboard.press("Tab")
    expect(tab.locator(".skip").first).to_be_focused()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    expect(tab.locator("main a").first).to_be_focused()


def test_what_has_the_focus_can_be_seen(visitor: Callable[..., Page]) -> None:
    tab = visitor("/courses/hypertension")
    for _ in range(100):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement === document.body"):
            break
        shown = tab.evaluate(
            """() => {
                const one = document.activeElement, after = getComputedStyle(one, "::after")
                return [getComputedStyle(one), after].some((s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 1)
            }"""
        )
        assert shown, tab.evaluate("document.activeElement.outerHTML")


def test_the_menu_of_a_phone_opens_by_keyboard_and_without_script(visitor: Callable[..., Page]) -> None:
    tab = visitor("/", width=390, java_script_enabled=False)
    courses = tab.locator(".top nav a", has_text="Courses")
    expect(courses).to_be_hidden()
    tab.locator(".top summary").focus()
    tab.keyboard.press("Enter")
    expect(courses).to_be_visible()


def test_the_header_is_one_row_on_a_phone(visitor: Callable[..., Page]) -> None:
    tab = visitor("/", width=390)
    assert tab.locator(".top").bounding_box()["height"] <= 76  # type: ignore[index]


def test_a_check_is_answered_in_place(visitor: Callable[..., Page]) -> None:
    tab = visitor(CUFF)
    tab.evaluate("window.here = true")
    tab.get_by_label("Small adult").check()
    tab.locator("#check-cuff-check button").click()
    verdict = tab.locator("#check-cuff-check .verdict")
    expect(verdict).to_be_focused()
    expect(verdict).to_contain_text("Not this one.")
    assert tab.evaluate("window.here"), "the page was not loaded anew"
    assert "check=" not in tab.url
    tab.get_by_label("Large adult").check()
    tab.locator("#check-cuff-check button").click()
    expect(verdict).to_contain_text("Right.")


def test_a_check_is_answered_by_keyboard_alone(visitor: Callable[..., Page]) -> None:
    tab = visitor(CUFF)
    tab.locator("#check-share input[name=text]").focus()
    tab.keyboard.type("80")
    tab.keyboard.press("Enter")
    expect(tab.locator("#check-share .verdict")).to_contain_text("Right.")


def test_a_check_is_answered_without_script(visitor: Callable[..., Page]) -> None:
    tab = visitor(CUFF, java_script_enabled=False)
    tab.get_by_label("Large adult").check()
    tab.locator("#check-cuff-check button").click()
    expect(tab.locator("#check-cuff-check .verdict")).to_contain_text("Right.")
    assert tab.url.endswith("#check-cuff-check")
    expect(tab.get_by_label("Large adult")).to_be_checked()


def test_a_line_of_the_transcript_leads_to_its_place(visitor: Callable[..., Page]) -> None:
    tab = visitor(f"{WEBINAR}?take=listen-low")
    tab.evaluate("window.here = true")
    tab.get_by_text("And then you write down the time.").click()
    expect(tab.locator("audio")).to_have_js_property("paused", False)
    assert tab.evaluate("document.querySelector('audio').currentTime") >= 5
    assert tab.evaluate("window.here")
    tab.evaluate("document.querySelector('audio').pause()")
    expect(tab.locator(".transcript a.now")).to_have_text("And then you write down the time.")
    expect(tab.locator(".chapters [aria-current]")).to_contain_text("The time")
    expect(tab.locator(".caption")).to_have_text("And then you write down the time.")


def test_a_line_leads_to_its_place_without_script(visitor: Callable[..., Page]) -> None:
    tab = visitor(WEBINAR, java_script_enabled=False)
    tab.get_by_text("And then you write down the time.").click()
    assert tab.url.endswith("?t=5#_player")
    source = tab.locator(".player source").get_attribute("src")
    assert source and source.endswith("#t=5")
    expect(tab.locator(".speeds")).to_be_hidden()


def test_the_speed_is_chosen_by_a_button(visitor: Callable[..., Page]) -> None:
    tab = visitor(f"{WEBINAR}?take=listen-low")
    button = tab.get_by_role("button", name="1.5×")
    button.click()
    assert tab.evaluate("document.querySelector('audio').playbackRate") == 1.5
    expect(button).to_have_attribute("aria-pressed", "true")


def test_nothing_of_a_recording_is_loaded_before_play(visitor: Callable[..., Page]) -> None:
    asked: list[str] = []
    tab = visitor("/about")
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(WEBINAR)
    tab.wait_for_load_state("networkidle")
    assert [url for url in asked if re.search(r"\.(mp3|mp4|m4a)", url)] == []


def test_the_feed_address_is_copied(visitor: Callable[..., Page]) -> None:
    tab = visitor("/podcasts/ward-round", permissions=["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Copy", exact=True).first.click()
    expect(tab.get_by_role("button", name="Copied")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()").endswith("/podcasts/ward-round/feed.xml")


def test_the_language_is_switched_and_stays(visitor: Callable[..., Page]) -> None:
    tab = visitor("/modules/measuring-bp/cuff")
    tab.get_by_role("link", name="Español").click()
    assert tab.url.endswith("/modules/measuring-bp/cuff")
    expect(tab.locator("html")).to_have_attribute("lang", "es")
    tab.goto("/glossary")
    expect(tab.locator("h1")).to_have_text("Glosario")
