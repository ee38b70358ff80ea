"""Settings, read once from the environment; every flag of `lms serve` and `lms publish` sets one of them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path


class SettingError(ValueError):
    """A setting that cannot be used; the message names it, what it is, and what it may be."""


@dataclass(frozen=True)
class Settings:
    """How this Spoke runs. Each field is set by the environment variable named in `VARIABLES`."""

    content: Path = Path("content")
    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    keep: int = 3
    url: str = ""
    media_url: str = ""
    accel: str = ""
    feed_hosts: tuple[str, ...] = ()
    jobs: int = 0
    page_cache: int = 8
    proxies: int = 0
    watch: bool = False
    database_url: str = ""
    secret: str = ""
    signing_key: str = field(default="", repr=False)
    mail_url: str = ""
    mail_from: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: object) -> "Settings":
        """Settings from `LMS_*` variables; a flag that was given (not None) wins over its variable.

        Raises SettingError for a value of the wrong shape.
        """
        values: dict[str, object] = {}
        for one in fields(cls):
            value = environment.get(f"LMS_{one.name.upper()}")
            flag = given.get(one.name)
            if flag is not None:
                values[one.name] = _typed(one.name, one.default, flag) if isinstance(flag, str) else flag
            elif value not in (None, ""):
                values[one.name] = _typed(one.name, one.default, value)
        settings = cls(**values)  # type: ignore[arg-type]
        settings.verify()
        return settings

    def verify(self) -> None:
        """Raise SettingError for a number out of its range, or an address that is not one."""
        for name, least, most in RANGES:
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingError(f"LMS_{name.upper()} is {value}; it must be from {least} to {most}")
        for name in ("url", "media_url"):
            value = getattr(self, name)
            if value and not value.startswith(("http://", "https://")):
                raise SettingError(
                    f"LMS_{name.upper()} is `{value}`; write an address such as https://learn.example.org"
                )
        if self.secret and len(self.secret) < 32:
            raise SettingError(
                "LMS_SECRET is too short; write at least 32 characters, such as `openssl rand -hex 32` prints"
            )
        if self.signing_key and not re.fullmatch(r"[0-9a-f]{64}", self.signing_key):
            raise SettingError(
                "LMS_SIGNING_KEY is no signing key; write 64 hexadecimal digits, such as `openssl rand -hex 32` prints"
            )
        if self.mail_url and not re.fullmatch(r"smtps?://\S+", self.mail_url):
            raise SettingError("LMS_MAIL_URL is no address of a mail server; write smtp://user:password@host:587")
        if self.accel and not (self.accel.startswith("/") and self.accel.endswith("/")):
            raise SettingError(f"LMS_ACCEL is `{self.accel}`; write a path such as /protected/")


#: What each setting is for, as `lms --help` and docs/operating.md say it.
VARIABLES = {
    "content": "the content folder",
    "data": "where releases, renditions, kept feeds and, without another database, learners' records live",
    "host": "address to listen at",
    "port": "port to listen at",
    "workers": "server processes",
    "keep": "releases kept beside the current one, for `lms rollback`",
    "url": "public address, such as https://learn.example.org; wins over `url` in site.yaml",
    "media_url": "address before every media path, such as a CDN's; empty: this server",
    "accel": "path prefix for X-Accel-Redirect, such as /protected/, mapped by nginx to DATA/store/; empty: off",
    "feed_hosts": "hosts, by commas, that outside feeds may come from though their addresses are private",
    "jobs": "processes that read and encode at publish; 0: one a processor",
    "page_cache": "megabytes of finished pages that each worker keeps",
    "proxies": "how many reverse proxies in front set X-Forwarded-For, -Proto and -Host",
    "watch": "an author's preview: publish on every change, show drafts and problems, reload open tabs",
    "database_url": "postgresql://user:password@host/name; empty: SQLite in DATA/spoke.db",
    "secret": "at least 32 characters that sign cookies; empty: made once and kept in DATA/secret",
    "signing_key": "64 hexadecimal digits that credentials are signed with; empty: made once and kept in DATA/keys",
    "mail_url": "smtp://user:password@host:587 (STARTTLS) or smtps://…; empty: letters go to the console",
    "mail_from": "who letters are from, such as Spoke <spoke@learn.example.org>; empty: `contact` of site.yaml",
}

RANGES = (
    ("port", 0, 65_535),
    ("workers", 1, 64),
    ("keep", 0, 1_000),
    ("jobs", 0, 256),
    ("page_cache", 0, 4_096),
    ("proxies", 0, 8),
)


def _typed(name: str, default: object, value: str) -> object:
    variable = f"LMS_{name.upper()}"
    if isinstance(default, bool):
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if value.lower() not in words:
            raise SettingError(f"{variable} is `{value}`; write 1 or 0")
        return words[value.lower()]
    if isinstance(default, int):
        if not value.strip().isdigit():
            raise SettingError(f"{variable} is `{value}`; write a whole number")
        return int(value)
    if isinstance(default, Path):
        return Path(value)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value
