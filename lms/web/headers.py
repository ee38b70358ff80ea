"""The security headers of every response."""

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g

from lms.web.at_hand import house

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=(), browsing-topics=()",
    ),
)


@lru_cache(maxsize=16)
def security_headers(media_url: str = "", outside: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """The headers of a page whose media may also come from `media_url`, and its sound from the sources `outside`."""
    more = f" {_origin(media_url)}" if _origin(media_url) else ""
    sounds = "".join(f" {source}" for source in outside)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{more}; media-src 'self'{more}{sounds}; connect-src 'self'; font-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return (("Content-Security-Policy", policy), *_ALWAYS)


def allow_outside_media() -> None:
    """Let this page play sound from any https address, as outside shows need.

    No pictures: they would be loaded before anybody asked for anything, and tell their server who reads the page.
    """
    g.outside = ("https:",)


def page_headers() -> tuple[tuple[str, str], ...]:
    """The security headers of the page being made."""
    return security_headers(house().settings.media_url, g.get("outside", ()))


def reticent_headers(referrer: str = "no-referrer") -> tuple[tuple[str, str], ...]:
    """The headers of a page whose address is a secret of those who have it: kept, found and told of nowhere."""
    kept = (("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex, nofollow"), ("Referrer-Policy", referrer))
    return (*(one for one in page_headers() if one[0] != "Referrer-Policy"), *kept)


def keep_nowhere(response: Response) -> Response:
    """One person's own pages: neither kept on the way to them, nor listed by search engines. For `after_request`."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def keep_headers(app: Flask) -> None:
    """Set the headers on every response that does not bring its own."""

    @app.after_request
    def add(response: Response) -> Response:
        # A finished page has them; to ask it would make its headers anew.
        if not getattr(response, "finished", False) and "Content-Security-Policy" not in response.headers:
            response.headers.extend(page_headers())
        return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
