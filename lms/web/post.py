"""Letters by e-mail: over SMTP, or printed on the console, where a trial finds them."""

import logging
import smtplib
import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

import click

_LOG = logging.getLogger(__name__)
#: Seconds that a mail server is waited for.
PATIENCE = 20


class Post(Protocol):
    """Who brings letters."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a letter, without waiting for it: how long it takes must not tell whether there was one to send."""


class Console:
    """No mail server: letters are printed."""

    def send(self, to: str, subject: str, text: str) -> None:
        lines = "\n".join(f"    {line}" for line in text.splitlines())
        click.echo(f"\nA letter, printed because LMS_MAIL_URL is not set:\n    To: {to}\n    {subject}\n\n{lines}\n")


class Smtp:
    """A mail server, by `smtp://user:password@host:587` (STARTTLS where it offers it) or `smtps://…`."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._sure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._sure else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = sender
        # One thread: letters go one after the other, and a slow server holds nobody else up.
        self._line = ThreadPoolExecutor(1, "post")
        self.last: Future[None] | None = None

    def send(self, to: str, subject: str, text: str) -> None:
        message = written(self.sender, to, subject, text)
        self.last = self._line.submit(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        try:
            with self._connected() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as fault:
            # The address is not written into the log: who reads logs need not know who learns here.
            _LOG.error("a letter could not be sent by %s:%s: %s", self._host, self._port, type(fault).__name__)

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._sure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=PATIENCE)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
        if self._user:
            server.login(self._user, self._password)
        return server


def written(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """A letter as a message. The policy refuses line ends in headers: nobody writes headers of their own."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
