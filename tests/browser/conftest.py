"""A real browser before a real server. Without Chromium these tests are skipped, loudly; in CI they then fail."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright
from werkzeug.serving import make_server

from lms.config import Settings
from tests.web.conftest import serve

# A machine that has much else to do is waited for.
expect.set_options(timeout=20_000)

#: The one without a window opens pages three times as quickly.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_SYSTEM = next((found for name in _NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=_SYSTEM, args=["--no-sandbox"])
        except Error as fault:
            if os.environ.get("CI"):
                pytest.fail(f"no browser to test with: {fault}")
            pytest.skip("NOT TESTED in a browser: install Chromium, or run `playwright install chromium`")
        yield started
        started.close()


@pytest.fixture(scope="session")
def host(published: Path) -> Iterator[str]:
    """The address of the cast, served."""
    with listening(published) as address:
        yield address


@contextmanager
def listening(data: Path) -> Iterator[str]:
    """The address at which the current release of `data` is served."""
    server = make_server("127.0.0.1", 0, serve(Settings(data=data)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visitor(browser: Browser, host: str) -> Iterator[Callable[..., Page]]:
    """Opens tabs: `visitor("/about", width=320, color_scheme="dark")`. Fails when a page broke its own rules."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def opened(path: str, width: int = 1280, **more: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            base_url=host,
            **{"locale": "en", **more},  # type: ignore[arg-type]
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda fault: said.append(str(fault)))
        tab.goto(path)
        return tab

    yield opened
    for context in contexts:
        context.close()
    # The test server ends a connection that a player, seeking, has let go of; the player asks again. And some tests
    # take the line away.
    meant = ("ERR_SOCKET_NOT_CONNECTED", "ERR_INTERNET_DISCONNECTED")
    assert [words for words in said if not any(fine in words for fine in meant)] == []
