"""The notes of other people's feeds, made harmless."""

import re
from functools import lru_cache
from html import escape

import nh3

from lms.media.feed.values import plain, unescaped, web

LONGEST_NOTES = 200_000
#: Sanitising takes time with the square of the depth: more tags than these come from nobody who means well.
MOST_TAGS = 2_000

_BLOCKS = {"blockquote", "br", "dd", "dl", "dt", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"}
_NOTE_TAGS = _BLOCKS | {"a", "abbr", "b", "code", "del", "em", "i", "s", "strong", "sub", "sup", "u"}
_MARKED = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED_TAGS = re.compile(r"&lt;/?(?:p|br|a|b|i|em|strong|ul|ol|li|h[2-4]|div|span)\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def cleaner(source: str) -> nh3.Cleaner:
    """Takes out all but plain marks of text. No pictures: they would tell their server who reads the page."""

    def resolved(url: str) -> str | None:
        return web(url, source) or None

    return nh3.Cleaner(
        tags=_NOTE_TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        link_rel="nofollow noopener",
        url_schemes={"http", "https", "mailto"},
        url_relative=resolved,
        strip_comments=True,
    )


def harmless(text: str, source: str) -> str:
    """Notes as HTML that may stand on a page of ours; words without tags become paragraphs."""
    text = text[:LONGEST_NOTES]
    if "<" not in text and _ESCAPED_TAGS.search(text):
        text = unescaped(text)  # escaped twice
    if text.count("<") > MOST_TAGS:
        text = escape(plain(text), quote=False)
    if not text:
        return ""
    if "<" not in text or not _MARKED.search(text):
        text = paragraphs(unescaped(text))
    return cleaner(source).clean(text)


def paragraphs(words: str) -> str:
    """Plain words as HTML: an empty line parts paragraphs."""
    blocks = re.split(r"\n[ \t\r]*\n", words)
    text = "".join(f"<p>{escape(block.strip(), quote=False)}</p>" for block in blocks if block.strip())
    return text.replace("\n", "<br>\n")
