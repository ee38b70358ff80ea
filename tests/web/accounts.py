"""A site with accounts, asked as browsers ask: by its forms."""

import re
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import PASSWORD

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_LINK = re.compile(r"https?://[^/\s]+(/\S+)")


@dataclass
class Letters:
    """A post that keeps what it is given."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append((to, subject, text))

    def link(self) -> str:
        """The path that the last letter leads to."""
        found = _LINK.search(self.sent[-1][2])
        assert found
        return found[1]


@dataclass
class Visitor:
    """A browser: `submit` fills in the form of a page, as it stands there, and sends it."""

    app: Flask
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **more: object) -> TestResponse:
        # To its end, as browsers do: what is sent piece by piece holds a connection until then.
        return self.client.get(path, buffered=True, **more)  # type: ignore[arg-type]

    def token(self, page: str) -> str:
        found = _TOKEN.search(self.client.get(page).text)
        assert found, page
        return found[1]

    def submit(self, page: str, to: str = "", **given: object) -> TestResponse:
        """Send the form on `page` to the address `to`, by itself to the page's own."""
        return self.client.post(to or page, data={"csrf_token": self.token(page), **given})

    def sign_in(self, email: str, password: str = PASSWORD, next: str = "") -> TestResponse:
        return self.submit("/sign-in", email=email, password=password, next=next)
