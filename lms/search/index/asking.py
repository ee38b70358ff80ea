"""A query as the index can answer it: each word with all that it may be found by, the rarest few of a long question."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lms.library.models import Term
from lms.search.index.analysis import COMPOUND, STOP, WORD, compounds, fold, language, stop_words, terms
from lms.search.index.reading import Index
from lms.search.index.spelling import nearest
from lms.search.models import Query, Word

#: Words of a question that are looked up in the postings. The rarest carry the ranking; see tests/search.
BOUND = 14
#: Phrases and beginnings that are looked up, and as many that are left out: each takes as long as many words.
_GIVEN = 8
#: Words of a question that are looked for among the nearest ones.
_SLIPS = 12
#: What a word counts when it is another name of what was asked for, or one or two slips away from it.
_NAMED, _SLIPPED = 0.8, (0.75, 0.4)
#: A question of more words than this is told to somebody: its courtesies are no part of it.
_TOLD = 7

_COURTESIES = {
    "en": frozenset(
        """hi hello dear good morning evening please pls thanks thank thx sorry help anyone someone somebody anybody
        everyone know knows wondering wonder want wanted wants need needs tell think thinks really maybe also get got
        getting going go lot something anything thing things way sure yet always never still already much many could
        would may might must shall let like likes just actually basically even well ok okay hope guess bit kind sort
        colleague colleagues team everybody question questions ask asking advice advise regards best today yesterday
        one two us""".split()
    ),
    "es": frozenset(
        """hola buenos buenas dias tardes noches gracias favor perdon disculpe disculpen ayuda alguien saber sabe saben
        quisiera quiero quiere queria necesito necesita creo pienso pregunta preguntas consulta duda dudas decir digo
        dice cosa cosas forma manera verdad quiza quizas tal vez siempre nunca ademas aunque entonces solo bien mal
        hacer hago hace hay tengo tiene tienen puedo puede pueden podria deberia debo debe hoy ayer colegas equipo
        saludos cordial atentamente estimados queridos""".split()
    ),
}

Place = tuple[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find a word: terms of which one stands there, or several places in a row; and what it counts."""

    places: tuple[Place, ...]
    worth: float = 1.0

    @property
    def terms(self) -> frozenset[str]:
        return self.places[0][1]


@dataclass(slots=True)
class Slot:
    """One thing that was asked for, and the ways to find it; `rarity` is what finding it says."""

    ways: list[Way]
    required: bool = False
    rarity: float = 0.0
    times: int = 1


@dataclass(slots=True)
class Asked:
    """A query, ready to be looked up."""

    slots: list[Slot] = field(default_factory=list)
    excluded: list[Slot] = field(default_factory=list)
    meant: str = ""
    lang: str = ""


class Thesaurus:
    """Terms of the glossary with their abbreviations and synonyms: each finds the others."""

    def __init__(self, glossary: Iterable[Term]) -> None:
        self.named: dict[tuple[str, ...], list[tuple[Place, ...]]] = {}
        self.longest = 1
        for term in glossary:
            known = terms(term.lang, drop=False)
            names = [term.term, *term.abbreviations, *term.synonyms]
            rows = [(name, tuple(_first(known[word]) for word in WORD.findall(name))) for name in names]
            ways = [(name, phrase(name, (term.lang,))) for name, _ in rows]
            for name, row in rows:
                others = [way for other, way in ways if other != name and way]
                if row and others and len(row) <= 6:
                    self.named.setdefault(row, []).extend(others)
                    self.longest = max(self.longest, len(row))


def phrase(text: str, langs: Sequence[str]) -> tuple[Place, ...]:
    """The places of a phrase's words, stop words too, which pages of their language keep apart."""
    places = []
    for at, word in enumerate(WORD.findall(text)):
        apart = [lang for lang in langs if fold(word) in stop_words(language(lang))]
        found = every(word, [lang for lang in langs if lang not in apart])
        places.append((at, found | {STOP + fold(word)} if apart else found))
    return tuple(places)


def every(word: str, langs: Sequence[str]) -> frozenset[str]:
    """The terms of a word in all languages of the content."""
    return frozenset(term for lang in langs for term in terms(lang, drop=False)[word])


def understand(index: Index, query: Query, names: Thesaurus, hint: str, bound: int | None = BOUND) -> Asked:
    """What a query asks of this index; `hint` is the language that its words are in when they do not tell."""
    langs = index.languages or ("en",)
    plain = [word for word in query.words if not (word.phrase or word.prefix)]
    said = [piece for word in plain for piece in WORD.findall(word.text)]
    spoken = _language(said, langs, hint)
    stop = stop_words(spoken)
    telling = [word for word in said if fold(word) not in stop] or said
    if len(telling) > _TOLD:
        courteous = _COURTESIES.get(spoken, frozenset())
        telling = [word for word in telling if fold(word) not in courteous] or telling
    slots, meant = _words(index, telling, langs, spoken)
    slots += _compounds(index, plain, langs)
    slots += _named(index, said, names, langs)
    for slot in slots:
        slot.rarity = rarity(index, slot)
    slots = [slot for slot in slots if slot.rarity > 0]
    if bound is not None and len(slots) > bound:
        slots = sorted(slots, key=lambda slot: -slot.rarity * slot.times)[:bound]
    asked = Asked(slots, lang=spoken)
    for word in [word for word in query.words if word.phrase or word.prefix][:_GIVEN]:
        slot = _given(index, word, langs)
        slot.required = word.phrase
        slot.rarity = rarity(index, slot)
        asked.slots.append(slot)
    asked.excluded = [_given(index, word, langs) for word in query.excluded[:_GIVEN]]
    if meant and any(word in query.text for word in meant):
        text = query.text
        for word, better in meant.items():
            text = text.replace(word, better)
        asked.meant = text
    return asked


def _words(index: Index, words: Sequence[str], langs: Sequence[str], spoken: str) -> tuple[list[Slot], dict[str, str]]:
    """A slot for each word, in their order; and what those are meant to be that stand nowhere."""
    slots: dict[frozenset[str], Slot] = {}
    meant: dict[str, str] = {}
    slips = 0
    for word, times in Counter(words).items():
        for found in _split(every(word, langs)):
            known = frozenset(term for term in found if index.knows(term))
            ways = [Way(((0, known),))] if known else []
            if not known and slips < _SLIPS:
                slips += 1
                better = nearest(index, word)
                if better is not None:
                    bare, count = better
                    near = frozenset(term for term in every(bare, langs) if index.knows(term))
                    if near:
                        known, ways = near, [Way(((0, near),), _SLIPPED[count - 1])]
                        if count == 1 or len(words) <= 5:
                            meant[word] = index.vocabulary[bare][1]
            if ways and known in slots:
                slots[known].times += times
            elif ways:
                slots[known] = Slot(ways, times=times)
    return list(slots.values()), meant


def _split(found: frozenset[str]) -> list[frozenset[str]]:
    """Terms as one slot; those of a script without spaces as a slot for each pair of signs."""
    pairs = [term for term in found if len(term) == 2 and ord(term[0]) > 0xE00]
    return [frozenset({pair}) for pair in sorted(pairs)] if pairs else [found]


def _compounds(index: Index, words: Sequence[Word], langs: Sequence[str]) -> list[Slot]:
    slots = []
    for word in words:
        if COMPOUND.search(word.text):
            for whole in compounds(word.text):
                known = frozenset(term for term in every(whole, langs) if index.knows(term))
                if known:
                    slots.append(Slot([Way(((0, known),))]))
    return slots


def _named(index: Index, said: Sequence[str], names: Thesaurus, langs: Sequence[str]) -> list[Slot]:
    """What else the glossary calls something that was asked for: a slot for each such name."""
    slots = []
    rows = [every(word, langs) for word in said[:200]]
    for at in range(len(rows)):
        for size in range(1, min(names.longest, len(rows) - at) + 1):
            for row in _rows(rows[at : at + size]):
                for way in names.named.get(row, ()):
                    # `who` is not WHO: a short name in small letters may be any word.
                    if size == 1 and fold(said[at]) in stop_words("en") and not said[at].isupper():
                        continue
                    if all(any(index.knows(term) for term in found) for _, found in way):
                        slots.append(Slot([Way(way, _NAMED)]))
    return slots[:6]


def _rows(found: Sequence[frozenset[str]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [()]
    for terms_here in found:
        rows = [(*row, term) for row in rows for term in terms_here][:16]
    return rows


def _given(index: Index, word: Word, langs: Sequence[str]) -> Slot:
    """The slot of a phrase, of a beginning, or of what is excluded."""
    if word.prefix:
        known = {term for found in index.beginning(word.text) for term in every(found, langs) if index.knows(term)}
        return Slot([Way(((0, frozenset(known)),))])
    return Slot([Way(phrase(word.text, langs))])


def rarity(index: Index, slot: Slot) -> float:
    """What it says that a slot is found: the rarer, the more."""
    best = 0.0
    for way in slot.ways:
        counts = [sum(index.frequency(term) for term in found if index.knows(term)) for _, found in way.places]
        if counts and all(counts):
            said = sum(index.rarity(min(count, index.count)) for count in counts)
            best = max(best, way.worth * said / math.sqrt(len(counts)))
    return best


def _language(words: Sequence[str], langs: Sequence[str], hint: str) -> str:
    """The language of the content that most of the small words are of."""
    bare = [fold(word) for word in words]
    counts = {lang: sum(word in stop_words(lang) for word in bare) for lang in langs}
    most = max(counts.values(), default=0)
    best = [lang for lang in langs if counts[lang] == most]
    return hint if hint in best or not best else best[0]


def _first(found: tuple[str, ...]) -> str:
    return found[0] if found else ""
