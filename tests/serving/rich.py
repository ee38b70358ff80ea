"""A show that says all that a show can say, made of the cast's."""

from pathlib import Path

from PIL import Image

from tests.media.recordings import sound

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
SHOW = f"""---
title: Ward Round
summary: One case, in the time of a coffee.
hosts: [rosa]
author: Hillside Hospital
artwork: artwork.jpg
artwork_alt: A plain teal square.
category: Education > Courses
licence: CC-BY-4.0
copyright: © 2026 Hillside Hospital
funding: {{ url: "https://hillside.example/give?to=ward&how=card", text: Keep the kettle on }}
frequency: fortnightly
verification: {{ purpose: owner, text: "hillside & ward 42" }}
guid: {GUID}
webinars: [stroke-in-the-clinic]
former: [night-round]
topics: [primary care]
---

Cases from **the ward**, told by those who were there.
"""
TRAILER = """---
title: Why a ward round
summary: What you will hear, and from whom.
kind: trailer
season: 2
topics: [primary care]
---

Two cases a month.
"""
EPISODES = {
    "2026-03-04-sepsis": 'artwork: sepsis.png\nartwork_alt: Three numbers.\nsoundbites: ["0:01-0:04 Count it", "0:02-0:05"]\n',
    "2026-03-18-asthma": "explicit: true\nhosts: [daniel]\nlicence: https://hillside.example/terms/ward-only\nguid: asthma-2026\n",
}
WORDS = "WEBVTT\n\n00:00.500 --> 00:02.500\nTwo cases a month.\n"
SPANISH = "WEBVTT\n\n00:00.500 --> 00:03.000\nRespira rápido, y dice que está bien.\n"


def enrich(content: Path) -> Path:
    """Give the cast's own show in `content` every field that a feed can tell."""
    home = content / "podcasts" / "ward-round"
    (home / "show.md").write_text(SHOW, "utf-8")
    for stem, front in EPISODES.items():
        text = (home / f"{stem}.md").read_text("utf-8")
        (home / f"{stem}.md").write_text(text.replace("---\n", f"---\n{front}", 1), "utf-8")
    (home / "2026-03-04-sepsis.es.vtt").write_text(SPANISH, "utf-8")
    Image.new("RGB", (1400, 1400), "#884411").save(home / "sepsis.png")
    (home / "2026-02-01-trailer.md").write_text(TRAILER, "utf-8")
    sound(home / "2026-02-01-trailer.mp3", seconds=3)
    people = content / "people.yaml"
    people.write_text(
        people.read_text("utf-8").replace("  role: Nurse educator\n", "  role: Nurse educator\n  photo: rosa.png\n")
    )
    Image.new("RGB", (600, 600), "#446688").save(content / "rosa.png")
    (home / "2026-02-01-trailer.vtt").write_text(WORDS, "utf-8")
    return content
