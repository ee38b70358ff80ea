"""The cast, served."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.app import create_app
from lms.config import Settings
from tests.conftest import TODAY

#: One of each kind of page, and of each state that a kind can be in.
PAGES = (
    "/",
    "/courses",
    "/courses/hypertension",
    "/modules",
    "/modules/measuring-bp",
    "/modules/measuring-bp/cuff",
    "/modules/measuring-bp/position",
    "/modules/measuring-bp/quiz",
    "/modules/medir-la-presion",
    "/webinars",
    "/webinars/stroke-in-the-clinic",
    "/webinars/stroke-in-the-clinic/quiz",
    "/podcasts",
    "/podcasts/ward-round",
    "/podcasts/ward-round/2026-03-04-sepsis",
    "/podcasts/ward-round/2026-03-04-sepsis/quiz",
    "/podcasts/elsewhere",
    "/people",
    "/people/rosa",
    "/topics",
    "/topics/hypertension",
    "/glossary",
    "/about",
)


def serve(settings: Settings) -> Flask:
    app = create_app(settings)
    app.testing = True
    app.extensions["spoke"].clock = lambda: TODAY
    return app


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    return serve(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def served(settings: Settings) -> Callable[..., FlaskClient]:
    """A client of the cast under other settings."""
    return lambda **changes: serve(replace(settings, **changes)).test_client()


def words(html: str) -> str:
    """The text of a page, its runs of space made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)).split())
