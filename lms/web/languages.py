"""The language of the interface: which there are, and which a visitor gets."""

from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

TRANSLATIONS = Path(__file__).parent.parent / "translations"

#: English is written in the code; the others are the folders of translations/.
SPOKEN = frozenset({"en", *(folder.parent.parent.name for folder in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))})


@lru_cache(maxsize=8)
def offered(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the site's languages that the interface speaks; English when it speaks none of them."""
    bare = dict.fromkeys(tag.split("-")[0].lower() for tag in languages)
    return tuple(tag for tag in bare if tag in SPOKEN) or ("en",)


@lru_cache(maxsize=512)
def choose(cookie: str, accept: str, languages: tuple[str, ...]) -> str:
    """The language of the cookie if it is offered, else the best of an Accept-Language header, else the first."""
    tags = offered(languages)
    if cookie in tags:
        return cookie
    wishes = parse_accept_header(accept[:200], LanguageAccept)
    return wishes.best_match(tags, default=tags[0]) or tags[0]


@lru_cache(maxsize=16)
def spoken(tag: str) -> NullTranslations:
    """The words of the interface in one language."""
    return Translations.load(TRANSLATIONS, [tag])


@lru_cache(maxsize=64)
def own_name(tag: str) -> str:
    """What a language calls itself, such as Español."""
    known = _nearest(tag)
    if known is None:
        return tag
    name = known.get_display_name(known) or tag
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=64)
def right_to_left(tag: str) -> bool:
    known = _nearest(tag)
    return known is not None and known.text_direction == "rtl"


def _nearest(tag: str) -> Locale | None:
    """What Babel knows of a language, or of the nearest that it is a kind of: authors may use tags that it lacks."""
    while tag:
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, LookupError, UnknownLocaleError):
            tag = tag.rpartition("-")[0]
    return None
