"""Words as the index knows them: folded, stemmed by their language, stop words left out."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from whoosh.lang import has_stemmer, stemmer_for_language, stopwords_for_language
from whoosh.lang.stopwords import stoplists


def _marks() -> str:
    """Signs that stand on or beside letters in Indic and other scripts: `\\w` leaves them out, and would cut words."""
    found = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    runs: list[list[int]] = []
    for code in found:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in runs)


_MARKS = _marks()
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
#: A word; apostrophes part words, as in *l'hypertension* and *patient's*.
WORD = re.compile(rf"[^\W_]{_LETTER}*")
COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
#: Scripts that put no space between words: every two signs that stand together are a term.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
    "|[\U00020000-\U0002ffff]"
)
_FOLDED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
)
#: What is left of English and French words cut at their apostrophes, where a stop list lacks it.
_REMAINS = {"en": frozenset("s t d ll re ve m".split()), "fr": frozenset("l d j qu n s c m t".split())}
_LONGEST = 64
#: Endings that stemmers know by accents which people leave out, and such that they do not know.
_ENDINGS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "es": ((re.compile("io$"), "ió"), (re.compile("ia(s|n|mos|is)?$"), r"ía\1")),
    "fr": ((re.compile("ee(s?)$"), r"ée\1"), (re.compile("ite(s?)$"), r"ité\1")),
    "pt": ((re.compile("[oõ]es$"), "ão"),),
}
#: Before a stop word of a text: it is kept for phrases alone, and no word is written so.
STOP = "\x1f"


_PLAIN = re.compile(r"[^\W_]+")


#: Most texts have no other signs than these and those of ASCII, and their words are found ten times as fast.
_SIGNS = re.compile("[\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00a0\u00b7]")
_SPACED = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}


def words(text: str) -> list[str]:
    """The words of a text, as they stand there."""
    if not text.isascii():
        text = _SIGNS.sub(" ", text)
    return text.translate(_SPACED).split() if text.isascii() else WORD.findall(text)


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a text begin and end."""
    return [found.span() for found in (_PLAIN if text.isascii() else WORD).finditer(text)]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """A word without case and accents: *Médición* and *medicion* are one."""
    word = word.casefold()
    if word.isascii():
        return word
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", bare).translate(_FOLDED)


def language(tag: str) -> str:
    """The bare language of a tag, as stemmers are called."""
    bare = tag.split("-")[0].lower()
    return "no" if bare in ("nb", "nn") else bare


@lru_cache(maxsize=64)
def stop_words(lang: str) -> frozenset[str]:
    """Folded words of a language that say nothing alone; none where we know none."""
    listed = stopwords_for_language(lang) if lang in stoplists else ()
    return frozenset(fold(word) for word in listed) | _REMAINS.get(lang, frozenset())


class Terms(dict[str, tuple[str, ...]]):
    """The terms of each word of one language, as they are asked for; `drop` sets stop words apart."""

    def __init__(self, lang: str, *, drop: bool) -> None:
        super().__init__()
        self._stem = stemmer_for_language(lang) if has_stemmer(lang) else str
        self._stop = stop_words(lang) if drop else frozenset()
        self._endings = _ENDINGS.get(lang, ())

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) > 200_000:
            self.clear()
        self[word] = made = self._terms(word)
        return made

    def _terms(self, word: str) -> tuple[str, ...]:
        bare = fold(word)[:_LONGEST]
        if not bare:
            return ()
        if bare in self._stop:
            return (STOP + bare,)
        if _UNSPACED.search(bare):
            return tuple(dict.fromkeys([bare[n : n + 2] for n in range(max(1, len(bare) - 1))] + list(bare)))
        if bare.isdigit():
            return (bare,)
        # Stemmers know endings by their accents; writers leave them out. So both stems are kept where they differ.
        forms = [word.casefold()[:_LONGEST], bare]
        forms += [ending.sub(known, form) for ending, known in self._endings for form in forms if ending.search(form)]
        stems = dict.fromkeys(sys.intern(fold(self._stemmed(form)) or bare) for form in forms)
        return tuple(stems)

    def _stemmed(self, word: str) -> str:
        try:
            return str(self._stem(word))
        except (IndexError, UnicodeError):  # some stemmers trip over words of other languages
            return word


@lru_cache(maxsize=128)
def terms(lang: str, drop: bool = True) -> Terms:
    """The terms of words in a language, remembered."""
    return Terms(language(lang), drop=drop)


def compounds(text: str) -> Iterator[str]:
    """Hyphened words as one: *teach-back* is found as *teachback*, too."""
    if "-" in text or "\u2010" in text or "\u2011" in text:
        for found in COMPOUND.findall(text):
            yield re.sub("[-\u2010\u2011]", "", found)
