"""Who asks: the learner whose browser is signed in, by Flask-Login; and who may ask for what."""

from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Request, abort, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature
from werkzeug.wrappers import Response

from lms.db import Glance, Stillness, db
from lms.people.models import ROLES, Role
from lms.web import at_hand
from lms.web.at_hand import House, Shape, house, site
from lms.web.gate import Who
from lms.web.switch import local

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from lms.people.store import Learner, SignIn

#: The cookie that a signed-in browser has, and nobody else.
COOKIE = "spoke"


class Visitor(UserMixin):
    """A signed-in browser. Flask-Login knows it by the token of its sign-in, which it can be robbed of at any time.

    What pages say of a learner is at hand; the account itself is fetched for those who change it.
    """

    def __init__(self, token: str, known: Any) -> None:
        self.token = token
        self.id: str = known.id
        self.name: str = known.name
        self.roles: tuple[Role, ...] = tuple(known.roles)
        self.zone: str = known.zone

    @cached_property
    def _whole(self) -> tuple["Learner", "SignIn"]:
        from lms.people.service.entering import signed_in

        return signed_in(database(), self.token, house().now()) or abort(403)

    @property
    def learner(self) -> "Learner":
        return self._whole[0]

    @property
    def sign(self) -> "SignIn":
        return self._whole[1]

    def has(self, role: Role) -> bool:
        """Whether they may do what this role may; administrators may do everything."""
        return role in self.roles or "administrator" in self.roles

    def get_id(self) -> str:
        return self.token


class Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookie, looked at with less ceremony."""

    @cached_property
    def _signer(self) -> Any:
        return SecureCookieSessionInterface.get_signing_serializer(self, current_app)

    def get_signing_serializer(self, app: Flask) -> Any:
        return self._signer

    def open_session(self, app: Flask, request: Request) -> Any:
        value = request.cookies.get(COOKIE)
        held = self._read(value, date.today()) if value else None
        # Whoever changes a list in it changes it for this request alone.
        return self.session_class(
            {name: list(one) if isinstance(one, list) else one for name, one in (held or {}).items()}
        )

    @lru_cache(maxsize=4_096)  # noqa: B019 - as long as the application
    def _read(self, value: str, day: date) -> dict[str, Any] | None:
        """What a cookie says, when it is ours and not too old: its signature is looked at once a day."""
        try:
            age = int(current_app.permanent_session_lifetime.total_seconds())
            return self._signer.loads(value, max_age=age)  # type: ignore[no-any-return]
        except BadSignature:
            return None

    def get_cookie_secure(self, app: Flask) -> bool:
        # Where only site.yaml knows the address, the line that the request came by tells.
        return super().get_cookie_secure(app) or request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # type: ignore[override]
        # A finished page says already that it differs by cookie.
        if session.modified or not getattr(response, "finished", False):
            super().save_session(app, session, response)  # type: ignore[arg-type]


def database() -> "Session":
    """The database's session for this request."""
    return db.session()


def glance() -> Glance:
    """What this request looks up by, as long as it writes nothing."""
    environ = request.environ
    found: Glance | None = environ.get("spoke.glance")
    if found is None:
        environ["spoke.glance"] = found = Glance(_engine(house()))
    return found


def _engine(own: House) -> "Engine":
    if own.engine is None:
        own.engine = db.engine
    return own.engine


def moment() -> tuple[bytes, int] | None:
    """As long as it is the same, what was looked up before is so still; None where that cannot be known.

    It is another after anything was written, and after a minute, for some things end by themselves.
    """
    environ = request.environ
    if "spoke.still" not in environ:
        own = house()
        if own.still is None:
            own.still = Stillness(_engine(own))
        version = own.still.version()
        environ["spoke.still"] = None if version is None else (version, int(own.now().timestamp()) // 60)
    return environ["spoke.still"]  # type: ignore[no-any-return]


def visitor() -> Visitor | None:
    """Who is signed in; costs nothing for those who never were."""
    if COOKIE not in request.cookies:
        return None
    found = g.get("_login_user")
    if found is None:
        token = session.get("_user_id")
        known = house().known.get(token, moment()) if token else None
        if known is not None:
            g._login_user = found = Visitor(token, known)
        else:
            # The proxy looks anew at each word that it is asked for.
            found = current_user._get_current_object()
    return found if isinstance(found, Visitor) else None


def zone() -> str:
    """The time zone of whoever asks; UTC for those who are not signed in."""
    found = visitor()
    return found.zone if found else "UTC"


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
    login_user(Visitor(sign_in_token, learner))


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
    app.session_interface = Sessions()
    manager = LoginManager()
    manager.session_protection = None  # the key changes daily instead, and a copied one that is late ends both
    # Not by init_app, which looks into the session after every request, for a remembering cookie that we have not.
    app.login_manager = manager  # type: ignore[attr-defined]

    @manager.user_loader
    def load(token: str) -> Visitor | None:
        from lms.people.service.entering import recognised, signed_in, turned

        now = house().now()
        known = recognised(glance(), token, now)
        if known is not None:
            house().known.put(token, moment(), known)
            return Visitor(token, known)
        found = signed_in(database(), token, now)
        if found is None:
            return None
        fresh = turned(database(), found[1], token, now)
        if fresh != token:
            session["_user_id"] = fresh
        return Visitor(fresh, found[0])

    @app.teardown_request
    def close(_fault: BaseException | None) -> None:
        held = request.environ.pop("spoke.glance", None)
        if held is not None:
            held.close()

    app.extensions["spoke"].sees_drafts = sees_drafts

    @app.before_request
    def admit() -> Response | None:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            return None  # there is nothing there: the answer is 404 for everyone
        if "\0" in request.path:
            abort(404)  # nothing has such a name, and PostgreSQL cannot even be asked for one
        who: Who | None = getattr(view, "opens_to", None)
        if who == "everyone" or (who == "readers" and site().access == "public"):
            return None
        if who is None:
            abort(403)
        if who == "author" and house().settings.watch:
            return None  # whoever previews is one
        found = visitor()
        if found is None:
            return _to_sign_in()
        if who in ROLES and not found.has(who):  # type: ignore[arg-type]
            abort(403)
        return None

    @app.after_request
    def keep_within(response: Response) -> Response:
        """Let no cache on the way keep what is not for everyone."""
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "opens_to", None) == "readers" and site().access != "public":
            kept = response.headers.get("Cache-Control", "no-cache")
            if "private" not in kept and "no-store" not in kept:
                response.headers["Cache-Control"] = f"private, {kept.replace('public, ', '')}"
            response.vary.add("Cookie")
            response.headers.pop("Access-Control-Allow-Origin", None)
        return response


def sees_drafts() -> bool:
    """Whether who asks is an author."""
    found = visitor()
    return found is not None and found.has("author")


def may_read() -> bool:
    """Whether who asks may read what is published here."""
    return site().access == "public" or visitor() is not None


def shape() -> Shape:
    """What every page links to; on the pages of a closed site that strangers see, nothing."""
    return at_hand.shape() if may_read() else Shape((), ())


def _to_sign_in() -> Response:
    if request.method not in ("GET", "HEAD"):
        abort(401)
    there = local(request.full_path.rstrip("?"))
    response = redirect(f"/sign-in?next={quote(there, safe='/')}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response
