"""No violation of WCAG 2.2 AA that axe knows, on any kind of page, in both themes; nothing runs off the side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.openness import complaints
from tests.web.conftest import PAGES

STATES = (
    "/modules/measuring-bp/cuff?check=share&text=7",
    "/modules/measuring-bp/cuff?check=share&text=80",
    "/modules/measuring-bp/cuff?check=cuff-check",
    "/webinars/stroke-in-the-clinic?take=listen-low",
)


@pytest.mark.parametrize("path", [*PAGES, *STATES])
def test_no_page_shuts_anybody_out(visitor: Callable[..., Page], path: str) -> None:
    tab = visitor(path)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert complaints(tab) == "", scheme
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320, "it runs off the side of a small phone"


def test_what_shuts_somebody_out_is_found(visitor: Callable[..., Page]) -> None:
    tab = visitor("/about")
    tab.evaluate("document.querySelector('h1').style.color = 'rgb(40, 40, 40)'")
    assert complaints(tab) == ""
    tab.emulate_media(color_scheme="dark")
    assert "color-contrast" in complaints(tab)
    tab.evaluate("document.querySelector('h1').append(document.createElement('img'))")
    assert "image-alt" in complaints(tab)


@pytest.mark.parametrize("path", ["/", "/modules/measuring-bp/cuff", "/webinars/stroke-in-the-clinic", "/glossary"])
def test_targets_can_be_hit_with_a_thumb(visitor: Callable[..., Page], path: str) -> None:
    tab = visitor(path, width=390)
    small = tab.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, input, textarea")]
            .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== "inline" && !one.disabled)
            .filter((one) => !one.closest(".sr, .skip, label, .anchor"))
            .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == []
