"""The transparency log, public: its checkpoint, and the hashes that anybody rebuilds its root from."""

from contextlib import suppress
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template, request

from lms.certificates.keys import LostKey
from lms.certificates.rules import checkpoints
from lms.certificates.rules.checkpoints import Signer
from lms.certificates.service import keys
from lms.certificates.store import log
from lms.certificates.views.credentials import ring
from lms.web.at_hand import house, origin
from lms.web.gate import opens_to
from lms.web.visitor import database, glance

bp = Blueprint("log", __name__)

#: Hashes in one answer.
MOST = 1_000
_FOREVER = "public, max-age=31536000, immutable"


@bp.get("/certificates/log")
@opens_to("everyone")
def page() -> str:
    """What the log is, how it stands, and how one keeps and checks it."""
    size, root = log.checkpoint(glance())
    return render_template(
        "certificates/log.html",
        size=size,
        root=root,
        newest=log.newest(glance()),
        clocks=log.clocks(glance()),
        text=_text(size, root),
        most=MOST,
    )


@bp.get("/certificates/log/checkpoint")
@opens_to("everyone")
def checkpoint() -> Response:
    """The last checkpoint, for whoever keeps it: a few lines of text."""
    response = _plain(_text(*log.checkpoint(glance())))
    response.headers["Cache-Control"] = "no-cache"
    if "download" in request.args:
        response.headers["Content-Disposition"] = 'attachment; filename="checkpoint.txt"'
    return response


@bp.get("/certificates/log/leaves")
@opens_to("everyone")
def leaves() -> Response:
    """Hashes of leaves in their order, in hex, one a line, from `from` on; what is full never changes."""
    begin = _number(request.args.get("from", "0"))
    found = log.hashes(glance(), begin, MOST)
    response = _plain("".join(f"{one}\n" for one in found))
    response.headers["Cache-Control"] = _FOREVER if len(found) == MOST else "no-cache"
    if len(found) == MOST:
        response.headers["Link"] = f'<{origin()}/certificates/log/leaves?from={begin + MOST}>; rel="next"'
    return response


def _text(size: int, root: str) -> str:
    """The checkpoint as it is published; unsigned while the key is lost."""
    name, signers = log_origin(origin()), []
    with suppress(LostKey):
        signing = keys.signing(database(), ring(), house().now())
        signers = [Signer(name, signing.key.public_key().public_bytes_raw(), signing.key.sign)]
    return checkpoints.text(name, size, root, house().now(), signers)


def log_origin(url: str) -> str:
    """What the log is called: its address without a scheme, as https://c2sp.org/tlog-checkpoint wants it."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}/certificates/log"


def _plain(text: str) -> Response:
    response = Response(text, content_type="text/plain; charset=utf-8")
    # Anybody's script may read it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        abort(400)
    return int(said)
