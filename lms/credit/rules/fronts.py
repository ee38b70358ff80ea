"""The front of a credit activity: all that must be said before it starts."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from lms.certificates.models.paper import canonical
from lms.credit.models import CreditFile, Front, Member
from lms.credit.rules import statements
from lms.credit.rules.offers import every
from lms.credit.rules.systems import system
from lms.credit.rules.wording import word
from lms.library.models import Course, Person, Site
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity
from lms.text.slugs import slug

#: What `support` says where nobody paid.
NOBODY = frozenset({"none", "no", "ninguno", "ninguna", "nenhum"})

#: The keys that name people, and what they are to the activity.
ROLES = {"authors": "author", "speakers": "speaker", "hosts": "host", "guests": "guest", "planners": "planner"}


def front(activity: Activity, file: CreditFile, site: Site, people: Iterable[Person], day: date) -> Front:
    """All that must be said of an activity on a day before it starts; past its last day for credit it offers none."""
    lang, offered = activity.lang, every(activity, file, day)
    records = [offer.accreditation for offer in offered if offer.accreditation]
    designations = []
    for offer in offered:
        known = system(file, offer.system, lang)
        if known is not None and offer.accreditation is not None:
            medium = word("enduring", lang)
            said = statements.designation(known, offer.accreditation, offer.amount, activity.title, medium)
            designations += [said] if said else []
    providers = dict.fromkeys(record.provider for record in records)
    return Front(
        activity=activity.url,
        edition=activity.edition,
        title=activity.title,
        lang=lang,
        medium=medium_of(activity),
        method=" ".join(_method(activity)),
        audience=activity.audience,
        minutes=activity.minutes,
        released=activity.released,
        reviewed=activity.reviewed,
        expires=activity.credit_until,
        passing=" ".join(_passing(activity)),
        objectives=activity.objectives,
        references=activity.reference_html,
        faculty=tuple(_faculty(activity, people)),
        support=_support(activity),
        offers=offered,
        designations=tuple(designations),
        provider="; ".join(providers) or site.organisation or site.title,
        contact=site.contact or "",
    )


def digest(front: Front) -> str:
    """What tells one front from another: SHA-256, in hex, of all that it says."""
    return sha256(canonical(front.model_dump(mode="json"))).hexdigest()


def medium_of(activity: Activity) -> str:
    """`reading`, `recording`, `audio` or `course`."""
    if isinstance(activity, Webinar):
        return "recording"
    return "audio" if isinstance(activity, Episode) else "course" if isinstance(activity, Course) else "reading"


def in_control(activity: Activity) -> Iterator[tuple[str, str]]:
    """Key and role of everyone who decides what an activity says, each once, with the first role that they have."""
    seen = set()
    named = [(slug(name), role) for key, role in ROLES.items() for name in getattr(activity, key, ())]
    named += [(slug(name), "item") for name in getattr(activity, "faculty", ())]
    for key, role in named:
        if key not in seen:
            seen.add(key)
            yield key, role


def _faculty(activity: Activity, people: Iterable[Person]) -> Iterator[Member]:
    known = {person.slug: person for person in people}
    for key, role in in_control(activity):
        if key in known:
            person = known[key]
            yield Member(
                name=person.name,
                credentials=person.credentials,
                role=word(role, activity.lang),
                disclosure=person.disclosure,
                disclosed=person.disclosed,
            )


def _support(activity: Activity) -> str:
    said = activity.support or ""
    return word("none", activity.lang) if said.casefold() in NOBODY else said


def _method(activity: Activity) -> Iterator[str]:
    """How one takes part."""
    yield word(medium_of(activity), activity.lang)
    if activity.quiz is not None:
        yield word("test" if isinstance(activity, Course) else "quiz", activity.lang)
    yield word("evaluation", activity.lang)


def _passing(activity: Activity) -> Iterator[str]:
    """What has to be done, and how well."""
    lang = activity.lang
    if isinstance(activity, Webinar | Episode):
        name = "played or read" if activity.read_counts else "played"
        yield word(name, lang, percent=activity.watch)
    else:
        yield word("completed" if isinstance(activity, Course) else "read", lang)
    if activity.quiz is not None:
        name = "tested" if isinstance(activity, Course) else "passed"
        yield word(name, lang, mark=activity.quiz.pass_mark)
