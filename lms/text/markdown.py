"""Markdown to tokens, and tokens to safe HTML.

CommonMark with tables, strikethrough, footnotes, definition lists, task lists, callouts, attributes, heading anchors,
highlighted code, captioned figures, abbreviations, and `::: question` blocks (which whoever calls makes something of).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it.token import Token

from lms.text.markup import RAW, attributes, inspect, raw_attributes, safe
from lms.text.parser import DEEPEST, MOST_BRACKETS, PARSER, words_of
from lms.text.problems import Problem, error
from lms.text.slugs import anchor

CALLOUTS = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
_WORDS = {
    "en": {
        "NOTE": "Note",
        "TIP": "Tip",
        "IMPORTANT": "Important",
        "WARNING": "Warning",
        "CAUTION": "Caution",
        "done": "done",
        "todo": "to do",
        "footnotes": "Notes",
        "back": "Back to the text",
    },
    "es": {
        "NOTE": "Nota",
        "TIP": "Consejo",
        "IMPORTANT": "Importante",
        "WARNING": "Advertencia",
        "CAUTION": "Precaución",
        "done": "hecho",
        "todo": "por hacer",
        "footnotes": "Notas",
        "back": "Volver al texto",
    },
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading of the text: its level, its id, and its words."""

    level: int
    id: str
    text: str
    line: int


@dataclass
class Document:
    """Parsed Markdown. Lines are those of the file; `tokens` may be rendered whole or in slices."""

    path: str
    lang: str
    first_line: int
    tokens: list[Token]
    env: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """Ids that the author gave to other things than headings."""
    words: int = 0
    code: bool = False

    def line(self, token: Token) -> int:
        """The line at which a block begins."""
        return self.first_line + (token.map[0] if token.map else 0)


#: Turns an address written in the text into the page's: (target, line) to href, or None to leave it as it is.
Linker = Callable[[str, int], str | None]
#: Turns a picture into its HTML attributes: (target, alternative text, line), or None when it cannot be shown.
Picturer = Callable[[str, str, int], Mapping[str, str | int] | None]


def parse(text: str, path: str, first_line: int = 1, lang: str = "en", env: dict[str, Any] | None = None) -> Document:
    """The tokens of `text`, with heading ids set and every fault of the Markdown itself among the problems."""
    env = env if env is not None else {}
    env["words"] = words_in(lang)
    document = Document(path, lang, first_line, PARSER.parse(text, env), env)
    if "brackets" in env:
        what = f"the text has more than {MOST_BRACKETS} brackets `[` that nothing closes, and the rest is not read"
        mend = "close them, write `\\[`, or make it a block of code"
        document.problems.append(error(path, first_line + env["brackets"], "brackets", what, mend))
    _look_through(document, text)
    return document


def link(document: Document, linker: Linker, picturer: Picturer) -> None:
    """Replace each address in the document by the page's own, and each picture by one that can be shown."""
    for token, line in _inlines(document):
        if token.type == "inline":
            for child, at in _children(token, line):
                _link_child(document, child, at, linker, picturer)
        else:
            token.content = _link_raw(token.content, line, linker, picturer)


def mark_abbreviations(document: Document, abbreviations: Mapping[str, str]) -> None:
    """Mark the first place where each abbreviation stands as a word of its own."""
    if not abbreviations:
        return
    pattern = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(abbreviations, key=len, reverse=True)))})(?![\w-])"
    )
    left = dict(abbreviations)
    in_heading = False
    for token in document.tokens:
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        if token.type == "inline" and not in_heading and token.children:
            token.children = list(_with_abbreviations(token.children, pattern, left))


def html(document: Document, tokens: Sequence[Token] | None = None) -> str:
    """Safe HTML of the document, or of some of its tokens."""
    chosen = document.tokens if tokens is None else tokens
    return safe(PARSER.renderer.render(chosen, PARSER.options, document.env)).strip()


def inline_html(document: Document, token: Token) -> str:
    """Safe HTML of one inline token, without a paragraph round it."""
    return safe(PARSER.renderer.renderInline(token.children or [], PARSER.options, document.env)).strip()


def bare(html: str) -> str:
    """HTML of one paragraph without the paragraph; other HTML as it is."""
    return html[3:-4] if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1 else html


def plain(token: Token) -> str:
    """The words of an inline token, without marks; a picture's are its alternative text."""
    return "".join(words_of(token.children or [])).strip()


def words_in(lang: str) -> Mapping[str, str]:
    """The few words that rendered Markdown says of itself, in the text's language."""
    return _WORDS.get(lang.split("-")[0].lower(), _WORDS["en"])


def footnote_definitions(text: str) -> dict[str, str]:
    """The source of each footnote's definition in `text`, by its label."""
    return {found[1]: found[0] for found in _FOOTNOTE.finditer(text)}


def in_code(lines: Sequence[str], deepest: int = 3) -> list[bool]:
    """For each line, whether it is of a fenced block of code; fences indented deeper than `deepest` are none."""
    found, fence = [], ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and len(mark[1]) > deepest:
            mark = None
        found.append(bool(fence or mark))
        if not fence:
            fence = mark[2] if mark else ""
        elif mark and mark[2].startswith(fence) and not mark[3].strip():
            fence = ""  # as long as the one that opened it, or longer, and nothing behind it
    return found


_FENCE = re.compile(r"^( *)(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_FOOTNOTE = re.compile(r"^\[\^([^\]\s]+)\]:.*(?:\n+(?: {2,}|\t).*|\n(?!\[\^|\n).+)*", re.MULTILINE)
_ALMOST = re.compile(r"(!?\[[^\[\]]{0,200}\])\(([^()<>\"]{3,200})\)")
_FILE = re.compile(r".*\S \S.*\.[a-z0-9]{2,4}(#\S*)?$", re.IGNORECASE)


def _inlines(document: Document) -> Iterator[tuple[Token, int]]:
    """Inline and raw HTML tokens, each with its line; what has no line of its own has the block's before it."""
    line = document.first_line
    for token in document.tokens:
        if token.map:
            line = document.line(token)
        if token.type in ("inline", "html_block"):
            yield token, line


def _children(token: Token, line: int) -> Iterator[tuple[Token, int]]:
    for child in token.children or []:
        yield child, line
        if child.type in ("softbreak", "hardbreak"):
            line += 1


def _link_child(document: Document, child: Token, line: int, linker: Linker, picturer: Picturer) -> None:
    if child.type == "link_open":
        href = linker(str(child.attrGet("href") or ""), line)
        if href is not None:
            child.attrSet("href", href)
    elif child.type == "image":
        shown = picturer(str(child.attrGet("src") or ""), "".join(words_of(child.children or [])).strip(), line)
        child.meta["shown"] = _sized(dict(shown), child.attrs) if shown else None
    elif child.type == "html_inline":
        child.content = _link_raw(child.content, line, linker, picturer)


def _sized(shown: dict[str, str | int], given: Mapping[str, Any]) -> dict[str, str | int]:
    """A picture at the width that its author gave, its height in proportion."""
    width = str(given.get("width", "")).removesuffix("px")
    if width.isascii() and width.isdigit() and len(width) < 6 and 0 < int(width) < int(shown.get("width", 0)):
        shown["height"] = max(1, round(int(shown["height"]) * int(width) / int(shown["width"])))
        shown["width"] = int(width)
        shown["sizes"] = f"{width}px"
    for name in ("class", "id"):
        if given.get(name):
            shown[name] = str(given[name])
    return shown


def _link_raw(raw: str, line: int, linker: Linker, picturer: Picturer) -> str:
    def swap(found: re.Match[str]) -> str:
        at, given = line + raw.count("\n", 0, found.start()), raw_attributes(found[2])
        if found[1].lower() == "img":
            shown = picturer(given.get("src", ""), given.get("alt", "").strip(), at)
            return f"<img{attributes(**_sized(dict(shown), given))}>" if shown else ""
        href = linker(given["href"], at) if given.get("href") else None
        return found[0] if href is None else f"<a{attributes(**{**given, 'href': href})}>"

    return RAW.sub(swap, raw)


def _with_abbreviations(children: Sequence[Token], pattern: re.Pattern[str], left: dict[str, str]) -> Iterator[Token]:
    depth = 0
    for child in children:
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type != "text" or depth or not left:
            yield child
            continue
        last = 0
        for found in pattern.finditer(child.content):
            title = left.pop(found[0], None)
            if title is not None:
                yield Token("text", "", 0, content=child.content[last : found.start()])
                yield Token("html_inline", "", 0, content=f'<abbr title="{escape(title)}">{escape(found[0])}</abbr>')
                last = found.end()
        yield Token("text", "", 0, content=child.content[last:]) if last else child


# -- What the document says of itself -----------------------------------------------------------------------------


def _look_through(document: Document, text: str) -> None:
    """Note headings, words, code, and what is wrong with the Markdown itself."""
    ids: dict[str, int] = {}
    lines = text.split("\n")
    in_question = False
    for number, token in enumerate(document.tokens):
        if token.level >= DEEPEST - 1 and token.map:
            what = f"lists or quotes are nested {DEEPEST} deep, and the rest is not read"
            document.problems.append(error(document.path, document.line(token), "nesting", what, "nest less deeply"))
            break
        if token.type == "heading_open":
            # The heading of a check is its prompt, not a part of the text.
            if not in_question:
                _head(document, token, document.tokens[number + 1], ids)
        elif token.type == "inline":
            document.words += len(token.content.split())
            _blocks_unknown(document, token)
            _almost_links(document, token)
        elif token.type == "fence":
            document.code = document.code or bool(token.info.strip())
        elif token.type in ("container_question_open", "container_question_close"):
            in_question = token.nesting > 0
            if in_question:
                _closed(document, token, lines)
    for token, line in _inlines(document):
        raw = (
            [(token, line)]
            if token.type == "html_block"
            else [(child, at) for child, at in _children(token, line) if child.type == "html_inline"]
        )
        for piece, at in raw:
            found = inspect(piece.content, document.path, at)
            document.problems.extend(found.problems)
            document.ids += found.ids


def _head(document: Document, token: Token, inline: Token, ids: dict[str, tuple[int, int]]) -> None:
    words, line = plain(inline), document.line(token)
    given = token.attrGet("id")
    token.meta["given"] = dict(token.attrs)
    name = str(given) if given else anchor(words) or "section"
    if name in ids and given:
        what = f"the id `{name}` is given twice, first at line {ids[name][0]}"
        document.problems.append(error(document.path, line, "duplicate-id", what, "change one of the two"))
    if name in ids:
        # The next of the same words is `words-1`, as on a forge.
        first, more = ids[name]
        while f"{name}-{more}" in ids:
            more += 1
        ids[name] = first, more + 1
        name = f"{name}-{more}"
    ids[name] = line, 1
    token.attrSet("id", name)
    document.marks.append(Mark(int(token.tag[1]), name, words, line))


def _blocks_unknown(document: Document, token: Token) -> None:
    if not token.content.startswith(":::"):
        return
    word = token.content[3:].split("\n")[0].strip().split(" ")[0]
    if word:
        what = f"`::: {word}` is not a block that Spoke knows"
        mend = (
            f"write a callout: `> [!{word.upper()}]`"
            if word.upper() in CALLOUTS
            else "write `::: question`, or a callout"
        )
        document.problems.append(error(document.path, document.line(token), "unknown-block", what, mend))
    elif not any(problem.rule == "unknown-block" for problem in document.problems):
        what, mend = "`:::` closes a block that was not opened", "delete the line, or open the block above it"
        document.problems.append(error(document.path, document.line(token), "unknown-block", what, mend))


def _almost_links(document: Document, token: Token) -> None:
    """A space in an address makes the link plain words, here as on a forge."""
    for child, line in _children(token, document.line(token)):
        found = _ALMOST.search(child.content) if child.type == "text" and "](" in child.content else None
        if found and _FILE.match(found[2]):
            what = f"`{found[0]}` is no link, for its address has a space in it"
            mend = f"write `{found[1]}(<{found[2]}>)`, or rename the file"
            document.problems.append(error(document.path, line, "space-in-link", what, mend))


def _closed(document: Document, token: Token, lines: Sequence[str]) -> None:
    end = token.map[1] if token.map else 0
    if end >= len(lines) or not lines[end].strip().startswith(":::"):
        what = "`::: question` is never closed, so it takes in all that follows"
        document.problems.append(
            error(document.path, document.line(token), "unclosed-block", what, "close it with `:::`")
        )
