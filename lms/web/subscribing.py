"""How one follows a show: links that podcast apps answer to, and the address as a QR code."""

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

import segno


@dataclass(frozen=True)
class App:
    """A podcast app and the link that makes it follow a feed."""

    name: str
    url: str
    where: str
    """The devices that it is for."""


def apps(feed: str) -> tuple[App, ...]:
    """The common apps that take a feed by link. Apps of a closed catalogue, such as Spotify, take none."""
    bare = feed.partition("://")[2]
    return (
        App("AntennaPod", f"https://antennapod.org/deeplink/subscribe?url={quote(feed, safe='')}", "Android"),
        App("Apple Podcasts", f"podcast://{bare}", "iPhone, Mac"),
        App("Overcast", f"overcast://x-callback-url/add?url={quote(feed, safe='')}", "iPhone"),
        App("Pocket Casts", f"pktc://subscribe/{bare}", "Android, iPhone"),
        App("Podcast Addict", f"podcastaddict://{bare}", "Android"),
        App("gPodder", f"gpodder://{bare}", "Linux, Windows"),
    )


def qr(text: str) -> bytes:
    """`text` as a QR code in SVG, dark on white whatever the page's colours are: cameras want it so."""
    made = BytesIO()
    segno.make(text, error="m", micro=False).save(
        made, kind="svg", xmldecl=False, border=3, dark="#10181a", light="#ffffff", omitsize=True, nl=False
    )
    return made.getvalue()
