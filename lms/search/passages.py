"""What can be found, and where it opens: pages of a release as passages. Pure but for the release that it reads from.

Questions of quizzes are in none of them, nor is which choice of a check is right.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from lms.library.models import Course, Person, Term, TextPage, Topic
from lms.library.release import Release
from lms.media.models import Captions, Chapter, Episode, Recording, Show
from lms.modules.models import Activity, Body, Match, Module, MultipleResponse, Order, Question, SingleChoice
from lms.search.models import Page, Passage
from lms.text.slugs import slug

#: Seconds of a recording that one passage covers, at least and at most.
SHORTEST, LONGEST = 30, 60
#: Words that one document of the index has at most; a longer page becomes several.
ROOM = 1_500
_ENDS = (".", "?", "!", "…", "。", "؟", "।")

_HEADING = re.compile(r'<h([2-6]) id="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
_NOISE = re.compile(
    r'<a class="anchor".*?</a>|<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-backref".*?</a>', re.DOTALL
)
_PICTURE = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')
_BLOCK = re.compile(r"</?(?:p|div|li|ul|ol|dl|dt|dd|tr|td|th|table|h\d|br|hr|figure|figcaption|blockquote|pre)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")

_SEVERAL = {"people": "/people", "glossary": "/glossary", "topics": "/topics"}


def units(release: Release) -> dict[str, tuple[str, str]]:
    """Kind and slug of each unit of content by its address. People, terms and topics change together, each as one."""
    tops = {"module": "/modules/", "webinar": "/webinars/", "course": "/courses/", "show": "/podcasts/", "page": "/"}
    found = {tops[kind] + name: (kind, name) for kind, name in release.documents() if kind in tops}
    for kind, top in _SEVERAL.items():
        values = {"people": release.people, "glossary": release.glossary, "topics": release.topics}[kind]()
        digest = blake2b("".join(value.model_dump_json() for value in values).encode(), digest_size=6).hexdigest()
        found[f"{top}#{digest}"] = kind, ""
    return found


def pages(release: Release, unit: str, kind: str, name: str) -> Iterator[Page]:
    """Every page of one unit, long ones in parts."""
    for page in _pages(release, kind, name):
        yield from _parted(replace(page, unit=unit))


def _pages(release: Release, kind: str, name: str) -> Iterator[Page]:
    match kind:
        case "module":
            if module := release.module(name):
                yield from _module(release, module)
        case "webinar":
            if webinar := release.webinar(name):
                yield from _recorded(webinar, webinar.recording, webinar.notes, webinar.speakers)
        case "show":
            if show := release.show(name):
                yield _show(show)
                for light in show.episodes:
                    if episode := release.episode(name, light.slug):
                        yield from _episode(episode, show.title)
        case "course":
            if course := release.course(name):
                yield _course(course)
        case "page":
            if page := release.page(name):
                yield _text(page)
        case "people":
            yield from (_person(person, release.site.lang) for person in release.people())
        case "topics":
            yield from (_topic(topic, release.site.lang) for topic in release.topics())
        case "glossary":
            yield from (_term(term) for term in release.glossary())


def _module(release: Release, module: Module) -> Iterator[Page]:
    about = _joined(module.summary, *module.objectives)
    yield _activity(module, tuple(sections(module.url, module.introduction, about)))
    for lesson in module.lessons:
        body = release.lesson_body(module, lesson.slug)
        if body is not None:
            url = module.lesson_url(lesson)
            yield Page(
                unit="",
                url=url,
                kind="lesson",
                title=lesson.title,
                lang=lesson.lang,
                topics=_topics(module.topics),
                names=module.topics,
                where=module.title,
                minutes=lesson.minutes,
                passages=tuple(sections(url, body, _joined(lesson.summary))),
            )


def _recorded(
    activity: Activity, recording: Recording, notes: Body, people: tuple[str, ...], where: str = ""
) -> Iterator[Page]:
    """A webinar's or an episode's page: once in its language, and once more for each other language of its captions."""
    own = recording.in_language(activity.lang)
    passages = list(sections(activity.url, notes, _joined(activity.summary, *activity.objectives)))
    if own is not None:
        passages += spoken(activity.url, own, recording.chapters)
    else:
        passages += [
            Passage(f"{activity.url}?t={int(chapter.start)}#_player", "", chapter.title, int(chapter.start))
            for chapter in recording.chapters
        ]
    page = _activity(activity, tuple(passages), people, where)
    if own is not None and language(own) != activity.lang.split("-")[0]:
        said = [passage for passage in passages if passage.second is not None]
        yield replace(page, passages=tuple(passage for passage in passages if passage.second is None))
        yield replace(page, lang=own.lang, passages=tuple(said))
    else:
        yield page
    for captions in recording.captions:
        if captions is not own:
            more = tuple(spoken(activity.url, captions, (), f"lang={captions.lang}&"))
            yield replace(page, lang=captions.lang, passages=more)


def _episode(episode: Episode, show: str) -> Iterator[Page]:
    """An episode's page; transcripts without times are found as well, each in its language."""
    people = (*episode.hosts, *episode.guests, *(voice.name for voice in episode.voices))
    pages = list(_recorded(episode, episode.recording, episode.notes, people, show))
    for script in episode.scripts:
        said = tuple(sections(f"{episode.url}#_transcript", script.body))
        first = next((at for at, page in enumerate(pages) if _same(page.lang, script.lang)), None)
        if first is not None and said:
            pages[first] = replace(pages[first], passages=(*pages[first].passages, *said))
        elif said:
            pages.append(replace(pages[0], lang=script.lang, passages=said))
    yield from pages


def _same(lang: str, other: str) -> bool:
    return lang.split("-")[0] == other.split("-")[0]


def language(captions: Captions) -> str:
    return captions.lang.split("-")[0]


def spoken(url: str, captions: Captions, chapters: tuple[Chapter, ...], query: str = "") -> list[Passage]:
    """What is said, by passages of half a minute to a minute: they end with a sentence, or where a chapter begins."""
    starts = list(chapters)
    found: list[Passage] = []
    chapter, begun, words = "", 0, list[str]()

    def close() -> None:
        if words:
            found.append(Passage(f"{url}?{query}t={begun}#_player", " ".join(words), chapter, begun))
            words.clear()

    for cue in captions.cues:
        title = ""
        while starts and starts[0].start <= cue.start + 1:
            title = starts.pop(0).title
        left = (starts[0].start if starts else captions.cues[-1].end) - cue.start
        ended = bool(words) and words[-1].endswith(_ENDS)
        long = cue.start - begun >= LONGEST or (cue.start - begun >= SHORTEST and ended and left > SHORTEST / 2)
        if title or long:
            close()
        chapter = title or chapter
        if not words:
            begun = int(cue.start)
        words.append(" ".join(cue.text.split()))
    close()
    return found


def sections(url: str, body: Body, first: str = "") -> Iterator[Passage]:
    """A body by its headings, `first` above them; each check is a passage of its own, without its answer."""
    address, heading, words = url, "", [first]
    for part in body.parts:
        if not isinstance(part, str):
            yield Passage(f"{url}#check-{part.id}", _asked(part), plain(part.prompt))
            continue
        pieces = _HEADING.split(part)
        words.append(plain(pieces[0]))
        for anchor, title, text in zip(pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
            if _said(words) or heading:
                yield Passage(address, _said(words), heading)
            address, heading, words = f"{url}#{html.unescape(anchor)}", plain(title), [plain(text)]
    if _said(words) or heading:
        yield Passage(address, _said(words), heading)


def plain(text: str) -> str:
    """The words of HTML, those of its pictures too."""
    if "<" in text:
        text = _NOISE.sub("", text) if "<a " in text or "<sup" in text else text
        text = _PICTURE.sub(r" \1 ", text) if "<img" in text else text
        text = _TAG.sub("", _BLOCK.sub(" ", text))
    return " ".join(html.unescape(text).split())


def _asked(check: Question) -> str:
    """A check as it is asked, its lines in an order that tells nothing."""
    lines: list[str] = []
    match check:
        case SingleChoice() | MultipleResponse():
            lines = [choice.html for choice in check.choices]
        case Order():
            lines = [item.html for item in sorted(check.items, key=lambda item: item.key)]
        case Match():
            left = sorted((pair.left for pair in check.pairs), key=lambda item: item.key)
            right = sorted((pair.right for pair in check.pairs), key=lambda item: item.key)
            lines = [item.html for item in (*left, *right)]
    return _joined(plain(check.stem), *(plain(line) for line in lines))


def _activity(activity: Activity, passages: tuple[Passage, ...], people: tuple[str, ...] = (), where: str = "") -> Page:
    people = (*people, *activity.authors)
    return Page(
        unit="",
        url=activity.url,
        kind=activity.kind,
        title=activity.title,
        lang=activity.lang,
        topics=_topics(activity.topics),
        names=(*activity.topics, *(name.replace("-", " ") for name in people)),
        where=where,
        minutes=activity.minutes,
        passages=passages,
    )


def _show(show: Show) -> Page:
    about = tuple(sections(show.url, show.description, _joined(show.summary)))
    return Page("", show.url, "show", show.title, show.lang, _topics(show.topics), show.topics, passages=about)


def _course(course: Course) -> Page:
    about = _joined(course.summary, *course.objectives)
    return _activity(course, tuple(sections(course.url, course.introduction, about)))


def _text(page: TextPage) -> Page:
    about = tuple(sections(page.url, page.body, _joined(page.summary)))
    return Page("", page.url, "page", page.title, page.lang, passages=about)


def _person(person: Person, lang: str) -> Page:
    text = _joined(person.credentials, person.role, person.organisation, plain(person.bio_html))
    return Page("", person.url, "person", person.name, person.lang or lang, passages=(Passage(person.url, text),))


def _topic(topic: Topic, lang: str) -> Page:
    return Page(
        "", topic.url, "topic", topic.title, lang, _topics((topic.title,)), passages=(Passage(topic.url, topic.title),)
    )


def _term(term: Term) -> Page:
    url, names = f"/glossary#{term.slug}", (*term.abbreviations, *term.synonyms)
    passage = Passage(url, plain(term.definition_html), ", ".join(names))
    return Page("", url, "term", term.term, term.lang, names=names, passages=(passage,))


def _topics(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for name in names if (found := slug(name))))


def _parted(page: Page) -> Iterator[Page]:
    """A page of too many words as several, each of whole passages."""
    taken: list[Passage] = []
    count = 0
    for passage in page.passages or (Passage(page.url, ""),):
        size = len(passage.text) // 6
        if taken and count + size > ROOM:
            yield replace(page, passages=tuple(taken))
            taken, count = [], 0
        taken.append(passage)
        count += size
    yield replace(page, passages=tuple(taken))


def _joined(*texts: str) -> str:
    return " ".join(text if text.endswith((".", "?", "!", "…")) else f"{text}." for text in texts if text)


def _said(words: list[str]) -> str:
    return " ".join(word for word in words if word)
