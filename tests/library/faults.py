"""A folder of faults: what is planted in it, and what must be said of each: file, line, severity, rule."""

from io import BytesIO

from PIL import Image


def _bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


SITE = "title: Faults\nlangages: [en]\n"
GOOD = "---\ntitle: Good\n---\n\nGood words.\n"

FILES: dict[str, str | bytes] = {
    "site.yaml": SITE,
    "people.yaml": "rosa:\n  name: Rosa\n  disclosure: None.\ndaniel:\n  name: Daniel\nRosa:\n  name: R\n  disclosure: x\n",
    "glossary.yaml": "a:\n  term: A\n  abbreviations: [HTN]\n  definition: x\nb:\n  term: B\n  abbreviations: [HTN]\n  definition: y\n",
    "videos/talk.md": "# A talk\n",
    "pages/search.md": GOOD,
    "courses/one.md": "---\ntitle: One\nitems:\n  - modules/good\n  - modules/god\n  - modules/good\n---\n",
    "courses/items.md": (
        "---\ntitle: Items\nprerequisites: [modules/good/01-first, courses/one]\nitems:\n  - modules/good\n"
        "  - modules/good/01-first\n  - modules/quiz/quiz\n  - podcasts/show\n  - pages/search\n  - courses/one\n"
        "  - podcasts/show/show\n---\n"
    ),
    "courses/none.md": "---\ntitle: None\n---\n",
    "modules/good/01-first.md": GOOD,
    "modules/good/02-second.md": GOOD,
    "modules/good/module.md": "---\ntitle: Good\n---\n",
    # Front matter
    "modules/yaml/module.md": "---\ntitle: Measuring: the cuff\n---\n",
    "modules/yaml/01-a.md": GOOD,
    "modules/keys/module.md": (
        "---\ntitle:\nautors: [rosa]\nminutes: ten\nreviewed: soon\nsummary: [a]\nauthors: [nobody]\n"
        "prerequisites: [modules/god]\n---\n"
    ),
    "modules/keys/01-a.md": GOOD,
    "modules/alias/module.md": "---\ntitle: &a [x]\nsummary: *a\n---\n",
    "modules/alias/01-a.md": GOOD,
    "modules/open/module.md": "---\ntitle: Open\n",
    "modules/open/01-a.md": GOOD,
    # Slugs and names
    "modules/twin.md": "# Twin\n\n## A\n\nWords.\n",
    "modules/Twin/01-a.md": "# A\n\nWords.\n",
    "modules/…/01-a.md": GOOD,
    "modules/names/module.md": "---\ntitle: Names\n---\n\n![Arm](img/Ärm mit 🎉.png)\n![Arm](img/ARM.png)\n",
    "modules/names/01 ñandú 🎉.md": GOOD,
    "modules/names/img/arm.png": b"not a picture",
    # Text
    "modules/bytes/module.md": "\ufeff---\r\ntitle: Windows\r\nautor: x\r\n---\r\n",
    "modules/bytes/01-latin.md": "# Presión\n\nalta\n".encode("latin-1"),
    "modules/bytes/02-huge.md": b"# Huge\n\n" + b"word " * 10_000_000,
    "modules/bytes/03-null.md": "# Null\n\na\0b\n",
    "modules/bytes/04-empty.md": "",
    "modules/deep/01-quotes.md": "# Deep\n\n" + "> " * 500 + "x\n",
    "modules/deep/02-lists.md": "# Deep\n\n" + "".join("  " * n + "- x\n" for n in range(200)),
    "modules/deep/03-brackets.md": "# Deep\n\nWords.\n\n" + "[" * 50_000 + "\n\n" + "![" * 50_000 + "\n",
    "modules/html/01-a.md": (
        "# Html\n\n<script>x()</script>\n\n<style>p{}</style>\n\n<p onclick='x()'>a</p>\n\n"
        "[x](javascript:x)\n\n<iframe src='https://x.example'></iframe>\n\n"
        '<img alt="<" src="https://x.example/a.png">\n\nWords <a title=">" href="https://x.example">x</a>.\n'
    ),
    # Links and pictures
    "modules/links/01-a.md": (
        "# Links\n\n[a](02-b.md)\n[b](../Good/module.md)\n[c](../../../etc/passwd)\n[d](../good/01-first.md#nowhere)\n"
        "[e](../hidden/module.md)\n[f]()\n![](img/a.svg)\n![Words](https://x.example/a.png)\n![Words](img/b.png)\n"
        "[g](../../webinars/soon)\n[h](../../podcasts/soon/)\n"
    ),
    "modules/links/img/a.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>x()</script></svg>",
    "modules/links/img/b.png": _bomb(),
    "modules/hidden/module.md": "---\ntitle: Hidden\ndraft: true\n---\n",
    "modules/hidden/01-a.md": GOOD,
    # Questions
    "modules/quiz/01-a.md": "# A\n\nWords.\n\n::: question\nWhich?\n\n- [ ] a\n- [ ] b\n:::\n\n::: question {#q}\nWhy?\n",
    "modules/quiz/quiz.md": (
        "---\npas: 80\ndraw: 50\n---\n\n## One? {#one}\n\n- [ ] a\n- [ ] b\n\n## Two? {#two}\n\n- [x] a\n- [ ] a\n\n"
        "## Three? {#two}\n\nAnswer: 1\n\n## Four?\n\nNo answers.\n\n## Five? {objective=3}\n\nAnswer:\n\n## Six?\n\n"
        "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n"
    ),
    "modules/empty-quiz/01-a.md": GOOD,
    "modules/empty-quiz/quiz.md": "---\npass: 80\n---\n",
    "modules/circle-a/module.md": "---\ntitle: A\nprerequisites: [modules/circle-b]\n---\n",
    "modules/circle-a/01-a.md": GOOD,
    "modules/circle-b/module.md": "---\ntitle: B\nprerequisites: [modules/circle-a]\n---\n",
    "modules/circle-b/01-a.md": GOOD,
    "modules/due/module.md": "---\ntitle: Due\nreviewed: 2024-01-01\nreview_by: 2025-01-01\n---\n",
    "modules/due/01-a.md": GOOD,
    "modules/bare/01-a.md": "# Bare\n\nNo front matter anywhere.\n",
    # Recordings
    "webinars/text/webinar.md": "---\ntitle: Text\n---\n",
    "webinars/text/recording.mp4": b"this is not a film",
    "webinars/text/captions.en.vtt": "WEBVTT\n\n00:05.000 --> 00:04.000\nBackwards.\n\nnonsense --> 00:09.000\nOdd.\n",
    "webinars/nothing/webinar.md": "---\ntitle: Nothing\n---\n",
    "webinars/soon/webinar.md": "---\ntitle: Soon\ndraft: true\n---\n",
    "podcasts/show/show.md": "---\ntitle: Show\ncategory: Educashun\n---\n",
    "podcasts/soon/show.md": "---\ntitle: Soon\ndraft: true\n---\n",
    "podcasts/show/2026-01-01-broken.md": "---\ntitle: Broken\n---\n",
    "podcasts/show/2026-01-01-broken.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x7fbroken",
    "podcasts/show/undated.md": "---\ntitle: Undated\n---\n",
    "podcasts/inside/show.md": "---\ntitle: Inside\nfeed: http://127.0.0.1/feed.xml\n---\n",
    "podcasts/laughs/show.md": "---\ntitle: Laughs\nfeed: feed.xml\n---\n",
    "podcasts/laughs/feed.xml": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><html><body>&b;</body></html>'
    ),
}

#: path, line, severity, rule
PLANTED = {
    ("site.yaml", 2, "error", "unknown-key"),
    ("people.yaml", 4, "error", "missing-key"),
    ("people.yaml", 6, "error", "duplicate-slug"),
    ("glossary.yaml", 7, "error", "duplicate-abbreviation"),
    ("videos", 1, "warning", "not-read"),
    ("pages/search.md", 1, "error", "reserved"),
    ("courses/one.md", 5, "error", "missing-content"),
    ("courses/one.md", 6, "error", "duplicate-item"),
    ("courses/items.md", 3, "error", "item"),
    ("courses/items.md", 6, "error", "item"),
    ("courses/items.md", 7, "error", "item"),
    ("courses/items.md", 8, "error", "item"),
    ("courses/items.md", 9, "error", "item"),
    ("courses/items.md", 10, "error", "item"),
    ("courses/items.md", 11, "error", "item"),
    ("courses/none.md", 2, "error", "missing-key"),
    ("modules/yaml/module.md", 2, "error", "yaml"),
    ("modules/keys/module.md", 2, "error", "wrong-type"),
    ("modules/keys/module.md", 3, "error", "unknown-key"),
    ("modules/keys/module.md", 4, "error", "wrong-type"),
    ("modules/keys/module.md", 5, "error", "wrong-type"),
    ("modules/keys/module.md", 6, "error", "wrong-type"),
    ("modules/keys/module.md", 7, "error", "unknown-person"),
    ("modules/keys/module.md", 8, "error", "missing-content"),
    ("modules/alias/module.md", 3, "error", "yaml-alias"),
    ("modules/open/module.md", 1, "error", "yaml"),
    ("modules/Twin/01-a.md", 1, "error", "duplicate-slug"),
    ("modules/…/01-a.md", 1, "error", "name"),
    ("modules/names/module.md", 5, "error", "space-in-link"),
    ("modules/names/module.md", 6, "error", "wrong-case"),
    ("modules/bytes/module.md", 3, "error", "unknown-key"),
    ("modules/bytes/01-latin.md", 1, "error", "encoding"),
    ("modules/bytes/02-huge.md", 1, "error", "too-large"),
    ("modules/bytes/03-null.md", 3, "error", "null-byte"),
    ("modules/bytes/04-empty.md", 1, "error", "empty-lesson"),
    ("modules/deep/01-quotes.md", 3, "error", "nesting"),
    ("modules/deep/02-lists.md", 21, "error", "nesting"),
    ("modules/deep/03-brackets.md", 5, "error", "brackets"),
    ("modules/html/01-a.md", 3, "error", "html-refused"),
    ("modules/html/01-a.md", 5, "error", "html-refused"),
    ("modules/html/01-a.md", 7, "error", "html-refused"),
    ("modules/html/01-a.md", 9, "error", "unsafe-link"),
    ("modules/html/01-a.md", 11, "error", "html-refused"),
    ("modules/html/01-a.md", 13, "error", "html-refused"),
    ("modules/html/01-a.md", 15, "error", "html-refused"),
    ("modules/links/01-a.md", 3, "error", "missing-file"),
    ("modules/links/01-a.md", 4, "error", "wrong-case"),
    ("modules/links/01-a.md", 5, "error", "outside"),
    ("modules/links/01-a.md", 6, "error", "missing-anchor"),
    ("modules/links/01-a.md", 7, "error", "draft-link"),
    ("modules/links/01-a.md", 8, "error", "empty-link"),
    ("modules/links/01-a.md", 9, "error", "no-alt"),
    ("modules/links/01-a.md", 9, "error", "svg-script"),
    ("modules/links/01-a.md", 10, "error", "picture-outside"),
    ("modules/links/01-a.md", 11, "error", "broken-picture"),
    ("modules/links/01-a.md", 12, "error", "draft-link"),
    ("modules/links/01-a.md", 13, "error", "draft-link"),
    ("modules/quiz/01-a.md", 5, "error", "no-answer"),
    ("modules/quiz/01-a.md", 12, "error", "unclosed-block"),
    ("modules/quiz/quiz.md", 2, "error", "unknown-key"),
    ("modules/quiz/quiz.md", 3, "error", "draw"),
    ("modules/quiz/quiz.md", 6, "error", "no-answer"),
    ("modules/quiz/quiz.md", 14, "error", "duplicate-choice"),
    ("modules/quiz/quiz.md", 16, "error", "duplicate-question"),
    ("modules/quiz/quiz.md", 20, "error", "no-answer"),
    ("modules/quiz/quiz.md", 24, "error", "objective"),
    ("modules/quiz/quiz.md", 26, "error", "no-answer"),
    ("modules/quiz/quiz.md", 30, "error", "match"),
    ("modules/empty-quiz/quiz.md", 4, "error", "empty-quiz"),
    ("modules/circle-a/module.md", 1, "error", "circle"),
    ("modules/circle-b/module.md", 1, "error", "circle"),
    ("modules/due/module.md", 4, "warning", "review-due"),
    ("modules/bare/01-a.md", 1, "warning", "no-title"),
    ("modules/Twin/01-a.md", 1, "warning", "no-title"),
    ("modules/alias/module.md", 2, "error", "wrong-type"),
    ("modules/alias/module.md", 3, "error", "wrong-type"),
    ("modules/bytes/04-empty.md", 1, "warning", "no-title"),
    ("modules/deep/01-quotes.md", 1, "warning", "no-title"),
    ("modules/empty-quiz/quiz.md", 1, "warning", "no-title"),
    ("modules/html/01-a.md", 1, "warning", "no-title"),
    ("modules/links/01-a.md", 1, "warning", "no-title"),
    ("modules/quiz/01-a.md", 12, "error", "no-answer"),
    ("modules/quiz/quiz.md", 1, "warning", "no-title"),
    ("modules/twin.md", 1, "warning", "no-title"),
    ("podcasts/inside/show.md", 3, "error", "feed"),
    ("podcasts/laughs/feed.xml", 1, "error", "broken-feed"),
    ("podcasts/show/2026-01-01-broken.md", 1, "warning", "no-transcript"),
    ("podcasts/show/2026-01-01-broken.mp3", 1, "error", "broken-media"),
    ("podcasts/show/show.md", 1, "error", "no-artwork"),
    ("podcasts/show/show.md", 1, "error", "no-description"),
    ("podcasts/show/show.md", 3, "error", "category"),
    ("podcasts/show/undated.md", 1, "error", "no-date"),
    ("podcasts/soon/show.md", 1, "warning", "no-artwork"),
    ("podcasts/soon/show.md", 1, "warning", "no-category"),
    ("podcasts/soon/show.md", 1, "warning", "no-description"),
    ("podcasts/soon/show.md", 1, "warning", "no-episodes"),
    ("podcasts/show/undated.md", 1, "error", "no-recording"),
    ("podcasts/show/undated.md", 1, "warning", "no-transcript"),
    ("webinars/nothing/webinar.md", 1, "error", "no-recording"),
    ("webinars/nothing/webinar.md", 1, "warning", "no-captions"),
    ("webinars/soon/webinar.md", 1, "warning", "no-recording"),
    ("webinars/soon/webinar.md", 1, "warning", "no-captions"),
    ("webinars/text/captions.en.vtt", 3, "error", "cue-ends-early"),
    ("webinars/text/captions.en.vtt", 6, "error", "cue-time"),
    ("webinars/text/recording.mp4", 1, "error", "broken-media"),
}
