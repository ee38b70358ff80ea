"""The language switch: a cookie, and back to where one was."""

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, redirect, request

from lms.web.at_hand import site
from lms.web.gate import opens_to
from lms.web.languages import offered

bp = Blueprint("switch", __name__)


@bp.get("/language")
@opens_to("everyone")
def language() -> Response:
    response = redirect(local(request.args.get("next", "/")), 303)
    response.headers["Cache-Control"] = "no-store"
    asked = request.args.get("to", "")
    if asked in offered(site().languages):
        response.set_cookie("lang", asked, max_age=31_536_000, samesite="Lax", httponly=True, secure=request.is_secure)
    return response  # type: ignore[return-value]


def local(address: str) -> str:
    """`address` when it is a path of this site, else the home page: nobody is sent elsewhere by a link to us."""
    # Browsers read a backslash as a slash, and skip tabs and line ends.
    if not address.startswith("/") or address.startswith("//") or any(sign in "\\\t\r\n" for sign in address):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc:
        return "/"
    return quote(parts.path, safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
