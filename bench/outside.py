"""An outside feed of ten thousand items, beside lxml parsing the same bytes into a tree and no more."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from lms.media.feed.reading import parse

ITEMS = 10_000
SOURCE = "https://example.org/feed.xml"
#: Of the largest feed that is fetched: what reading it may cost beyond the feed itself.
LARGE, MEMORY = 20_000_000, 200.0

Row = Callable[..., None]

_WORDS = "pressure cuff reading patient arm clinic nurse record rest chair when then not by the a of to and in".split()


def outside(row: Row) -> None:
    """The rows of the table."""
    data = made(ITEMS)
    ours, theirs = [], []
    for _ in range(5):
        # In turn, so that a machine that slows down slows both.
        theirs.append(timed(lambda: etree.fromstring(data, etree.XMLParser(recover=True))))
        ours.append(timed(lambda: parse(data, SOURCE)))
    row("an outside feed of 10,000 items, seconds", min(ours), min(theirs), 5, "lxml parsing it")
    child = "from bench.outside import cost; print(cost())"
    large = data[: LARGE - 20] + b"]]></channel></rss>"
    more = float(subprocess.run([sys.executable, "-c", child], input=large, check=True, capture_output=True).stdout)
    row("an outside feed of 20 MB, MB more", more, MEMORY, 1, f"{MEMORY:g} MB")


def made(items: int) -> bytes:
    """A feed such as hosts of podcasts write them: notes of three paragraphs with a link each, and the usual tags."""
    chance = random.Random(11)

    def words(count: int) -> str:
        return " ".join(chance.choice(_WORDS) for _ in range(count))

    def item(number: int) -> str:
        notes = "".join(f'<p>{words(40)} <a href="https://example.org/{number}">{words(3)}</a>.</p>' for _ in range(3))
        return f"""
    <item>
      <title>Episode {number}: {words(6)}</title>
      <link>https://example.org/episodes/{number}</link>
      <guid isPermaLink="false">example-{number}</guid>
      <pubDate>Tue, {number % 28 + 1:02} Jun {2000 + number % 26} 06:00:00 +0000</pubDate>
      <description><![CDATA[{notes}]]></description>
      <content:encoded><![CDATA[{notes}]]></content:encoded>
      <enclosure url="https://media.example.org/{number}.mp3" length="{number + 1_000_000}" type="audio/mpeg"/>
      <itunes:title>Episode {number}</itunes:title>
      <itunes:author>Example</itunes:author>
      <itunes:summary>{words(30)}</itunes:summary>
      <itunes:duration>{number % 3600 + 60}</itunes:duration>
      <itunes:explicit>false</itunes:explicit>
      <itunes:episodeType>full</itunes:episodeType>
      <itunes:season>{number // 100 + 1}</itunes:season>
      <itunes:episode>{number % 100 + 1}</itunes:episode>
      <podcast:transcript url="https://example.org/{number}.vtt" type="text/vtt"/>
      <podcast:person role="host">A Host</podcast:person>
    </item>"""

    head = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Example</title>'
    )
    return f"{head}{''.join(item(number) for number in range(items))}</channel></rss>".encode()


def cost() -> float:
    """Megabytes that reading the feed at standard input adds to this process at its peak."""
    data = sys.stdin.buffer.read()
    parse(made(10), SOURCE)
    before = peak()
    kept = parse(data, SOURCE)
    assert kept[0].items
    return peak() - before


def peak() -> float:
    """Megabytes that this process has held at most.

    Not `ru_maxrss`: on Linux a child begins with its parent's, which hides all that the child itself takes.
    """
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
