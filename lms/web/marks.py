"""Words marked on a page that one came to from a search: `?mark=cuff+arm`."""

import re
from functools import lru_cache

from flask import has_request_context, request
from markupsafe import Markup, escape

#: More words than this are not marked.
MOST = 8


def marked(html: str) -> str:
    """Safe HTML with the words of the query's `mark` in <mark>; as it is when there are none."""
    if not has_request_context() or not request.query_string:
        return html
    words = tuple(word for word in request.args.get("mark", "")[:400].split() if word[0].isalnum())[:MOST]
    if not words:
        return html
    return _pattern(words).sub(lambda found: f"<mark>{found[1]}</mark>" if found[1] else found[0], html)


def marks(text: str) -> Markup:
    """Plain text in the same way."""
    return Markup(marked(str(escape(text))))


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Tags and entities are passed over, whatever is in them."""
    asked = "|".join(re.escape(str(escape(word))) for word in words)
    return re.compile(rf"<[^>]*>|&\w{{1,10}};|&#\w{{1,8}};|(?<!\w)({asked})(?!\w)", re.IGNORECASE)
