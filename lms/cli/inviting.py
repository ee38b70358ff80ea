"""Links to give to people, and letters with them."""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from functools import lru_cache

import click

from lms.config import Settings
from lms.library.models import Site
from lms.library.release import NoRelease
from lms.library.shelf import Shelf
from lms.people.service.refusals import Letter
from lms.server import origin
from lms.web.letters import compose
from lms.web.post import Smtp, written


def link(settings: Settings, letter: Letter) -> str:
    """Where the letter leads to."""
    return f"{_base(settings)}/welcome/{letter.token}"


def verify_sender(settings: Settings) -> str:
    """Who letters are from; wrong usage where that is not said, though there is a mail server."""
    sender = settings.mail_from or _site(settings).contact or ""
    if settings.mail_url and "@" not in sender:
        raise click.UsageError("who letters are from is not said: set LMS_MAIL_FROM, or `contact` in site.yaml")
    return sender


def verify_letters(settings: Settings) -> None:
    """Wrong usage where there is a mail server, and nothing says whom letters are from or where their links lead."""
    verify_sender(settings)
    if settings.mail_url and not (settings.url or _site(settings).url):
        raise click.UsageError("what links in letters begin with is not said: set LMS_URL, or `url` in site.yaml")


def send(settings: Settings, letters: Sequence[Letter]) -> list[str]:
    """Send letters over one connection; returns the addresses that got none."""
    site, sender = _site(settings), verify_sender(settings)
    usual = site.languages[0] if site.languages else "en"
    messages = []
    for letter in letters:
        subject, text = compose(letter, site.title, _base(settings), usual)
        messages.append(written(sender, letter.to, subject, text))
    return _Round(settings.mail_url, sender).deliver(messages)


class _Round(Smtp):
    """Many letters, one after the other, and waited for."""

    def deliver(self, messages: Sequence[EmailMessage]) -> list[str]:
        """Returns the addresses of those that were not taken; none more is tried once the server cannot be reached."""
        failed: list[str] = []
        server: smtplib.SMTP | None = None
        for number, message in enumerate(messages):
            try:
                # Servers end a connection after some letters.
                if server is None or not _alive(server):
                    server = self._connected()
            except (OSError, smtplib.SMTPException) as fault:
                click.echo(f"The mail server does not answer: {fault}", err=True)
                return failed + [str(one["To"]) for one in messages[number:]]
            try:
                server.send_message(message)
            except (OSError, smtplib.SMTPException):
                failed.append(str(message["To"]))
        if server is not None and _alive(server):
            server.quit()
        return failed


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _base(settings: Settings) -> str:
    return (settings.url or _site(settings).url or origin(settings)).rstrip("/")


@lru_cache(maxsize=1)
def _site(settings: Settings) -> Site:
    try:
        return Shelf(settings.data).release().site
    except NoRelease:
        return Site(title="Spoke")
