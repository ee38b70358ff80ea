"""The cast, served."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import CodeType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from lms.app import create_app
from lms.config import Settings
from lms.db import db
from lms.people.store import Learner
from tests.certificates.conftest import issuer, issues, release  # noqa: F401
from tests.conftest import NOW, TODAY
from tests.web.accounts import Letters, Visitor

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


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first application: each of a hundred would take a second over them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = Compiled()


def serve(settings: Settings) -> Flask:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _COMPILED
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


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def site(url: str, settings: Settings, letters: Letters) -> Iterator[Callable[..., Flask]]:
    """The cast with accounts, on each database in turn, under other settings if wanted."""
    apps = []

    def made(**changes: object) -> Flask:
        app = serve(replace(settings, database_url=url, **changes))  # type: ignore[arg-type]
        house = app.extensions["spoke"]
        house.now, house.post = lambda: NOW, letters
        apps.append(app)
        return app

    yield made
    for app in apps:
        with app.app_context():
            kept = db.engine.pool.checkedout()  # type: ignore[attr-defined]
            db.engine.dispose()
        assert kept == 0, "a connection was never given back"


@pytest.fixture
def browser(site: Callable[..., Flask]) -> Callable[[], Visitor]:
    """Opens browsers that look at one site."""
    app = site()
    return lambda: Visitor(app)


@pytest.fixture
def phone(browser: Callable[[], Visitor], rosa: Learner) -> Visitor:
    """Rosa's phone, signed in."""
    phone = browser()
    assert phone.sign_in(rosa.email or "").status_code == 303
    return phone


@pytest.fixture
def carmen(joins: Callable[..., Learner]) -> Learner:
    return joins("carmen@hillside.example", "Carmen Flores", "coordinator")


@pytest.fixture
def desk(browser: Callable[[], Visitor], carmen: Learner) -> Visitor:
    """A coordinator, signed in."""
    found = browser()
    found.sign_in("carmen@hillside.example")
    return found


def words(html: str) -> str:
    """The text of a page, its runs of space made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)).split())
