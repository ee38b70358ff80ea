"""A question taken apart: words, "phrases", prefix*, -excluded, kind: topic: lang:. Pure; any text is a query."""

import re
from typing import TypeVar

from lms.search.models import KINDS, Query, Word
from lms.text.slugs import slug

T = TypeVar("T")

#: A longer question is read this far; what it is about has been said by then.
LONGEST = 10_000
#: More words than this are not looked up.
MOST = 400

_TOKEN = re.compile(
    r"""
    (?P<sign>(?<!\S)-)?
    (?:
        (?P<filter>(?<![\w"])(?:kind|topic|lang)):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))
      | ["“”«»„](?P<phrase>[^"“”«»„]*)["“”«»„]
      | (?P<word>[^\W_](?:[^\s"“”«»„]*[^\W_])?[^\s\w"“”«»„*]*)(?P<star>\*?)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ODD = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]+")


def parse(text: str) -> Query:
    """The query that a text is; its own text is cleaned of signs that nobody can see."""
    text = " ".join(_ODD.sub(" ", text[:LONGEST].encode("utf-8", "replace").decode()).split())
    words: list[Word] = []
    excluded: list[Word] = []
    kinds: list[str] = []
    topics: list[str] = []
    langs: list[str] = []
    for found in _TOKEN.finditer(text):
        if len(words) >= MOST:
            break
        value = found["quoted"] if found["quoted"] is not None else found["value"] or ""
        match (found["filter"] or "").lower():
            case "kind":
                kinds += [kind for kind in (value.lower(), value.lower().removesuffix("s")) if kind in KINDS][:1]
            case "topic":
                topics += [slug(value)] if slug(value) else []
            case "lang":
                langs += [value.lower()[:20]]
            case _:
                word = _word(found)
                if word is not None:
                    (excluded if found["sign"] else words).append(word)
    return Query(text, _once(words), _once(excluded)[:20], _once(kinds), _once(topics), _once(langs))


def without(text: str, name: str, value: str) -> str:
    """The text of a query without one filter."""

    def kept(found: re.Match[str]) -> str:
        if (found["filter"] or "").lower() != name:
            return found[0]
        said = found["quoted"] if found["quoted"] is not None else found["value"] or ""
        same = slug(said) == slug(value) or said.lower().removesuffix("s") == value
        return "" if same else found[0]

    return " ".join(_TOKEN.sub(kept, text).split())


def _word(found: re.Match[str]) -> Word | None:
    if found["phrase"] is not None:
        phrase = found["phrase"].strip()
        return Word(phrase[:300], phrase=len(phrase.split()) > 1) if any(map(str.isalnum, phrase)) else None
    return Word(found["word"][:200], prefix=bool(found["star"])) if found["word"] else None


def _once(values: list[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
