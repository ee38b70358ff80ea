"""The content folder as one value: the site, its people, glossary, courses, topics, and all its activities."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lms.media.models import Asset, Show, Webinar
from lms.modules.models import (
    Activity,
    ActivityFront,
    Body,
    Credit,
    Language,
    Module,
    Names,
    Picture,
    Title,
    Words,
)
from lms.text.values import Value

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Theme(Value):
    accent: Colour = "#0a6a68"
    """The one accent, on light paper."""
    accent_dark: Colour = "#63c9bf"
    """The same on dark paper."""


class Admission(Value):
    """Who may open an account."""

    by: Literal["open", "invitation", "domain", "closed"] = "open"
    """Everyone, those who are invited, those with an address at one of `domains`, or nobody."""
    domains: Names = ()
    """Such as `hillside.example`."""

    @model_validator(mode="after")
    def _domains_where_they_count(self) -> "Admission":
        if self.by == "domain" and not self.domains:
            raise ValueError("`by: domain` lets nobody in without `domains`; name them, such as [hillside.example]")
        return self

    def allows(self, address: str) -> bool:
        """Whether somebody with this address may sign up without being invited."""
        if self.by == "domain":
            home = address.rpartition("@")[2]
            return any(home == domain or home.endswith(f".{domain}") for domain in self.domains)
        return self.by == "open"


class SiteFront(Value):
    """site.yaml"""

    title: Title
    tagline: Words | None = None
    """The heading of the home page."""
    summary: Words | None = None
    organisation: Words | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """Languages of the interface that visitors may choose; the first is the default."""
    language: Language | None = None
    """The language of content that does not say its own; the first of `languages` otherwise."""
    url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] | None = None
    """The public address, such as https://learn.example.org."""
    contact: Words | None = None
    access: Literal["public", "learners"] = "public"
    """Who may read."""
    sign_up: Admission = Admission()
    sample: bool = False
    """True for sample content, which then says so on every page."""
    licence: Words | None = None
    theme: Theme = Theme()


class Site(SiteFront):
    """What the site says of itself."""

    @property
    def lang(self) -> str:
        return self.language or self.languages[0]


class PersonFront(Value):
    """One entry of people.yaml."""

    name: Title
    credentials: str = ""
    role: str = ""
    organisation: str = ""
    bio: str = ""
    """Inline Markdown."""
    photo: Words | None = None
    photo_alt: str = ""
    link: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """An address of the person's own, http or https."""
    disclosure: Words
    """Financial relationships of the past 24 months with ineligible companies, or that there are none."""
    disclosed: date | None = None
    lang: Language | None = None


class Person(PersonFront):
    slug: str
    line: int = 1
    bio_html: str = ""
    portrait: Picture | None = None

    @property
    def url(self) -> str:
        return f"/people/{self.slug}"


class TermFront(Value):
    """One entry of glossary.yaml."""

    term: Title
    abbreviations: Names = ()
    synonyms: Names = ()
    definition: Words
    """Inline Markdown."""
    lang: Language | None = None


class Term(TermFront):
    slug: str
    line: int = 1
    lang: Language
    definition_html: str = ""


class PageFront(Value):
    """Front matter of pages/*.md."""

    title: Title | None = None
    summary: Words | None = None
    lang: Language | None = None
    draft: bool = False


class TextPage(Value):
    """A page of the site itself, such as /about."""

    slug: str
    path: str
    title: Title
    summary: str = ""
    lang: Language
    draft: bool = False
    body: Body = Body()

    @property
    def url(self) -> str:
        return f"/{self.slug}"


def _item(value: Any) -> Any:
    return {"item": value} if isinstance(value, str) else value


class ItemFront(Value):
    """One item of a course: `modules/measuring-bp`, or a mapping with `optional: true`."""

    item: Words
    optional: bool = False


class CourseFront(ActivityFront):
    """Front matter of a course."""

    items: Annotated[
        tuple[Annotated[ItemFront, BeforeValidator(_item, json_schema_input_type=Words | ItemFront)], ...],
        Field(min_length=1),
    ]
    """Modules, webinars and episodes, in order."""


class Card(Value):
    """What a list says of something one can open."""

    kind: Literal["module", "webinar", "episode", "course", "show", "lesson"]
    slug: str
    url: str
    title: str
    summary: str = ""
    lang: Language
    minutes: int = 0
    bytes: int = 0
    """The lightest way to take it all: text and pictures, or the lightest rendition of a recording."""
    count: int = 0
    """Lessons of a module, items of a course, episodes of a show."""
    credit: Credit | None = None
    """What it earns; of several systems, the first."""
    credit_until: date | None = None
    """The last day on which it does."""
    quiz: bool = False
    topics: Names = ()
    date: str = ""
    """ISO date that lists sort by, newest first; may be empty."""
    first: datetime | None = None
    """When it was first published; None for what is a part of something."""
    optional: bool = False
    outside: bool = False
    draft: bool = False


class Course(Activity):
    """A path: an ordered list of modules, webinars and episodes."""

    kind: Literal["course"] = "course"
    items: tuple[Card, ...] = ()
    introduction: Body = Body()
    faculty: Names = ()
    """Keys of the people who made its items, or speak in them."""


class Topic(Value):
    """A topic, and everything that names it."""

    slug: str
    title: str
    cards: tuple[Card, ...] = ()

    @property
    def url(self) -> str:
        return f"/topics/{self.slug}"


class Library(Value):
    """Everything the content folder says, read and checked.

    Lessons' bodies are not here, for they are most of the bytes: a release keeps them.
    """

    model_config = {"arbitrary_types_allowed": True}

    site: Site
    credit: Value = Value()
    """What credit.yaml says: a `credit.models.CreditFile`, which stands in a room to the right."""
    people: tuple[Person, ...] = ()
    glossary: tuple[Term, ...] = ()
    pages: tuple[TextPage, ...] = ()
    courses: tuple[Course, ...] = ()
    modules: tuple[Module, ...] = ()
    webinars: tuple[Webinar, ...] = ()
    shows: tuple[Show, ...] = ()
    assets: tuple[Asset, ...] = ()
