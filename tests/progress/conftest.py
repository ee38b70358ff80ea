"""Activities with quizzes, made here; and the ways to take them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.config import Settings
from lms.db import db
from lms.modules.models import (
    Choice,
    Credit,
    Item,
    Match,
    Module,
    MultipleResponse,
    Number,
    Order,
    Pair,
    Question,
    Quiz,
    Reflection,
    ShortText,
    SingleChoice,
    key,
)
from lms.people.service.entering import enter
from lms.people.store import Learner
from lms.progress.service import attempting
from lms.progress.store.attempts import Attempt
from tests.conftest import NOW
from tests.web.conftest import serve


def choice(text: str, right: bool = False, feedback: str = "") -> Choice:
    return Choice(key=key(text), html=text, right=right, feedback=feedback)


def item(text: str) -> Item:
    return Item(key=key(text), html=text)


CUFF = SingleChoice(
    id="cuff",
    objective=1,
    prompt="Which cuff?",
    choices=(choice("small", feedback="It reads high."), choice("large", True)),
)
HIGH = MultipleResponse(
    id="high", prompt="What reads high?", choices=(choice("legs", True), choice("bladder", True), choice("silence"))
)
SUM = Number(id="sum", prompt="6 above 114?", value=120, tolerance=5, unit="mmHg")
SAY = ShortText(id="say", prompt="What do you ask?", accepted=("teach back", "say it back"))
STEPS = Order(id="steps", prompt="Put in order", items=(item("rest"), item("cuff on"), item("read")))
ARMS = Match(
    id="arms",
    prompt="Match",
    pairs=(Pair(left=item("24 cm"), right=item("small")), Pair(left=item("36 cm"), right=item("large"))),
)
TOMORROW = Reflection(id="tomorrow", prompt="What will you do?", explanation="Many write the size.")
ALL = (CUFF, HIGH, SUM, SAY, STEPS, ARMS, TOMORROW)

#: What is right of all, as a form says it.
RIGHT = {
    "cuff.choice": [key("large")],
    "high.choice": [key("legs"), key("bladder")],
    "sum.text": ["120"],
    "say.text": ["Teach back."],
    **{f"steps.place-{key(text)}": [str(n)] for n, text in enumerate(("rest", "cuff on", "read"), 1)},
    f"arms.pair-{key('24 cm')}": [key("small")],
    f"arms.pair-{key('36 cm')}": [key("large")],
    "tomorrow.text": ["I shall write the size on the chart."],
}


def module(*questions: Question, edition: int = 1, **about: object) -> Module:
    """A module whose quiz asks these questions."""
    quiz = Quiz(path="modules/bp/quiz.md", questions=questions or ALL, **{"pass_mark": 75, **about})  # type: ignore[arg-type]
    return Module(
        slug="bp",
        path="modules/bp/module.md",
        url="/modules/bp",
        title="Blood pressure",
        lang="en",
        edition=edition,
        credit=(Credit(hours="0.5"),),  # type: ignore[arg-type]
        quiz=quiz,
    )


def form(fields: Mapping[str, object] = RIGHT, made: object = 1, **more: object) -> MultiDict[str, str]:
    """What a browser sends: with each question's fields, when it was answered."""
    said = {**fields, **{name.replace("_", "."): value for name, value in more.items()}}
    pairs = [(name, one) for name, value in said.items() for one in (value if isinstance(value, list) else [value])]
    for id in dict.fromkeys(name.partition(".")[0] for name in said):
        pairs.append((f"{id}.made", str(made)))
    return MultiDict(pairs)


@pytest.fixture
def begins(session: Session, rosa: Learner) -> Callable[..., Attempt]:
    """Begins attempts: `begins(module(CUFF), now=…)`."""

    def begin(activity: Module | None = None, **more: object) -> Attempt:
        given = {"kind": "quiz", "revision": "r1", "now": NOW, "chance": Random(7)} | more
        return attempting.begin(session, given.pop("who", rosa), activity or module(), **given)  # type: ignore[arg-type]

    return begin


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
