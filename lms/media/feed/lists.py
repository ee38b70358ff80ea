"""Feeds of what is new, and the list of all shows for podcast apps to import."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement

from lms.media.feed.xml import absolute, add, channel_of, introduce, legal, written
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
    root, channel = channel_of("atom", *(["html"] if intro[0] else []))
    add(channel, "title", title)
    add(channel, "link", absolute(page, base))
    add(channel, "description", summary or title)
    add(channel, "language", lang.lower())
    add(channel, "generator", "Spoke")
    link = {"href": absolute(self_url, base), "rel": "self", "type": "application/rss+xml"}
    SubElement(channel, "atom:link", link)
    introduce(channel, intro, absolute(page, base))
    for notice in sorted(notices, key=lambda one: (one.moment, one.url), reverse=True):
        item = SubElement(channel, "item")
        add(item, "title", notice.title)
        add(item, "link", absolute(notice.url, base))
        # Not a permanent link: the site may move to another host, and nothing comes twice for that.
        add(item, "guid", notice.url, isPermaLink="false")
        add(item, "pubDate", format_datetime(notice.moment))
        add(item, "description", notice.summary)
        for topic in notice.topics:
            add(item, "category", topic)
    return written(root, stylesheet)


def opml(title: str, shows: Iterable[Listed]) -> bytes:
    """The shows as OPML 2.0, which podcast apps import."""
    root = Element("opml", {"version": "2.0"})
    add(SubElement(root, "head"), "title", title)
    body = SubElement(root, "body")
    for show in shows:
        given = {"type": "rss", "text": show.title, "title": show.title, "xmlUrl": show.feed, "htmlUrl": show.page}
        given |= {"description": show.summary} if show.summary else {}
        given |= {"language": show.lang} if show.lang else {}
        SubElement(body, "outline", {name: legal(text) for name, text in given.items()})
    return written(root)
