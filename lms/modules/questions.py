"""From Markdown to questions: nobody types a kind, for the shape of the answers tells it."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from markdown_it.token import Token

from lms.modules.models import (
    Choice,
    Item,
    Match,
    MultipleResponse,
    Number,
    Order,
    Pair,
    Question,
    Reflection,
    ShortText,
    SingleChoice,
    key,
)
from lms.text import markdown
from lms.text.markdown import Document
from lms.text.problems import Problem, error, warning
from lms.text.slugs import slug

#: Signs of a question's id: the database has room for no more.
LONGEST_ID = 100

_ITEM = re.compile(r"^( *)(?:[-*+]|\d+[.)]) +\[[ xX]\] ")
_ANSWER = re.compile(r"^(?:Answer|Respuesta)\s*:\s*(.*)$", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(
    r"^(?P<value>[+\-−]?\d+(?:[.,]\d+)?)\s*(?:(?:±|\+-|\+/-)\s*(?P<tolerance>\d+(?:[.,]\d+)?))?\s*(?P<unit>[^\d\s|](?:(?!\s\d)[^|])*)?$"
)


def feedback_under_choices(text: str) -> str:
    """`text` with the quotes under choices indented as Markdown wants them, lines kept.

    Authors line a `>` up with the words of the choice, six columns in, where CommonMark no longer sees a quote.
    """
    lines, at = text.split("\n"), -1
    # In a list, fences are indented as far as it is.
    for number, (line, code) in enumerate(zip(lines, markdown.in_code(lines, len(text)), strict=True)):
        item = None if code else _ITEM.match(line)
        if code:
            at = -1
        elif item:
            at = len(item[1])
        elif at >= 0 and line.lstrip().startswith(">") and len(line) - len(line.lstrip()) > at:
            lines[number] = " " * (at + 2) + line.lstrip()
        elif line.strip() and len(line) - len(line.lstrip()) <= at:
            at = -1
    return "\n".join(lines)


class Asker:
    """Makes questions of slices of a document's tokens, and gathers what is wrong with them."""

    def __init__(self, document: Document, objectives: int) -> None:
        self.document, self.objectives = document, objectives
        self.ids: dict[str, int] = {}
        self.problems: list[Problem] = []

    def question(
        self, heading: Sequence[Token], blocks: Sequence[Token], line: int, given: dict[str, Any]
    ) -> Question | None:
        """The question with this heading (opening, inline and closing tokens, or none) and these blocks below it.

        `given` has its `id` and `objective`, when they are said. None when it cannot be asked; problems tell why.
        """
        before = len(self.problems)
        answers = _Answers(self, blocks, line)
        prompt = next((token for token in heading if token.type == "inline"), None)
        stem = answers.stem
        if prompt is None and len(stem) >= 3 and stem[0].type == "paragraph_open":
            prompt, stem = stem[1], stem[3:]
        words = markdown.plain(prompt) if prompt else ""
        asked = {
            "id": self._id(given.get("id"), words, line),
            "line": line,
            "objective": self._objective(given.get("objective"), line),
            "prompt": markdown.inline_html(self.document, prompt) if prompt else "",
            "stem": self.html(stem),
            "explanation": self.html(answers.explanation),
        }
        if not asked["prompt"]:
            self.fault(line, "question-empty", "a question asks nothing", "write what is asked as its heading")
        made = answers.made(asked)
        if made is None and len(self.problems) == before:
            what = "a question has no answers"
            mend = "write choices `- [x] …`, a numbered list, a two-column table, or `Answer: …`"
            self.fault(line, "no-answer", what, mend)
        return made

    def html(self, tokens: Sequence[Token]) -> str:
        return markdown.html(self.document, tokens) if tokens else ""

    def fault(self, line: int, rule: str, what: str, mend: str) -> None:
        self.problems.append(error(self.document.path, line, rule, what, mend))

    def _id(self, given: object, words: str, line: int) -> str:
        id = (slug(str(given))[:LONGEST_ID] if given else slug(words)[:60]).strip("-") or "question"
        if id in self.ids:
            what = f"the question id `{id}` is that of the question at line {self.ids[id]} too"
            self.fault(line, "duplicate-question", what, "give one of the two an id of its own: `{#id}`")
        self.ids.setdefault(id, line)
        return id

    def _objective(self, given: object, line: int) -> int | None:
        if given is None:
            return None
        number = int(str(given)) if re.fullmatch("[0-9]{1,3}", str(given)) else 0
        if not 1 <= number <= self.objectives:
            what = f"`objective={given}` is none of the {self.objectives} objectives"
            self.fault(line, "objective", what, "count the objectives of the front matter from 1")
            return None
        return number


class _Answers:
    """The blocks below a question's heading, told apart: the stem, the answers, the explanation."""

    def __init__(self, asker: Asker, blocks: Sequence[Token], line: int) -> None:
        self.asker, self.line = asker, line
        pieces = split(blocks)
        self.explanation: Sequence[Token] = []
        if pieces and pieces[-1][0].type == "blockquote_open":
            self.explanation = pieces.pop()[1:-1]
        self.choices = [piece for piece in pieces if "contains-task-list" in str(piece[0].attrGet("class") or "")]
        self.said = [piece for piece in pieces if _answer(piece) is not None]
        self.list = self.table = None
        if not self.choices and not self.said:
            self.list = next((piece for piece in reversed(pieces) if piece[0].type == "ordered_list_open"), None)
            if self.list is None:
                self.table = next((piece for piece in reversed(pieces) if piece[0].type == "table_open"), None)
        answers = [*self.choices, *self.said, self.list, self.table]
        self.stem = [token for piece in pieces if not any(piece is answer for answer in answers) for token in piece]

    def made(self, asked: dict[str, Any]) -> Question | None:
        if len(self.choices) + len(self.said) > 1:
            what = "a question has its answers in two places"
            self.asker.fault(self.line, "two-answers", what, "keep one list of choices, or one `Answer:`")
            return None
        if self.choices:
            return self._choice(asked, self.choices[0])
        if self.said:
            return self._said(asked, _answer(self.said[0]) or "", self.asker.document.line(self.said[0][0]))
        if self.list is not None:
            return self._order(asked, self.list)
        return self._match(asked, self.table) if self.table is not None else None

    def _choice(self, asked: dict[str, Any], tokens: Sequence[Token]) -> Question | None:
        choices: list[Choice] = []
        for item in split(tokens[1:-1]):
            line = self.asker.document.line(item[0])
            if not item[0].meta or "checked" not in item[0].meta:
                self.asker.fault(line, "choice", "a choice has no box before it", "begin it with `- [ ] ` or `- [x] `")
                continue
            inside = split(item[1:-1])
            quotes = [piece for piece in inside if piece[0].type == "blockquote_open"]
            words = [token for piece in inside if piece[0].type != "blockquote_open" for token in piece]
            text = _words(words)
            if any(choice.key == key(text) for choice in choices):
                self.asker.fault(line, "duplicate-choice", f"the choice `{text}` stands twice", "change one of the two")
            feedback = "".join(self.asker.html(quote[1:-1]) for quote in quotes)
            html = self.asker.html(words)
            choices.append(
                Choice(key=key(text), html=markdown.bare(html), right=item[0].meta["checked"], feedback=feedback)
            )
        rights = sum(choice.right for choice in choices)
        if len(choices) < 2:
            self.asker.fault(self.line, "choice", "a question needs two choices at least", "add another `- [ ] …`")
            return None
        if not rights:
            self.asker.fault(self.line, "no-answer", "no choice of the question is right", "mark the right one `- [x]`")
            return None
        if rights == len(choices) > 1 and rights > 1:
            what = "every choice of the question is right"
            self.asker.problems.append(
                warning(self.asker.document.path, self.line, "all-right", what, "add a choice that is wrong")
            )
        return (SingleChoice if rights == 1 else MultipleResponse)(**asked, choices=tuple(choices))

    def _said(self, asked: dict[str, Any], text: str, line: int) -> Question | None:
        if not text:
            what = "`Answer:` is followed by nothing"
            self.asker.fault(line, "no-answer", what, "write the answer, or `Answer: ___` for a reflection")
            return None
        if set(text) == {"_"}:
            return Reflection(**asked)
        number = _NUMBER.match(text) if len(text) < 100 else None
        if number:
            return Number(
                **asked,
                value=_decimal(number["value"]),
                tolerance=_decimal(number["tolerance"] or "0"),
                unit=(number["unit"] or "").strip(),
            )
        accepted = tuple(part.strip() for part in text.split("|") if part.strip())
        return ShortText(**asked, accepted=accepted) if accepted else None

    def _order(self, asked: dict[str, Any], tokens: Sequence[Token]) -> Question | None:
        items = [self._item(item[1:-1]) for item in split(tokens[1:-1])]
        if len({item.key for item in items}) < len(items):
            self.asker.fault(
                self.line, "duplicate-choice", "two lines to put in order are the same", "change one of them"
            )
        if len(items) < 2:
            self.asker.fault(
                self.line, "choice", "there is nothing to put in order", "write two numbered lines at least"
            )
            return None
        return Order(**asked, items=tuple(items))

    def _match(self, asked: dict[str, Any], tokens: Sequence[Token]) -> Question | None:
        rows = [[]]
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(token)
        heads, pairs = rows[1], rows[2:]
        if len(heads) != 2:
            what = f"a table to match has two columns, and this has {len(heads)}"
            self.asker.fault(self.asker.document.line(tokens[0]), "match", what, "keep two columns")
            return None
        made = [Pair(left=self._cell(left), right=self._cell(right)) for left, right in pairs]
        if len({pair.left.key for pair in made}) < len(made):
            self.asker.fault(self.line, "duplicate-choice", "two rows to match begin alike", "change one of them")
        if len(made) < 2:
            self.asker.fault(self.line, "choice", "there is nothing to match", "write two rows at least")
            return None
        titles = [markdown.inline_html(self.asker.document, head) for head in heads]
        return Match(**asked, left_title=titles[0], right_title=titles[1], pairs=tuple(made))

    def _item(self, tokens: Sequence[Token]) -> Item:
        return Item(key=key(_words(tokens)), html=markdown.bare(self.asker.html(tokens)))

    def _cell(self, token: Token) -> Item:
        return Item(key=key(_words([token])), html=markdown.inline_html(self.asker.document, token))


def split(tokens: Sequence[Token]) -> list[list[Token]]:
    """Tokens cut into their outermost blocks."""
    pieces: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            pieces.append([])
        pieces[-1].append(token)
        depth += token.nesting
    return pieces


def _answer(piece: Sequence[Token]) -> str | None:
    """What follows `Answer:` in a paragraph that begins with it."""
    if len(piece) == 3 and piece[0].type == "paragraph_open":
        found = _ANSWER.match(piece[1].content.strip())
        return found[1].strip() if found else None
    return None


def _words(tokens: Sequence[Token]) -> str:
    """What a choice says, by which it is known; a picture's words and address tell it from another."""
    said = [
        markdown.plain(token) or token.content for token in tokens if token.type in ("inline", "fence", "code_block")
    ]
    return " ".join(said)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", "."))
