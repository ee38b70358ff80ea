"""Who asks: the learner whose browser is signed in, by Flask-Login; and who may ask for what."""

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, abort, current_app, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from lms.people.models import ROLES
from lms.web.at_hand import house, site
from lms.web.gate import Who
from lms.web.switch import local

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.people.store import Learner, SignIn

#: The cookie that a signed-in browser has, and nobody else.
COOKIE = "spoke"


class Visitor(UserMixin):
    """A signed-in browser. Flask-Login knows it by the token of its sign-in, which it can be robbed of at any time."""

    def __init__(self, learner: "Learner", sign: "SignIn", token: str) -> None:
        self.learner, self.sign, self.token = learner, sign, token

    def get_id(self) -> str:
        return self.token


def database() -> "Session":
    """The database's session for this request."""
    from lms.db import db

    return db.session  # type: ignore[return-value]


def visitor() -> Visitor | None:
    """Who is signed in; costs nothing for those who never were."""
    if COOKIE not in request.cookies:
        return None
    return current_user if current_user.is_authenticated else None


def learner() -> "Learner":
    """The learner who asks, in views that are open to learners alone."""
    found = visitor()
    return found.learner if found else abort(403)


def enter(learner: "Learner", sign_in_token: str) -> None:
    """From here on this browser is the learner's. Whatever the session held before is gone: nobody laid it out."""
    from lms.people.service.entering import signed_in

    session.clear()
    session.permanent = True
    found = signed_in(database(), sign_in_token, house().now())
    assert found is not None
    login_user(Visitor(learner, found[1], sign_in_token))


def leave() -> None:
    logout_user()
    session.clear()


def csrf() -> str:
    """The token of forms, the same as long as the browser's session is: a page that is asked for again is the same."""
    raw = session.get("csrf_token")
    return _signed(current_app.secret_key, raw) if raw else generate_csrf()


@lru_cache(maxsize=4_096)
def _signed(key: object, raw: str) -> str:
    """Signing takes longer than all the rest of a form."""
    return generate_csrf()


def keep_gate(app: Flask) -> None:
    """Let nobody in where a view does not say who may; load who is signed in by the token of their browser."""
    manager = LoginManager()
    manager.session_protection = None  # the key changes daily instead, and a copied one that is late ends both
    manager.init_app(app)

    @manager.user_loader
    def load(token: str) -> Visitor | None:
        from lms.people.service.entering import signed_in, turned

        now = house().now()
        found = signed_in(database(), token, now)
        if found is None:
            return None
        fresh = turned(database(), found[1], token, now)
        if fresh != token:
            session["_user_id"] = fresh
        return Visitor(*found, fresh)

    @app.before_request
    def admit() -> Response | None:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            return None  # there is nothing there: the answer is 404 for everyone
        who: Who | None = getattr(view, "opens_to", None)
        if who == "everyone" or (who == "readers" and site().access == "public"):
            return None
        if who is None:
            abort(403)
        found = visitor()
        if found is None:
            return _to_sign_in()
        if who in ROLES and not found.learner.has(who):  # type: ignore[arg-type]
            abort(403)
        return None


def _to_sign_in() -> Response:
    if request.method not in ("GET", "HEAD"):
        abort(401)
    there = local(request.full_path.rstrip("?"))
    response = redirect(f"/sign-in?next={quote(there, safe='/')}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response
