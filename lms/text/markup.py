"""HTML that authors write, made safe: what is let through, and what is refused by name."""

import re
from html import escape
from html.parser import HTMLParser

import nh3

from lms.text.problems import Problem, error, warning

_TAGS = set(
    """
    a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6
    hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td
    tfoot th thead time tr u ul var wbr
    """.split()
)
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir", "title", "aria-label", "aria-hidden", "tabindex", "role"},
    "a": {"href", "name"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding"},
    "input": {"type", "disabled", "checked"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "time": {"datetime"},
    "details": {"open"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "q": {"cite"},
    "blockquote": {"cite"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,
    strip_comments=True,
)

#: Elements whose loss would leave a page that half works, and what to write in their stead.
_REFUSED = {
    "script": "delete it: pages of Spoke run no scripts of their authors",
    "style": "delete it: the look is the site's",
    "link": "delete it",
    "meta": "delete it",
    "base": "delete it",
    "iframe": "link to the page instead: `[words](https://…)`",
    "frame": "link to the page instead: `[words](https://…)`",
    "object": "link to the file instead: `[words](file.pdf)`",
    "embed": "link to the file instead: `[words](file.pdf)`",
    "applet": "delete it",
    "form": "write a question: `::: question`",
    "input": "write a question: `::: question`",
    "button": "write a link or a question",
    "select": "write a question: `::: question`",
    "textarea": "write a question with `Answer: ___`",
    "svg": "save the drawing as a file, and show it: `![words](drawing.svg)`",
    "math": "show the formula as a picture, or in words",
    "canvas": "show a picture instead: `![words](picture.png)`",
    "video": "make it a webinar, and link to it",
    "audio": "make it an episode, and link to it",
    "template": "delete it",
}
_URLS = {"href", "src", "cite", "action", "formaction", "xlink:href", "poster", "data", "background"}
_INSPECTED = 20_000
_SCHEME = re.compile(r"^[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def safe(html: str) -> str:
    """`html` with only the elements, attributes and addresses that may stand in a page; balanced."""
    return _CLEANER.clean(html)


class Tags(HTMLParser):
    """Raw HTML in Markdown, looked through: what is refused in it, and where its links and pictures lead."""

    def __init__(self, path: str, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.first = path, line
        self.problems: list[Problem] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.first + self.getpos()[0] - 1
        if tag in _REFUSED:
            what = f"`<{tag}>` may not stand in content"
            self.problems.append(error(self.path, line, "html-refused", what, _REFUSED[tag]))
        elif tag not in _TAGS:
            what = f"`<{tag}>` is left out: it is not an element that Spoke keeps"
            self.problems.append(warning(self.path, line, "html-dropped", what, f"write `&lt;{tag}>` if it is words"))
        elif tag in ("a", "img") and not RAW.fullmatch(self.get_starttag_text() or ""):
            # Where it leads would not be seen, nor whether that is another server.
            what = f"an attribute of `<{tag}>` holds a bare `<` or `>`"
            self.problems.append(error(self.path, line, "html-refused", what, "write `&lt;` or `&gt;` instead"))
        for name, value in attrs:
            if name.startswith("on"):
                what = f"`{name}=` would run a script"
                self.problems.append(error(self.path, line, "html-refused", what, "delete the attribute"))
            if name in _URLS and unsafe(value or ""):
                what = f"`{name}` has an address of a kind that is refused"
                self.problems.append(error(self.path, line, "html-refused", what, "use http, https, mailto or tel"))
            if name in ("id", "name") and value:
                self.ids.append(value)


def inspect(html: str, path: str, line: int) -> Tags:
    """What `html`, which begins at `line`, holds."""
    tags = Tags(path, line)
    # The parser's time grows with the square of some malformed texts: what is cut off is cleaned all the same.
    try:
        tags.feed(html[:_INSPECTED])
        tags.close()
    except AssertionError:
        what = "this HTML cannot be understood"
        tags.problems.append(error(path, line, "html-refused", what, "mend it, or write it as Markdown"))
    return tags


def unsafe(address: str) -> bool:
    """Whether an address has a scheme that is none of `SCHEMES`, such as javascript."""
    scheme = _SCHEME.match(address)
    return scheme is not None and scheme[1].lower() not in SCHEMES


def attributes(**values: str | int | None) -> str:
    """HTML attributes, each with a space before it; those that are None are left out."""
    return "".join(f' {name}="{escape(str(value))}"' for name, value in values.items() if value is not None)


#: A raw `<a …>` or `<img …>`: group 1 is its name, group 2 its attributes.
RAW = re.compile(r"<(a|img)\b([^<>]*?)/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")


def raw_attributes(tag: str) -> dict[str, str]:
    """The attributes of one raw tag, by lower-case name."""
    return {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(tag)}
