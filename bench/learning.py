"""Learners: a lesson's page for somebody who is signed in, and the fold of years of entries."""

import re
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from bench.load import requests_a_second
from bench.serving import serving
from lms import db
from lms.ledger.store import Bare
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from lms.progress.models.standing import Shape
from lms.progress.rules.folding import fold

Row = Callable[..., None]
_NOW = datetime.now(UTC)
_PASSWORD = "two cuffs and a quiet room"


def learning(content: Path, data: Path, row: Row, seconds: float) -> None:
    """The rows of this part of the table."""
    row("5,000 entries of a learner folded, ms", min(_folded() for _ in range(7)), 20, 1, "20 ms")
    module = next(iter(sorted(content.glob("modules/*"))))
    lesson = f"/modules/{module.name}/{min(path.stem[3:] for path in module.glob('[0-9]*.md'))}"
    url = db.address("", data)
    db.upgrade(url)
    with db.session(url) as session:
        letter = invite(session, "rosa@hillside.example", _NOW)
        if letter is not None:
            open_account(session, letter.token, Profile(name="Rosa Quispe"), _PASSWORD, _NOW)
    environment = {"LMS_CONTENT": str(content), "LMS_DATA": str(data)}
    with (
        serving("bench.bare:create", "/") as bare,
        serving("lms.app:create_from_environment", lesson, **environment) as spoke,
    ):
        cookie, page = sign_in(spoke.port, lesson)
        assert "/readings" in page, "nobody is signed in"
        header = f"Accept-Encoding: gzip\r\nCookie: {cookie}"
        pairs = []
        for _ in range(3):
            hello = requests_a_second(bare.port, ["/"], seconds)
            pairs.append((requests_a_second(spoke.port, [lesson], seconds, header=header), hello))
        asked, hello = sorted(pairs)[1]
        row("a lesson page, signed in, requests a second", asked, hello, 0.5, 'bare Flask "hello"', least=True)


def _folded() -> float:
    """Milliseconds to fold a learner's 5,000 entries about 40 recordings and 100 modules."""
    shapes = [Shape(f"/webinars/w{n}", seconds=3_000) for n in range(40)]
    shapes += [Shape(f"/modules/m{n}", lessons=("a", "b"), quiz=True) for n in range(100)]
    entries = [_entry(number) for number in range(5_000)]
    began = time.perf_counter()
    fold(shapes, entries)
    return (time.perf_counter() - began) * 1_000


def _entry(number: int) -> Bare:
    when = _NOW + timedelta(seconds=20 * number)
    about: dict[str, object] = {"verb": "read", "activity": f"/modules/m{number % 100}", "data": {"lesson": "a"}}
    if number % 10:
        start = float(number * 20 % 2_900)
        segments = [[start, start + 12, 1.0], [start + 12, start + 18, 1.5]]
        played = {"session": f"session-{number // 50}", "segments": segments, "position": start}
        about = {"verb": "played", "activity": f"/webinars/w{number // 50 % 40}", "data": played}
    return Bare(id=f"entry-{number:06}", edition=1, happened=when, arrived=when, **about)  # type: ignore[arg-type]


def sign_in(port: int, there: str, email: str = "rosa@hillside.example") -> tuple[str, str]:
    """The cookie of a browser in which somebody is signed in, and a page as they see it."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    host = f"http://127.0.0.1:{port}"
    form = browser.open(f"{host}/sign-in?next={there}").read().decode()
    found = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert found is not None
    said = {"csrf_token": found[1], "email": email, "password": _PASSWORD, "next": there}
    page = browser.open(f"{host}/sign-in", urlencode(said).encode()).read().decode()
    browser.open(f"{host}{there}").read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), page
