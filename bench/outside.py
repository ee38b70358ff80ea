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
#: Trees that lxml makes in about the time of one reading.
TREES = 4
SOURCE = "https://example.org/feed.xml"
#: What reading it may cost beyond the feed itself, in megabytes.
MEMORY = 200.0

Row = Callable[..., None]

_WORDS = "pressure cuff reading patient arm clinic nurse record rest chair when then not by the a of to and in".split()


def outside(row: Row) -> None:
    """The rows of the table."""
    data = made(ITEMS)

    def trees() -> None:
        for _ in range(TREES):
            etree.fromstring(data, etree.XMLParser(recover=True))

    ours, theirs = [], []
    for _ in range(5):
        # In turn, and as long as each other: the best of shorter times would be found in a shorter quiet moment.
        theirs.append(timed(trees) / TREES)
        ours.append(timed(lambda: parse(data, SOURCE)))
    row("an outside feed of 10,000 items, seconds", min(ours), min(theirs), 5, "lxml parsing it")
    child = "from bench.outside import cost; print(cost())"
    more = float(subprocess.run([sys.executable, "-c", child], input=data, check=True, capture_output=True).stdout)
    row("an outside feed of 10,000 items, MB more", more, MEMORY, 1, f"{MEMORY:g} MB")


def made(items: int) -> bytes:
    """A feed as the podcast plugins of blogs write them, and near to the most bytes that are fetched.

    It stands for a daily show of many years. Each item has notes of two or three paragraphs of HTML with a link in
    each (600 to 1,200 characters), a line of plain words for those who show no notes, an escaped sign in its title and
    in the address of its sound, which a service that counts plays stands before, and the usual tags.
    """
    chance = random.Random(11)

    def words(count: int) -> str:
        return " ".join(chance.choices(_WORDS, k=count))

    def paragraph(number: int) -> str:
        link = f'<a href="https://example.org/{number}/{chance.randrange(1000)}">{words(3)}</a>'
        return f"<p>{words(chance.randint(40, 65))} {link} {words(6)}.</p>\n"

    def item(number: int) -> str:
        notes = "".join(paragraph(number) for _ in range(2 + number % 2))
        return f"""
    <item>
      <title>Episode {number}: {words(3)} &amp; {words(3)}</title>
      <link>https://example.org/episodes/{number}</link>
      <guid isPermaLink="false">https://example.org/?p={number}</guid>
      <pubDate>Tue, {number % 28 + 1:02} Jun {2000 + number % 26} 06:00:00 +0000</pubDate>
      <description>{words(20)}</description>
      <content:encoded><![CDATA[{notes}]]></content:encoded>
      <enclosure url="https://plays.example.com/media.example.org/{number}.mp3?show=1&amp;from=feed" length="{
            number + 40_000_000
        }" type="audio/mpeg"/>
      <itunes:author>Example</itunes:author>
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
