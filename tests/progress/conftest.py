"""Learners who are signed in, before the cast."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.config import Settings
from lms.db import db
from lms.people.service.entering import enter
from lms.people.store import Learner
from tests.conftest import NOW
from tests.web.conftest import serve


@pytest.fixture
def app(settings: Settings, url: str) -> Iterator[Flask]:
    """The cast served, with a database of each kind in turn."""
    app = serve(replace(settings, database_url=url, secret="for tests alone"))
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["spoke"].now = lambda: NOW
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def later(app: Flask) -> Callable[[float], None]:
    """Lets so many seconds pass."""

    def pass_by(seconds: float) -> None:
        now: datetime = app.extensions["spoke"].now()
        app.extensions["spoke"].now = lambda: now + timedelta(seconds=seconds)

    return pass_by


@pytest.fixture
def signed_in(app: Flask, session) -> Callable[[Learner], FlaskClient]:  # type: ignore[no-untyped-def]
    """A browser that a learner is signed in with."""

    def browser(learner: Learner) -> FlaskClient:
        client = app.test_client()
        token = enter(session, learner, "phone", NOW)
        with client.session_transaction() as held:
            held["_user_id"] = token
        return client

    return browser


@pytest.fixture
def phone(signed_in: Callable[[Learner], FlaskClient], rosa: Learner) -> FlaskClient:
    """Rosa's phone."""
    return signed_in(rosa)


@pytest.fixture
def ana(joins: Callable[..., Learner]) -> Learner:
    return joins("ana@hillside.example", "Ana Torres")
