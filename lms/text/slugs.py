"""Slugs: the names that content goes by in addresses."""

import re
import unicodedata

_ASCII = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"^\d+[-_. ]+(?=.)")
# Letters that NFKD leaves whole, though every reader writes them with ASCII ones.
_WHOLE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"})


def slug(name: str) -> str:
    """`name` in lower case, accents folded, every other run of signs a hyphen; letters of any script stay.

    May be empty, when `name` has no letter and no digit.
    """
    if name.isascii():
        return "-".join(_ASCII.findall(name.lower()))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().translate(_WHOLE))
    # Only accents go; the vowel signs of other scripts are part of their words.
    bare = "".join(sign for sign in folded if not "\u0300" <= sign <= "\u036f")
    kept = "".join(sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in bare)
    return "-".join(unicodedata.normalize("NFC", kept).split())


def unnumbered(name: str) -> str:
    """`name` without the number that only orders it: `01-cuff` is `cuff`."""
    return _NUMBER.sub("", name)


def anchor(words: str) -> str:
    """The anchor that forges give a heading of these words, so that a link works there and here.

    Lower case; letters, digits, `_` and `-` stay; each space becomes a hyphen; other signs go.
    """
    return "".join(
        "-" if sign == " " else sign
        for sign in words.strip().lower()
        if sign in " -_" or unicodedata.category(sign)[0] in "LNM"
    )
