"""How a holder's name shows to those who verify: in full, as initials, or to whoever knows it."""

from lms.text.slugs import slug


def initials(name: str) -> str:
    """`Rosa Quispe` as `R. Q.`; of a script without capitals, the first sign of each word."""
    first = (word[0].upper() for word in name.replace("-", " ").split() if word[0].isalpha())
    return " ".join(f"{letter}." for letter in first)


def matches(typed: str, name: str) -> bool:
    """Whether somebody who typed this knows the name: all of it, or surnames in it; accents and case do not matter.

    Which words are surnames nobody can tell: not the first alone, for given names are easily guessed.
    """
    words = slug(name).split("-")
    asked = slug(typed[:300]).replace("-", "")
    if not asked:
        return False
    if asked == "".join(words):
        return True
    parts = ((begin, end) for begin in range(1, len(words)) for end in range(begin + 1, len(words) + 1))
    # An initial is no surname.
    return len(asked) > 1 and any(asked == "".join(words[begin:end]) for begin, end in parts)
