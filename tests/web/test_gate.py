"""Who may ask for what: every route there is, asked by everyone there can be."""

import re
from functools import wraps

import pytest

from lms.people.models import ROLES
from lms.web.gate import opens_to
from tests.web.accounts import Visitor
from tests.web.conftest import PAGES

#: What stands for each part of an address that is not fixed.
PARTS = {"slug": "teach-back", "name": "x", "lang": "en", "token": "x" * 32, "rest": "x/y.mp3", "digest": "x"}
#: What is open to everyone, even of a site that is closed: the way in, what browsers ask for by themselves, and what
#: proves a certificate.
DOORS = {
    "/.well-known/did.json",
    "/certificates/status/<number>",
    "/v/<id>/badge.png",
    "/v/<id>/badge.svg",
    "/v/<id>/credential.json",
    "/apple-touch-icon.png",
    "/certificates/log",
    "/certificates/log/checkpoint",
    "/certificates/log/leaves",
    "/email/<token>",
    "/favicon.ico",
    "/favicon.svg",
    "/forgot",
    "/language",
    "/manifest.webmanifest",
    "/reset/<token>",
    "/robots.txt",
    "/sign-in",
    "/sign-out",
    "/sign-up",
    "/static/<digest>/<name>",
    "/theme-<digest>.css",
    "/v",
    "/v/<id>",
    "/welcome/<token>",
}


def routes(app):
    """Each route: its rule, a method, an address of that form, and whom its view opens to."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        address = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda part: PARTS.get(part[1], "x"), rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.rule, method, address, getattr(view, "opens_to", None)


class Watched:
    """A browser at a site whose views do nothing but say that they were asked; signed in first, with an address."""

    def __init__(self, app, address=""):
        self.visitor = Visitor(app)
        if address:
            self.visitor.sign_in(address)
        self.token = self.visitor.token("/sign-up")
        self.entered = []
        for endpoint, view in app.view_functions.items():
            app.view_functions[endpoint] = wraps(view)(lambda **_: self.entered.append(True) or "")

    def ask(self, method, address):
        """How a request ends: `in`, `sign in`, or `no`."""
        self.entered.clear()
        answer = self.visitor.client.open(address, method=method, headers={"X-CSRFToken": self.token})
        return "in" if self.entered else "no" if answer.status_code == 403 else "sign in"


def test_every_view_says_who_may_ask_for_it(app):
    unsaid = [rule for rule, _, _, who in routes(app) if who is None]
    assert unsaid == []


def test_nothing_is_at_an_address_with_a_null_byte_in_it(site, joins):
    joins("ana@hillside.example", "Ana Torres", "administrator")
    ana = Visitor(site())
    ana.sign_in("ana@hillside.example")
    for path in ("/attempts/x", "/notes/x", "/coordination/learners/x", "/modules/x", "/podcasts/x/y", "/media/x"):
        assert ana.get(f"{path}%00y").status_code == 404


def test_nobody_is_let_in_where_nothing_is_said(site, rosa):
    app = site()
    app.add_url_rule("/forgotten", "forgotten", lambda: "in")
    visitor = Visitor(app)
    assert visitor.get("/forgotten").status_code == 403
    visitor.sign_in(rosa.email)
    assert visitor.get("/forgotten").status_code == 403


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_each_role_is_let_in_where_its_routes_are_and_nowhere_else(site, joins, role):
    app = site()
    address = f"{role}@hillside.example"
    if role:
        joins(address, "Somebody", role)
    watched = Watched(app, address if role else "")
    for rule, method, path, who in list(routes(app)):
        if who in ("everyone", "readers"):
            wanted = "in"
        elif role is None:
            wanted = "sign in"
        else:
            wanted = "in" if who in (role, "learner") or role == "administrator" else "no"
        assert watched.ask(method, path) == wanted, (rule, method, role)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_closed_site_has_only_its_doors_open(cast, publisher, data, site, rosa):
    place = cast / "site.yaml"
    place.write_text(place.read_text() + "\naccess: learners\n")
    assert not publisher(cast).refused
    watched = Watched(site(data=data))
    rules = list(routes(watched.visitor.app))
    assert {rule for rule, method, path, _ in rules if watched.ask(method, path) == "in"} == DOORS
    app = site(data=data)
    stranger, learner = Visitor(app), Visitor(app)
    learner.sign_in(rosa.email)
    for path in PAGES:
        assert stranger.get(path).status_code == 303
        assert learner.get(path).status_code == 200
    feed = learner.get("/podcasts/ward-round/feed.xml")
    assert feed.status_code == 200 and "Cookie" in feed.headers["Vary"] and "private" in feed.headers["Cache-Control"]
    sound = re.search(r'<enclosure url="[^"]*(/media/[^"]+)"', feed.text)[1]
    assert stranger.get(sound).status_code == 303
    with learner.get(sound) as heard:
        assert heard.headers["Cache-Control"].startswith("private, max-age")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_pages_of_a_closed_site_that_strangers_see_name_nothing_of_what_is_in_it(cast, publisher, data, site, rosa):
    place = cast / "site.yaml"
    place.write_text(place.read_text() + "\naccess: learners\n")
    publisher(cast)
    app = site(data=data)
    stranger, learner = Visitor(app), Visitor(app)
    learner.sign_in(rosa.email)
    for path in (
        "/sign-in",
        "/sign-up",
        "/forgot",
        "/welcome/x",
        "/nowhere/measuring-pressure",
        "/nowhere/hypertension",
    ):
        page = stranger.get(path).text
        assert [word for word in ("Measuring", "About", "/courses", "/about", "/search?") if word in page] == []
    assert "Measuring blood pressure" in learner.get("/nowhere/measuring-pressure").text
    assert "/about" in learner.get("/me").text


def test_who_may_ask_is_part_of_the_view_itself():
    @opens_to("mentor")
    def view():
        """Nothing."""

    assert view.opens_to == "mentor"
