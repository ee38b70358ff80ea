"""The outside show's feed: RSS as another network's server would have written it, but with file names for URLs."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- A sample: an invented show of an invented network. It is kept as an archive: URLs of files are file names. -->
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:podcast="https://podcastindex.org/namespace/1.0">
  <channel>
"""
TAIL = "  </channel>\n</rss>\n"


@dataclass(frozen=True)
class Item:
    """One item: what its author wrote about it, and what its file is like."""

    title: str
    told: dict[str, str]
    audio: Path
    size: int
    seconds: int


def write_feed(path: Path, show: dict[str, Any], items: list[Item]) -> None:
    """Write the feed, newest item first. The same show and items give the same bytes."""
    newest = max(_date(item) for item in items)
    channel = [
        f"<title>{escape(show['title'])}</title>",
        f"<link>{escape(show['link'])}</link>",
        f"<description>{escape(show['summary'])}</description>",
        f"<language>{show['lang']}</language>",
        f"<copyright>{escape(show['copyright'])}</copyright>",
        f"<pubDate>{format_datetime(newest)}</pubDate>",
        f"<itunes:author>{escape(show['author'])}</itunes:author>",
        '<itunes:image href="artwork.jpg"/>',
        '<itunes:category text="Health &amp; Fitness"><itunes:category text="Medicine"/></itunes:category>',
        "<itunes:explicit>false</itunes:explicit>",
        "<itunes:type>episodic</itunes:type>",
        f"<podcast:guid>{show['guid']}</podcast:guid>",
        "<podcast:locked>no</podcast:locked>",
        "<podcast:medium>podcast</podcast:medium>",
        f"<podcast:license>{show['licence'].lower()}</podcast:license>",
    ]
    body = "".join(f"    {line}\n" for line in channel)
    body += "".join(_item(item, show) for item in sorted(items, key=_date, reverse=True))
    path.write_text(HEAD + body + TAIL, "utf-8")


def _item(item: Item, show: dict[str, Any]) -> str:
    transcript = quoteattr(item.audio.with_suffix(".vtt").as_posix())
    note = item.told["note"].strip().replace("]]>", "]]]]><![CDATA[>")
    lines = [
        f"<title>{escape(item.title)}</title>",
        f"<link>{escape(show['link'] + item.told['script'])}</link>",
        f'<guid isPermaLink="false">{escape(item.told["guid"])}</guid>',
        f"<pubDate>{format_datetime(_date(item))}</pubDate>",
        f"<description>{escape(item.told['summary'])}</description>",
        f"<content:encoded><![CDATA[{note}]]></content:encoded>",
        f'<enclosure url={quoteattr(item.audio.as_posix())} length="{item.size}" type="audio/mpeg"/>',
        f"<itunes:duration>{item.seconds}</itunes:duration>",
        "<itunes:explicit>false</itunes:explicit>",
        "<itunes:episodeType>full</itunes:episodeType>",
        f'<podcast:transcript url={transcript} type="text/vtt" language="{show["lang"]}"/>',
        f'<podcast:person role="host">{escape(show["host"])}</podcast:person>',
    ]
    return "    <item>\n" + "".join(f"      {line}\n" for line in lines) + "    </item>\n"


def _date(item: Item) -> datetime:
    return datetime.fromisoformat(str(item.told["date"]))
