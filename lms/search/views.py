"""The results page, the same as JSON for programs, suggestions, and what browsers need to add this search."""

from dataclasses import replace
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from flask import Blueprint, Response, jsonify, render_template, request

from lms.library.models import Card
from lms.search.models import Found, Hit, NoIndex, Results
from lms.search.queries import without
from lms.search.service import search as asked
from lms.search.service import suggest as suggested
from lms.web.at_hand import gettext, language, origin, release, site
from lms.web.errors import prefers_json, problem
from lms.web.gate import opens_to
from lms.web.pages import finish, page

bp = Blueprint("search", __name__)

#: The newest things that a page without results shows.
_NEWEST = 5


@bp.get("/search")
@opens_to("readers")
def search() -> Response:
    """Results for people, or for programs that prefer JSON; both at one address."""
    try:
        answer: Response = programs() if prefers_json() else results()
    except NoIndex:
        answer = unready()
    answer.headers["Vary"] = ", ".join((answer.headers.get("Vary", "Accept-Language, Cookie"), "Accept"))
    return answer


def programs() -> Response:
    """The results as JSON; none on a page past the last one, so that who goes from page to page comes to an end."""
    found, number = _results(), _number()
    if number > found.parts:
        found = replace(found, hits=(), number=number)
    answer = jsonify(told(found))
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def unready() -> Response:
    """What there is to say when the release cannot be searched: what is new, and how long it may take."""
    if prefers_json():
        answer = problem(503, gettext("Search is not ready yet."))
    else:
        html = render_template("search/unready.html", status=503, newest=newest())
        answer = finish(html).answer(request.environ)
        answer.status_code = 503
        answer.headers.pop("ETag", None)
        answer.headers["Cache-Control"] = "no-store"
    answer.headers["Retry-After"] = "60"
    return answer


@page
def results() -> str:
    found = _results()
    titles = {topic.slug: topic.title for topic in release().topics()}
    return render_template(
        "search/results.html",
        found=found,
        near=found.hits if found.total else _near(found),
        newest=[] if found.total else newest(),
        titles=titles,
        address=address,
        opened=opened,
        without=without,
    )


@bp.get("/search/suggest")
@opens_to("readers")
def suggest() -> Response:
    """Titles and headings that begin as what was typed; for a browser's own search field as OpenSearch wants them."""
    asked = request.args.get("q", "")
    rows = suggested(release(), asked)
    if request.args.get("as") == "opensearch":
        texts, urls = [row.text for row in rows], [origin() + row.url for row in rows]
        response = jsonify([asked, texts, ["" for _ in rows], urls])
        response.mimetype = "application/x-suggestions+json"
    else:
        response = jsonify([{"text": row.text, "url": row.url, "kind": row.kind} for row in rows])
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@bp.get("/opensearch.xml")
@opens_to("readers")
def opensearch() -> Response:
    """https://github.com/dewitt/opensearch: what a browser needs to add this search to its own."""
    name = escape(site().title[:48])
    url = escape(origin())
    suggestions = f"{url}/search/suggest?q={{searchTerms}}&amp;as=opensearch"
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>{escape(site().title[:16])}</ShortName>
<LongName>{name}</LongName>
<Description>{escape((site().summary or site().title)[:1024])}</Description>
<Language>*</Language>
<InputEncoding>UTF-8</InputEncoding>
<OutputEncoding>UTF-8</OutputEncoding>
<Image width="32" height="32" type="image/x-icon">{url}/favicon.ico</Image>
<Url type="text/html" template="{url}/search?q={{searchTerms}}&amp;page={{startPage?}}"/>
<Url type="application/json" template="{url}/search?q={{searchTerms}}&amp;page={{startPage?}}"/>
<Url type="application/x-suggestions+json" rel="suggestions" template="{suggestions}"/>
<Url type="application/opensearchdescription+xml" rel="self" template="{url}/opensearch.xml"/>
</OpenSearchDescription>
"""
    return finish(xml, "application/opensearchdescription+xml; charset=utf-8").answer(request.environ)


def address(text: str, number: int = 1) -> str:
    """The address of a page of results."""
    return "/search?" + urlencode({"q": text} | ({"page": number} if number > 1 else {}))


def opened(found: Found) -> str:
    """Where a passage opens, the words marked that were found in it."""
    if not found.marks:
        return found.passage.url
    place, sign, anchor = found.passage.url.partition("#")
    joined = "&" if "?" in place else "?"
    return f"{place}{joined}mark={quote(' '.join(found.marks))}{sign}{anchor}"


def newest() -> list[Card]:
    """What came last, of all kinds."""
    cards = [card for kind in ("module", "webinar", "episode", "course") for card in release().cards(kind)]
    return sorted(cards, key=lambda card: card.date, reverse=True)[:_NEWEST]


def told(found: Results) -> dict[str, object]:
    """Results as JSON has them."""
    return {
        "query": found.query.text,
        "total": found.total,
        "page": found.number,
        "pages": found.parts,
        "did_you_mean": found.meant,
        "results": [_hit(hit) for hit in found.hits],
        "facets": {
            name: [{"value": one.value, "count": one.count, "chosen": one.chosen} for one in facets]
            for name, facets in found.facets.items()
        },
    }


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "url": hit.url,
        "page": hit.page,
        "kind": hit.kind,
        "title": hit.title,
        "where": hit.where,
        "lang": hit.lang,
        "minutes": hit.minutes,
        "topics": hit.topics,
        **_passage(hit.best),
        "also": [
            {"url": one.passage.url, "heading": one.passage.heading, "second": one.passage.second} for one in hit.also
        ],
    }


def _passage(found: Found) -> dict[str, object]:
    return {
        "heading": found.passage.heading,
        "second": found.passage.second,
        "snippet": "".join(piece.text for piece in found.snippet),
        "marks": found.marks,
        "score": round(found.score, 3),
    }


def _results() -> Results:
    return asked(release(), request.args.get("q", ""), _number(), language())


def _number() -> int:
    """The page of results that is asked for, from 1."""
    said = request.args.get("page", "")
    return max(1, int(said[:9])) if said.isascii() and said.isdigit() else 1


def _near(found: Results) -> tuple[Hit, ...]:
    """What the question finds when its filters, phrases and exclusions are forgotten, or as it was perhaps meant."""
    words = " ".join(word.text for word in found.query.words)
    for text in (found.meant, words):
        if text and text != found.query.text:
            near = asked(release(), text, 1, language()).hits[:_NEWEST]
            if near:
                return near
    return ()
