"""How a holder's name shows to those who verify: in full, as initials, or to whoever knows it."""

from lms.text.slugs import slug

#: Words that stand in many names, between others: who types one of them knows nothing.
_BETWEEN = frozenset(
    slug(word)
    for word in (
        "de del la las los lo el y e i da das do dos di du des le lu van von der den ter ten zu zum zur af av "
        "al bin ibn ben bint binti abu umm ould thi van bt san santa st "
        "بن ابن بنت أبو ابو أم ام عبد آل ال ولد"
    ).split()
)
#: And what stands after them.
_AFTER = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "rn"})


def initials(name: str) -> str:
    """`Rosa Quispe` as `R. Q.`; of a script without capitals, the first sign of each word."""
    first = (word[0].upper() for word in name.replace("-", " ").split() if word[0].isalpha())
    return " ".join(f"{letter}." for letter in first)


def matches(typed: str, name: str) -> bool:
    """Whether somebody who typed this knows the name: all of it, or surnames in it; accents and case do not matter.

    Which words are surnames nobody can tell: not the first alone, for given names are easily guessed; and neither what
    only stands between others, such as *de la*.
    """
    words = slug(name).split("-")
    asked = slug(typed[:300]).replace("-", "")
    if not asked:
        return False
    if asked == "".join(words):
        return True
    parts = ((begin, end) for begin in range(1, len(words)) for end in range(begin + 1, len(words) + 1))
    telling = (
        words[begin:end]
        for begin, end in parts
        if not (_BETWEEN | _AFTER).issuperset(words[begin:end])
        or (end == len(words) and _AFTER.isdisjoint(words[begin:end]))
    )
    # An initial is no surname.
    return len(asked) > 1 and any(asked == "".join(part) for part in telling)
