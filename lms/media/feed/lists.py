"""Feeds of what is new, and the list of all shows for podcast apps to import."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from lms.media.feed.xml import Writing, absolute
from lms.text.values import Value


class Notice(Value):
    """One thing that is new: something to read, watch or hear."""

    url: str
    title: str
    moment: datetime
    summary: str = ""
    topics: tuple[str, ...] = ()


class Listed(Value):
    """One show in a list of shows."""

    title: str
    feed: str
    page: str
    summary: str = ""
    lang: str = ""


def news(
    title: str,
    summary: str,
    page: str,
    notices: Iterable[Notice],
    *,
    base: str,
    lang: str,
    self_url: str,
    stylesheet: str = "",
    intro: tuple[str, str] = ("", ""),
) -> bytes:
    """A feed of what is new, the newest first; `page` is the address of the page that it belongs to."""
    feed = Writing(stylesheet)
    feed.channel("atom", *(["xhtml"] if intro[0] else []))
    feed.add("title", title)
    feed.add("link", absolute(page, base))
    feed.add("description", summary or title)
    feed.add("language", lang.lower())
    feed.add("generator", "Spoke")
    feed.empty("atom:link", {"href": absolute(self_url, base), "rel": "self", "type": "application/rss+xml"})
    feed.introduce(intro, absolute(page, base))
    for notice in sorted(notices, key=lambda one: (one.moment, one.url), reverse=True):
        feed.begin("item")
        feed.add("title", notice.title)
        feed.add("link", absolute(notice.url, base))
        # Not a permanent link: the site may move to another host, and nothing comes twice for that.
        feed.add("guid", notice.url, {"isPermaLink": "false"})
        feed.add("pubDate", format_datetime(notice.moment))
        feed.add("description", notice.summary)
        for topic in notice.topics:
            feed.add("category", topic)
        feed.end()
    return feed.finished()


def opml(title: str, shows: Iterable[Listed]) -> bytes:
    """The shows as OPML 2.0, which podcast apps import."""
    feed = Writing()
    feed.begin("opml", {"version": "2.0"})
    feed.begin("head")
    feed.add("title", title)
    feed.end()
    feed.begin("body")
    for show in shows:
        given = {"type": "rss", "text": show.title, "title": show.title, "xmlUrl": show.feed, "htmlUrl": show.page}
        given |= {"description": show.summary} if show.summary else {}
        given |= {"language": show.lang} if show.lang else {}
        feed.empty("outline", given)
    return feed.finished()
