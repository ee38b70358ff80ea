"""The words of certificates, and all that one certificate says, put into words for the template."""

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from lms.certificates.drawing.signs import drawable, plainest
from lms.certificates.models.look import Paper
from lms.certificates.models.paper import Snapshot
from lms.certificates.rules import ids
from lms.credit.models import PLAIN

_BUILT_IN: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
#: The names that words may be said otherwise by.
NAMES = tuple(_BUILT_IN["en"])


def words_of(lang: str, look: Paper) -> tuple[str, Mapping[str, str]]:
    """The words of a certificate in a language, and the language that they are in.

    A programme's own words stand before the built-in ones; a language that neither has gets English words.
    """
    for tag in dict.fromkeys((lang, lang.split("-")[0])):
        if tag in _BUILT_IN or tag in look.wording:
            base = _BUILT_IN.get(tag.split("-")[0], _BUILT_IN["en"])
            return tag, {**base, **look.wording.get(tag.split("-")[0], {}), **look.wording.get(tag, {})}
    return "en", {**_BUILT_IN["en"], **look.wording.get("en", {})}


def said(snapshot: Snapshot, name: str, look: Paper, *, plainly: bool = False) -> dict[str, Any]:
    """What the template is given as data.json; `plainly` in Latin letters alone."""
    lang, words = words_of(snapshot.lang, look)
    local = _local(lang)
    teaching = snapshot.kind == "teaching"
    plain = snapshot.system == PLAIN
    facts = [(words["completed"], _day(snapshot.completed.date(), local))]
    facts.append((words["issued"], _day(snapshot.issued.date(), local)))
    if snapshot.expires:
        facts.append((words["valid_until"], _day(snapshot.expires, local)))
    if snapshot.medium:
        facts.append((words["medium"], words.get(snapshot.medium, snapshot.medium)))
    heading = words["heading_teaching"] if teaching else words["heading"]
    images = {one.name: one.image for one in look.signatories if one.image in look.files}
    data = {
        "lang": lang,
        "right_to_left": local.text_direction == "rtl",
        "sample": snapshot.sample,
        "accent": look.accent,
        "words": words,
        "document": f"{heading}: {snapshot.title}",
        "organisation": snapshot.organisation,
        "heading": heading,
        "name": name,
        "name_right_to_left": _right_to_left(name),
        "did": words["has_taught"] if teaching else words["has_completed"],
        "title": snapshot.title,
        "title_lang": snapshot.lang,
        "title_right_to_left": _right_to_left(snapshot.title),
        "credit": _credit(snapshot, words, plain),
        "statement": "" if plain else snapshot.statement,
        "provider": [] if plain else _provider(snapshot, words),
        "faculty": snapshot.faculty,
        "facts": facts,
        "signatures": [
            {
                "name": one.name,
                "role": one.role,
                "image": images.get(one.name, ""),
                "alt": filled(words["signature_alt"], name=one.name),
            }
            for one in snapshot.signatures
        ],
        "logo": look.logo if look.logo in look.files else "",
        "logo_alt": filled(words["logo_alt"], organisation=snapshot.organisation),
        "url": snapshot.url,
        "code_alt": filled(words["code_alt"], url=snapshot.url),
        "address": _address(snapshot),
        "replaces": f"{words['replaces']} {ids.shown(snapshot.supersedes)}" if snapshot.supersedes else "",
        "log": _log(snapshot, words, local),
    }
    fit = plainest if plainly else partial(drawable, look=look)
    return {key: value if key in ("url", "logo") else _each(value, fit) for key, value in data.items()}


def filled(text: str, **blanks: str) -> str:
    """Words with their blanks filled, each in one go: what is put in has no blanks of its own."""
    parts = text.split("{")
    made = parts[0]
    for part in parts[1:]:
        blank, closed, rest = part.partition("}")
        made += blanks[blank] + rest if closed and blank in blanks else "{" + part
    return made


def number(value: Decimal) -> str:
    """A decimal number without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _credit(snapshot: Snapshot, words: Mapping[str, str], plain: bool) -> dict[str, str]:
    """What was claimed, in units; how much was offered, where that is more; the system, where its unit is another."""
    one = snapshot.claimed == 1
    units = (words["hour"], words["hours"]) if plain else (snapshot.unit, snapshot.units)
    unit = units[0] if one else units[1]
    named = plain or snapshot.system_name.casefold() in (snapshot.unit.casefold(), snapshot.units.casefold())
    more = snapshot.offered != snapshot.claimed
    return {
        "claimed": number(snapshot.claimed),
        "unit": unit,
        "offered": filled(words["offered"], offered=number(snapshot.offered)) if more else "",
        "system": "" if named else snapshot.system_name,
    }


def _provider(snapshot: Snapshot, words: Mapping[str, str]) -> list[str]:
    """Provider, number and address, as far as they are known."""
    if not snapshot.provider:
        return []
    numbered = f"{words['number']} {snapshot.provider_number}" if snapshot.provider_number else ""
    return [f"{words['provider']}: {snapshot.provider}", *filter(None, (numbered, snapshot.provider_address))]


def _address(snapshot: Snapshot) -> tuple[str, str]:
    """The address of the verification page in two parts, the id in groups, to be typed."""
    return snapshot.issuer.partition("://")[2] + "/v/", ids.shown(snapshot.id)


def _log(snapshot: Snapshot, words: Mapping[str, str], local: Locale) -> dict[str, str]:
    """The checkpoint of the transparency log, its root in groups that one can compare by eye."""
    size = snapshot.log_size
    name = "log_none" if size == 0 else "log_one" if size == 1 else "log"
    root = " ".join(snapshot.log_root[at : at + 8] for at in range(0, len(snapshot.log_root), 8))
    return {"size": filled(words[name], size=str(format_decimal(size, locale=local))), "root": root}


def _day(day: date, local: Locale) -> str:
    return str(format_date(day, "long", locale=local))


def _right_to_left(text: str) -> bool:
    """Whether the first letter of a text is of a script that runs from right to left."""
    return next((kind != "L" for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), False)


@lru_cache(maxsize=32)
def _local(lang: str) -> Locale:
    try:
        return Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _each(value: Any, fit: Callable[[str], str]) -> Any:
    """A value with every text made fit to be drawn."""
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, Mapping):
        return {key: inner if key == "image" else _each(inner, fit) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_each(inner, fit) for inner in value]
    return value
