"""The Markdown parser: which syntax it knows, and how each token becomes HTML."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_attributes
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from lms.text.highlight import highlight
from lms.text.markup import attributes

#: Lists and quotes nested deeper than this are refused: markdown-it would drop them without a word.
DEEPEST = 40
#: So many brackets inside ten others, or behind ten that nothing closes, are refused: markdown-it looks from each of
#: them for its end, through all that follow, which takes it minutes.
MOST_BRACKETS = 1000

_ALLOWED = ("id", "class", "width", "height", "lang", "dir", "title", "start", "objective")


def braces(text: str) -> dict[str, str] | None:
    """What `{#id .class key=value}` says; None when `text` is not of that form."""
    try:
        end, given = parse_attributes(text)
    except ParseError:
        return None
    return {name: str(value) for name, value in given.items()} if end == len(text) - 1 else None


def words_of(children: Sequence[Token]) -> Iterator[str]:
    """The words of inline tokens, without marks; a picture's are its alternative text."""
    for child in children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type == "image":
            yield from words_of(child.children or [])


def _heading_attributes(state: StateCore) -> None:
    """`## Words {#id .class key=value}`: the braces are the heading's, not its words."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        words = inline.content.rstrip() if opening.type == "heading_open" else ""
        start = words.rfind("{")
        if words.endswith("}") and len(words) - start < 200:
            given = braces(words[start:])
            if given is not None:
                inline.content = words[:start].rstrip()
                for name in _ALLOWED:
                    if name in given:
                        opening.attrSet(name, given[name])


def _brackets(state: StateCore) -> None:
    """Leave out text whose brackets would take for ever, and note in the environment where the first of it stands."""
    left = MOST_BRACKETS
    for token in state.tokens:
        if token.type == "inline" and token.content.count("[") > 10:
            left -= _deep(token.content)
            if left < 0:
                state.env.setdefault("brackets", token.map[0] if token.map else 0)
                token.content = ""


def _deep(text: str) -> int:
    """How many brackets of a text are opened inside ten others."""
    deep = depth = 0
    for found in _BRACKET.finditer(text):
        depth = depth + 1 if found[0] == "[" else max(0, depth - 1) if found[0] == "]" else depth
        deep += found[0] == "[" and depth > 10
    return deep


_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)


def _callouts(state: StateCore) -> None:
    for number, token in enumerate(state.tokens):
        if token.type == "alert_open":
            kind = str(token.meta["kind"])
            token.attrSet("class", f"callout callout-{kind.lower()}")
        elif token.type == "alert_title_open":
            token.attrSet("class", "callout-title")
            title = state.tokens[number + 1]
            title.content = state.env["words"][title.content.upper()]


def _figures(state: StateCore) -> None:
    """A picture with a title, alone in its paragraph, is a figure with a caption."""
    for opening, inline, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type != "paragraph_open" or inline.type != "inline":
            continue
        children = [child for child in inline.children or [] if child.type != "text" or child.content.strip()]
        if len(children) == 1 and children[0].type == "image" and children[0].attrGet("title"):
            opening.tag = closing.tag = "figure"
            opening.hidden = closing.hidden = False
            children[0].meta["caption"] = str(children[0].attrs.pop("title"))


def _image(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    token = tokens[number]
    if "shown" not in token.meta:
        return escape("".join(words_of(token.children or [])))
    shown = token.meta["shown"]
    if shown is None:
        return ""
    title = token.attrGet("title")
    picture = f"<img{attributes(**shown, title=str(title) if title else None)}>"
    caption = token.meta.get("caption")
    # The caption is parsed apart, so that the notes of the text are not numbered again in it.
    if not caption:
        return picture
    words = PARSER.renderInline(caption, {"words": env["words"]})
    return f"{picture}<figcaption>{words}</figcaption>"


def _fence(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    token = tokens[number]
    language = token.info.strip().split(" ")[0].strip("{}.")
    body = highlight(token.content, language)
    return f'<div class="highlight"><pre tabindex="0"><code>{body}</code></pre></div>\n'


def _code_block(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    body = escape(tokens[number].content, quote=False)
    return f'<div class="highlight"><pre tabindex="0"><code>{body}</code></pre></div>\n'


def _heading_close(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    opening = tokens[number - 2] if number >= 2 else None
    id = opening.attrGet("id") if opening is not None and opening.type == "heading_open" else None
    anchor = f'<a class="anchor" href="#{escape(str(id))}" aria-hidden="true" tabindex="-1">#</a>' if id else ""
    return f"{anchor}</{tokens[number].tag}>\n"


def _item(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    token = tokens[number]
    opening = self.renderToken(tokens, number, options, env)
    if not token.meta or "checked" not in token.meta:
        return opening
    done = token.meta["checked"]
    label = env["words"]["done" if done else "todo"]
    return f'{opening}<input type="checkbox" disabled aria-label="{label}"{" checked" if done else ""}> '


def _footnotes_open(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    return f'<section class="footnotes" aria-label="{env["words"]["footnotes"]}"><ol>\n'


def _footnote_back(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    meta = tokens[number].meta
    id = f"{meta['id'] + 1}" + (f":{meta['subId']}" if meta["subId"] > 0 else "")
    return f' <a href="#fnref{id}" class="footnote-backref" aria-label="{env["words"]["back"]}">↩</a>'


def _table_open(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    return f'<div class="table" tabindex="0">{self.renderToken(tokens, number, options, env)}'


def _table_close(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    return "</table></div>\n"


def _th_open(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    tokens[number].attrSet("scope", "col")
    return _cell(self, tokens, number, options, env)


def _cell(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    # markdown-it writes the alignment as style=, which a strict Content-Security-Policy refuses.
    style = str(tokens[number].attrs.pop("style", ""))
    if style.startswith("text-align:"):
        tokens[number].attrSet("class", f"to-{style.removeprefix('text-align:')}")
    return self.renderToken(tokens, number, options, env)


def _parser() -> MarkdownIt:
    options = {"tasklists": True, "alerts": True, "maxNesting": DEEPEST, "xhtmlOut": False}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin)
    parser.use(attrs_plugin, spans=True, allowed=_ALLOWED).use(attrs_block_plugin, allowed=_ALLOWED)
    parser.use(container_plugin, "question")
    parser.core.ruler.after("block", "heading_attributes", _heading_attributes)
    parser.core.ruler.after("heading_attributes", "callouts", _callouts)
    parser.core.ruler.after("heading_attributes", "brackets", _brackets)
    parser.core.ruler.after("inline", "figures", _figures)
    rules = {
        "image": _image,
        "fence": _fence,
        "code_block": _code_block,
        "heading_close": _heading_close,
        "list_item_open": _item,
        "footnote_block_open": _footnotes_open,
        "footnote_anchor": _footnote_back,
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _th_open,
        "td_open": _cell,
    }
    # Addresses of refused kinds are told as problems where links are looked through, and cleaned away at the end.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


PARSER = _parser()
