"""Code, coloured by classes: the colours are the stylesheet's."""

from functools import lru_cache
from html import escape

from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_FORMATTER = HtmlFormatter(nowrap=True)
#: Code longer than this is shown uncoloured: lexers may be slow on what they were not made for.
_LONGEST = 50_000


def highlight(code: str, language: str) -> str:
    """HTML of `code` in `language`; plain when the language is not known."""
    lexer = _lexer(language) if language and len(code) <= _LONGEST else None
    if lexer is None:
        return escape(code, quote=False)
    from pygments import highlight as colour

    return colour(code, lexer, _FORMATTER)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
